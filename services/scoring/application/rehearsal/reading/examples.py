"""examples.yaml: what happened and what must come of it, with every mistake told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.scoring.application.rehearsal.reading import names, shapes, values
from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.expectations import read_expectation
from services.scoring.application.rehearsal.reading.expected import Expectation
from services.scoring.application.rehearsal.reading.happening_reader import Reader
from services.scoring.application.rehearsal.reading.happenings import Happening
from services.scoring.application.rehearsal.reading.places import Where, where
from shared.schemes.document import Node, compose
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.reading import Reading

SPAN_MAX = timedelta(days=20 * 365)
"""For how long time passes in an example."""


@dataclass(frozen=True, slots=True)
class Example:
    """One worked case of a rulebook."""

    title: str
    cite: str
    where: Where
    departments: tuple[str, ...]
    """Those that take part."""
    facts: Mapping[str, Mapping[str, Decimal]]
    """Numbers of departments and persons that are others than the organisation's."""
    happenings: tuple[Happening, ...]
    """In the order in which they happen."""
    until: datetime
    """Up to when time passes, this instant included."""
    as_of: datetime | None
    """At which instant what was known is looked at; None: the end."""
    expectations: tuple[Expectation, ...]


def read_examples(text: str, declared: Declared) -> list[Example]:
    """Read the text of an examples.yaml. Raises SchemeMistakes with all of its mistakes."""
    reading = Reading()
    root = compose(text, reading.mistakes)
    node = Fields(reading, root, shapes.EXAMPLES_FILE).get("examples")
    found = [
        _example(reading, each, declared) for each in values.entries(reading, node, "examples", shapes.EXAMPLES_MAX)
    ]
    if reading.mistakes:
        raise SchemeMistakes(tuple(reading.mistakes))
    return found


def _example(reading: Reading, node: Node, declared: Declared) -> Example:
    fields = Fields(reading, node, shapes.EXAMPLE)
    title, cite = fields.get("title"), fields.get("cite")
    nodes = values.entries(reading, fields.get("happenings"), "happenings", shapes.HAPPENINGS_MAX)
    reader = Reader(reading, declared, names.collect(reading, nodes), _taking_part(reading, fields, declared))
    happenings = [one for place, each in enumerate(nodes) if (one := reader.read(place, each)) is not None]
    happenings.sort(key=lambda one: one.at.instant)
    until, as_of = fields.get("until"), fields.get("as_of")
    if until is not None:
        ends_at = reader.instant(until)
        for late in (one for one in happenings if one.at.instant > ends_at):
            reading.mistake(until, f"the example ends before what happens on line {late.at.where.line}")
    elif happenings:
        ends_at = happenings[-1].at.instant
    else:
        reading.mistake(node, 'an example without happenings needs "until": up to when time passes')
        ends_at = values.EPOCH
    if ends_at > declared.begins_at + SPAN_MAX:
        years = SPAN_MAX.days // 365
        reading.mistake(until or node, f"time passes for at most {years} years from the first day of the scheme")
    expected = values.entries(reading, fields.get("expect"), "expectations", shapes.EXPECTATIONS_MAX)
    return Example(
        "" if title is None else reading.text(title),
        "" if cite is None else reading.text(cite),
        where(node),
        reader.taking_part,
        _facts(reading, fields.get("facts"), declared),
        tuple(happenings),
        ends_at,
        None if as_of is None else reader.instant(as_of),
        tuple(read_expectation(reader, each) for each in expected),
    )


def _taking_part(reading: Reading, fields: Fields, declared: Declared) -> tuple[str, ...]:
    """The departments of the organisation that the example is about: all, when it names none."""
    node, known = fields.get("departments"), declared.organisation.departments
    if node is None:
        return tuple(known)
    named = reading.references(node, known, "department", shapes.DEPARTMENTS_MAX)
    # Where one of them is wrong, nobody is told of each department that is missing for it.
    return named if all(name in known for name in named) else tuple(known)


def _facts(reading: Reading, node: Node | None, declared: Declared) -> dict[str, dict[str, Decimal]]:
    known = [*declared.organisation.departments, *declared.persons]
    named = Named(reading, node, "department", any_text, shapes.OTHER_FACTS)
    return {
        reading.reference(key, known, "department or person"): values.facts(reading, value)
        for key, value in named.entries
    }
