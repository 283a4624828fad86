"""Every published event type has an example, and only ever gains what may be left out."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.contracts import alert_events, department_events, directory_events, scoring_events
from shared.contracts.envelope import (
    Undecodable,
    decode,
    encode,
    encode_data,
    published_types,
    read_envelope,
    schema_of,
)
from shared.messaging.topics import declared

EXAMPLES = Path(department_events.__file__).parent / "examples"
SHAPES = Path(__file__).parent / "shapes.json"
CONTRACTS = (alert_events, department_events, directory_events, scoring_events)
CLASSES = dict(published_types())


def example(type_name: str) -> bytes:
    return (EXAMPLES / f"{type_name}.json").read_bytes()


def shape_of(cls: type) -> Any:
    """The JSON schema without its prose: what travels, not how it is explained."""

    def shape(node: Any) -> Any:
        if isinstance(node, dict):
            prose = {key for key in ("description", "title") if isinstance(node.get(key), str)}
            return {key: shape(value) for key, value in node.items() if key not in prose}
        return [shape(value) for value in node] if isinstance(node, list | tuple) else node

    return shape(msgspec.json.schema(cls))


def refused(before: Any, after: Any, where: str = "") -> list[str]:
    """In what ways events of the shape ``before`` might not be readable, or mean something else, under ``after``."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return [] if before == after else [f"{where} was {before} and is {after}"]
    found = [f"{where}.{key} is gone" for key in before.keys() - after.keys()]
    for key in before.keys() & after.keys():
        place = f"{where}.{key}"
        if key == "enum":
            found += [f"{place} lost {value}" for value in set(before[key]) - set(after[key])]
        elif key == "required":
            found += [f"{place} has come to ask for {name}" for name in set(after[key]) - set(before[key])]
        else:
            found += refused(before[key], after[key], place)
    return found


def test_the_examples_are_those_of_the_published_types() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir()) == [f"{name}.json" for name in sorted(CLASSES)]


@pytest.mark.parametrize("type_name", CLASSES)
def test_an_example_decodes_to_its_class(type_name: str) -> None:
    event = decode(example(type_name))

    assert type(event.data) is CLASSES[type_name]
    assert event.type == type_name
    assert event.recorded_at.tzinfo == UTC
    assert (event.previous_id is None) == (event.version == 1)


@pytest.mark.parametrize("type_name", CLASSES)
def test_an_example_survives_a_round_trip(type_name: str) -> None:
    original = json.loads(example(type_name))
    envelope = read_envelope(example(type_name))

    again = msgspec.structs.replace(envelope, data=msgspec.Raw(encode_data(decode(example(type_name)).data)))

    assert json.loads(encode(again)) == original
    assert envelope.dataschema == schema_of(type_name)


@pytest.mark.parametrize("type_name", CLASSES)
def test_a_published_type_only_gains_what_may_be_left_out(type_name: str) -> None:
    published = json.loads(SHAPES.read_text())
    assert type_name in published, f"add the new type to {SHAPES.name}: {json.dumps(shape_of(CLASSES[type_name]))}"
    assert refused(published[type_name], shape_of(CLASSES[type_name])) == [], "a changed event is a new version"


def test_the_published_shapes_are_complete() -> None:
    """So that what was gained once cannot be lost again."""
    assert json.loads(SHAPES.read_text()) == {name: shape_of(cls) for name, cls in CLASSES.items()}


@pytest.mark.parametrize(
    "changed",
    [
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}, "c": {}}, "required": ["a", "c"]},
        {"properties": {"a": {"type": "integer"}, "b": {"enum": ["y"]}}, "required": ["a"]},
        {"properties": {"b": {"enum": ["x", "y"]}}, "required": []},
    ],
    ids=["another type", "a new field asked for", "a lost word", "a lost field"],
)
def test_a_change_that_old_events_do_not_survive_is_found(changed: dict[str, Any]) -> None:
    before = {"properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}}, "required": ["a"]}
    assert refused(before, changed)


def test_a_field_that_may_be_left_out_and_a_further_word_are_no_change() -> None:
    before = {"properties": {"b": {"enum": ["x", "y"]}}, "required": ["b"]}
    assert refused(before, {"properties": {"b": {"enum": ["x", "y", "z"]}, "c": {}}, "required": ["b"]}) == []


def test_every_type_is_declared_on_the_topic_of_its_contract() -> None:
    by_contract = {
        module.TOPIC: {name for name, cls in CLASSES.items() if cls.__module__ == module.__name__}
        for module in CONTRACTS
    }
    assert {name: set(topic.types) for name, topic in declared().items()} == by_contract


def test_an_unknown_type_is_undecodable_and_still_shows_its_envelope() -> None:
    envelope = json.loads(example("tongbao.item.withdrawn.v1"))
    envelope["type"] = "tongbao.item.withdrawn.v99"

    with pytest.raises(Undecodable, match="unknown event type") as refusal:
        decode(json.dumps(envelope).encode())

    assert refusal.value.envelope is not None
    assert refusal.value.envelope.subject == envelope["subject"]


def test_data_that_does_not_fit_is_undecodable() -> None:
    envelope = json.loads(example("tongbao.item.withdrawn.v1"))
    envelope["data"] = {"item": 7}

    with pytest.raises(Undecodable, match=r"tongbao\.item\.withdrawn\.v1"):
        decode(json.dumps(envelope).encode())


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"[]", b'{"specversion": "1.0"}'])
def test_bytes_that_are_no_envelope_are_undecodable(value: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(value)
