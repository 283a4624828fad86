"""Every published event type has an example, and never changes its shape."""

import hashlib
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
FINGERPRINTS = Path(__file__).parent / "fingerprints.json"
CONTRACTS = (alert_events, department_events, directory_events, scoring_events)
CLASSES = dict(published_types())


def example(type_name: str) -> bytes:
    return (EXAMPLES / f"{type_name}.json").read_bytes()


def fingerprint(cls: type) -> str:
    """Of the JSON schema without its prose: of what travels, not of how it is explained."""

    def shape(node: Any) -> Any:
        if isinstance(node, dict):
            prose = {key for key in ("description", "title") if isinstance(node.get(key), str)}
            return {key: shape(value) for key, value in node.items() if key not in prose}
        return [shape(value) for value in node] if isinstance(node, list) else node

    schema = shape(msgspec.json.schema(cls))
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()


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
def test_a_published_type_keeps_its_shape(type_name: str) -> None:
    frozen = json.loads(FINGERPRINTS.read_text())
    assert frozen.get(type_name) == fingerprint(CLASSES[type_name]), (
        f"{type_name} is not as it was published. A changed event is a new version; a new type's fingerprint is added "
        f"to {FINGERPRINTS.name} once: {fingerprint(CLASSES[type_name])}"
    )


def test_no_published_type_disappears() -> None:
    assert json.loads(FINGERPRINTS.read_text()).keys() == CLASSES.keys()


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
