"""What a department's stream says of the department, of its persons, and of the schemes that it is under."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Description(NamedTuple):
    """What the department is from the day ``from_on`` on. ``place`` is the stream version that said so."""

    from_on: date
    place: int
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: dict[str, Decimal]


class PersonDescription(NamedTuple):
    """What one of the department's persons is from the day ``from_on`` on."""

    from_on: date
    place: int
    title: str
    roles: tuple[str, ...]
    facts: dict[str, Decimal]
    last_on: date | None
    """The last day on which the person belongs to the department."""


class AppliedScheme(NamedTuple):
    """A version that holds from a day on. One that was backdated is there again, with the earlier day."""

    scheme: str
    version: int
    from_on: date
    place: int


class ClosedCalendar(NamedTuple):
    """An open calendar of a scheme that an operator has closed: ``last_on`` is its last day."""

    scheme: str
    calendar: str
    last_on: date
    place: int


_NOTHING: Mapping[str, Decimal] = {}


def described_on(descriptions: Sequence[Description], day: date) -> Description:
    """The description that holds on a day; before the first it is the first that holds. In order of day and place."""
    found = descriptions[0]
    for description in descriptions:
        if description.from_on > day:
            break
        found = description
    return found


def facts_on(descriptions: Sequence[Description], day: date, place: int) -> Mapping[str, Decimal]:
    """The department's facts on a day, of those descriptions that stood before a place of the stream."""
    told = [one for one in descriptions if one.place < place]
    return described_on(told, day).facts if told else _NOTHING


def person_on(descriptions: Sequence[PersonDescription], day: date) -> PersonDescription | None:
    """The description of a person that holds on a day; None where the person is not there (any more)."""
    found = None
    for description in descriptions:
        if description.from_on > day:
            break
        found = description
    if found is None or (found.last_on is not None and found.last_on < day):
        return None
    return found
