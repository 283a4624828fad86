"""The JSON Schema for editors says what the reader says: neither knows a key that the other does not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.schemes import SchemeMistakes, entries, read_scheme
from shared.schemes.difference import diff
from shared.schemes.json_schema import DIALECT, definition_name, json_schema
from shared.schemes.reader import SCHEME
from shared.schemes.shapes import Either, Entries, Keys, ListOf, Shape
from tests.unit.schemes.conforming import departures, loaded
from tests.unit.schemes.examples import SCHEME as SMALL

SCHEMA = json_schema()
EVERYTHING = (Path(__file__).parent / "files" / "everything.yaml").read_text()
VALID = {
    "small": SMALL,
    "everything": EVERYTHING,
    **{file.parent.name: file.read_text() for file in sorted(Path("schemes").glob("*/scheme.yaml"))},
}


def shapes_within(shape: Shape, seen: dict[str, Keys]) -> dict[str, Keys]:
    """All mappings with fixed keys that a shape holds, itself among them, by what they are called."""
    match shape:
        case Keys():
            if shape.what in seen:
                assert seen[shape.what] is shape, f"two shapes are called {shape.what}"
                return seen
            seen[shape.what] = shape
            for key in shape.keys:
                shapes_within(key.of, seen)
        case ListOf(of=of) | Entries(of=of):
            shapes_within(of, seen)
        case Either(ways=ways):
            for way in ways:
                shapes_within(way, seen)
    return seen


SHAPES = shapes_within(SCHEME, {})


def misses(text: str) -> list[str]:
    return list(departures(loaded(text), SCHEMA, SCHEMA))


def test_it_is_a_schema_of_the_dialect_that_editors_know() -> None:
    assert SCHEMA["$schema"] == DIALECT
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_every_reference_has_its_definition() -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (one for key, one in value.items() if key == "$ref")
            yield from (found for one in value.values() for found in references(one))
        elif isinstance(value, list):
            yield from (found for one in value for found in references(one))

    assert {one.removeprefix("#/$defs/") for one in references(SCHEMA)} == SCHEMA["$defs"].keys()


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_every_scheme_that_is_read_conforms(text: str) -> None:
    read_scheme(text)

    assert misses(text) == []


def test_a_scheme_of_everything_may_be_written_as_json() -> None:
    written, as_json = read_scheme(EVERYTHING), read_scheme(json.dumps(loaded(EVERYTHING), indent=1))

    assert diff(written, as_json) == []
    assert as_json.effective_from == written.effective_from


def test_every_mapping_that_the_reader_reads_is_defined_with_all_of_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, Keys] = {}
    used: dict[str, set[str]] = {}
    original = entries.Fields.__init__

    def recording(self: entries.Fields, reading: Any, node: Any, shape: Keys) -> None:
        original(self, reading, node, shape)
        read[shape.what] = shape
        used.setdefault(shape.what, set()).update(self.has(*shape.names))

    monkeypatch.setattr(entries.Fields, "__init__", recording)
    for text in VALID.values():
        read_scheme(text)

    definitions = {**SCHEMA["$defs"], definition_name(SCHEME): SCHEMA}
    assert read == SHAPES
    assert {definition_name(shape): set(shape.names) for shape in SHAPES.values()} == {
        name: set(definition["properties"]) for name, definition in definitions.items()
    }
    keys = [(key.name, key.says, key.name in used[what]) for what, shape in SHAPES.items() for key in shape.keys]
    examples = {(name, says) for name, says, is_used in keys if is_used}
    assert [name for name, says, _ in keys if (name, says) not in examples] == [], "no example uses these keys"


def test_every_key_tells_the_author_what_it_is_for() -> None:
    assert [
        (shape.what, key.name) for shape in SHAPES.values() for key in shape.keys if not key.says.endswith(".")
    ] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("version: 2", "version: two"),
        ("every: quarter", "every: quater"),
        ("per_item: latest", "per_item: last"),
        ("late: exclude", "lates: exclude"),
        ("severity: info", "severity: low"),
        ("grace: P3D", "grace: 3 days"),
        ("unit: hours", "unit: hour"),
        ("by: 2014-11-10, ", "by: 10.11.2014, "),
        ("{workday: 3}", "{workday: first}"),
        ("min: 1, max: 200", "min: one, max: 200"),
        ("bonus: {1: 5", "bonus: {0: 5"),
        ("ties: dense", "ties: both"),
        ("scheme: everything", "scheme: Everything"),
        ("  note: {}", "  Note: {}"),
        ("{top: 2}", "{top: 0}"),
        ("[PT12H, P2D]", "[P2D, P2D]"),
    ],
)
def test_what_editors_can_underline_is_refused_by_both(right: str, wrong: str) -> None:
    assert EVERYTHING.count(right) == 1
    spoiled = EVERYTHING.replace(right, wrong)

    with pytest.raises(SchemeMistakes):
        read_scheme(spoiled)
    assert misses(spoiled)
