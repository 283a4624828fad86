"""How the values of organisation.yaml and examples.yaml are read that a scheme's text does not have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.reading import shapes
from shared.schemes.document import Mapping, Node, Scalar, Sequence
from shared.schemes.entries import Named, NameRule, word
from shared.schemes.mistakes import shortened
from shared.schemes.reading import Reading

NOTHING = Decimal(0)

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?", re.ASCII)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in for an instant that is wrong."""


def instant(reading: Reading, node: Node, zone: ZoneInfo) -> datetime:
    """A local time of the zone, such as 2014-03-09T23:59:59, as an instant in UTC."""
    scalar = reading.scalar(node, "a time such as 2014-03-03T10:00")
    if scalar is None:
        return EPOCH
    if _INSTANT.fullmatch(scalar.value) is None:
        reading.mistake(scalar, f'"{shortened(scalar.value)}" is no time: write it like 2014-03-03T10:00')
        return EPOCH
    try:
        local = datetime.fromisoformat(scalar.value)
    except ValueError as error:
        reading.mistake(scalar, f"there is no time {scalar.value}: {error}")
        return EPOCH
    reading.day(Scalar(scalar.value[:10], scalar.path, scalar.line, scalar.column, scalar.column_within))
    return local.replace(tzinfo=zone).astimezone(UTC)


def facts(reading: Reading, node: Node | None) -> dict[str, Decimal]:
    """The numbers that are known of a department or person, by name; none where there is no node."""
    named = Named(reading, node, "fact", word, shapes.FACTS)
    return {key.value: reading.decimal(value) for key, value in named.entries}


def words(reading: Reading, node: Node | None, what: str, most: int) -> tuple[str, ...]:
    """A list of different words that may be empty, or not there."""
    if node is None or (isinstance(node, Sequence) and not node.items):
        return ()
    return reading.texts(node, what, most)


def entries(reading: Reading, node: Node | None, what: str, most: int) -> list[Node]:
    """The items of a list that may be empty, or not there."""
    if node is None or (isinstance(node, Sequence) and not node.items):
        return []
    return reading.items(node, what, most)


def name(reading: Reading, node: Node | None, what: str, rule: NameRule) -> str:
    """A name that is declared here; empty where there is none, which has been told then."""
    scalar = None if node is None else reading.scalar(node, f"the name of a {what}")
    if scalar is None:
        return ""
    rule(reading, scalar, what)
    return scalar.value


def keys(node: Node) -> list[str]:
    """The keys of a mapping, in their order; none of what is no mapping."""
    return list(node.entries) if isinstance(node, Mapping) else []


def checked(reading: Reading, node: Node, check: Callable[[str], object]) -> None:
    """Note as a mistake what ``check`` says against the node's text by raising ValueError."""
    scalar = reading.scalar(node, "text")
    if scalar is None:
        return
    try:
        check(scalar.value)
    except ValueError as mistake:
        reading.mistake(scalar, str(mistake))
