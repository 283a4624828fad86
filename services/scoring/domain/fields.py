"""What can be asked of a fact: its fields, its dates and instants, functions of these. Compiled once a scheme version.

Which there are is said by ``shared.schemes.facts``; what is not there is None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import get_args
from zoneinfo import ZoneInfo

from services.scoring.domain.items import Fact, Item
from shared.calendars import Workdays, start_instant
from shared.contracts.department_events import AttributeValue
from shared.schemes.facts import InstantName, number_text
from shared.schemes.model import AttributeType, DateFunction, DateName, FactType

Value = AttributeValue | Decimal | date | datetime | time

Field = Callable[[Item, Fact, date], Value | None]
"""Asks a fact that is dated on the given day."""

Dated = Callable[[Item, Fact], date | None]
"""The date that selects a fact's periods."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the words of one scheme version mean for the facts of one kind of item, or for those of none."""

    zone: ZoneInfo
    workdays: Workdays
    attributes: Mapping[str, AttributeType]
    on_time: Field
    """By when a fact has to be there depends on the measure."""


def field(name: str, terms: Terms) -> Field:
    """Asks for one field, date or instant by its name."""
    if name == "on_time":
        return terms.on_time
    if name == "kind":
        return lambda item, fact, day: item.kind
    if name in _DATES:
        dated = _DATES[name]
        return lambda item, fact, day: dated(item, fact)
    if name in _INSTANTS:
        return _INSTANTS[name]
    if terms.attributes.get(name) in _COUNTED or name in _NUMBERS:
        return lambda item, fact, day: numeric(_said(name, item, fact))
    return lambda item, fact, day: _said(name, item, fact)


def is_said(name: str, terms: Terms) -> bool:
    """Whether the field's value is what an event said, as it said it."""
    special = ("on_time", "kind", *_DATES, *_INSTANTS, *_NUMBERS)
    return name not in special and terms.attributes.get(name) not in _COUNTED


def dated(name: DateName) -> Dated:
    return _DATES[name]


def function(name: DateFunction, of: tuple[str, ...], terms: Terms) -> Field:
    """A function of one or two dates or instants; None when one of them is not there. May raise UnknownYear."""
    first = field(of[0], terms)
    if len(of) == 1:
        single = _OF_ONE[name]

        def of_one(item: Item, fact: Fact, day: date) -> Value | None:
            value = first(item, fact, day)
            return None if value is None else single(value, terms)

        return of_one
    second, pair = field(of[1], terms), _OF_TWO[name]

    def of_two(item: Item, fact: Fact, day: date) -> Value | None:
        a, b = first(item, fact, day), second(item, fact, day)
        return None if a is None or b is None else pair(a, b, terms)

    return of_two


def numeric(value: Value | None) -> Decimal | None:
    """The value as a number: of several choices or files how many there are, of a time of day its hours."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool | int):
        return Decimal(value)
    if isinstance(value, list):
        return Decimal(len(value))
    if isinstance(value, time):
        return Decimal(value.hour) + Decimal(value.minute) / 60 + Decimal(value.second) / 3600
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def on_day(value: Value | None, zone: ZoneInfo) -> date | None:
    """The value as a date: of an instant the zone's."""
    if isinstance(value, datetime):
        return value.astimezone(zone).date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def at_time(value: Value | None, zone: ZoneInfo) -> time | None:
    """The value as a time of day: of an instant the one on the zone's clock."""
    if isinstance(value, datetime):
        return value.astimezone(zone).time()
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        return None


def text(value: Value | None) -> str:
    """As a table writes the value. What is not there, or is not one value, is like no text that a table can hold."""
    if type(value) is str:
        return value
    several = () if value is None else texts(value)
    return several[0] if len(several) == 1 else ""


def texts(value: Value) -> tuple[str, ...]:
    """As conditions write the value, one text a choice."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Decimal):
        return (number_text(value),)
    if isinstance(value, time):
        return (value.isoformat("minutes"),)
    if isinstance(value, date | datetime):
        return (value.isoformat(),)
    return (str(value),)


def submitted_at(item: Item) -> datetime | None:
    """The recorded instant of the item's first submission."""
    first = item.facts[0] if item.facts else None
    return _recorded_at(first) if first is not None and first.type == "submitted" else None


def recorded_at(item: Item, fact: Fact) -> datetime | None:
    """The instant that decides whether the fact is on time."""
    if fact.type in ("submitted", "accepted", "answered"):
        return submitted_at(item)
    return _recorded_at(fact)


def _recorded_at(fact: Fact) -> datetime:
    # What an older program stored has no instant: the first of the day stands for it.
    return fact.at or datetime.combine(fact.on, time.min, UTC)


def _said(name: str, item: Item, fact: Fact) -> AttributeValue | None:
    """The fact's own field, or else the item's."""
    value = fact.fields.get(name)
    return item.attributes.get(name) if value is None else value


def _on(type: FactType) -> Dated:
    return lambda item, fact: fact.on if fact.type == type else None


def _called_on(item: Item, fact: Fact) -> date | None:
    told = fact.fields.get("called_on")
    return fact.on if fact.type == "called" else date.fromisoformat(told) if isinstance(told, str) else None


def _of_type(type: FactType) -> Field:
    def find(item: Item, fact: Fact, day: date) -> datetime | None:
        found = next((one for one in item.facts if one.type == type), None)
        return None if found is None else _recorded_at(found)

    return find


def _told(name: str) -> Field:
    def find(item: Item, fact: Fact, day: date) -> datetime | None:
        value = fact.fields.get(name)
        return datetime.fromisoformat(value) if isinstance(value, str) else None

    return find


_NUMBERS = frozenset(("words", "value", "shortfall"))
_COUNTED = frozenset(("number", "files"))
"""Types of attributes that are asked for as numbers, though events say them otherwise: of files how many there are."""

_DATES: dict[str, Dated] = {
    # An item that does not say when it happened is taken to have happened when it was reported.
    "happened_on": lambda item, fact: item.happened_on or item.submitted_on,
    "submitted_on": lambda item, fact: item.submitted_on,
    "accepted_on": lambda item, fact: item.accepted_on,
    "published_on": _on("adopted"),
    "instructed_on": _on("instructed"),
    "measured_on": _on("measured"),
    "adjusted_on": _on("adjusted"),
    "called_on": _called_on,
    "answered_on": _on("answered"),
    "closed_on": lambda item, fact: fact.on if fact.type in ("met", "missed", "met_late") else None,
}
assert set(_DATES) == set(get_args(DateName))

_INSTANTS: dict[str, Field] = {
    "submitted_at": lambda item, fact, day: submitted_at(item),
    "accepted_at": _of_type("accepted"),
    "called_at": _told("called_at"),
    "due_at": _told("due_at"),
    "recorded_at": lambda item, fact, day: _recorded_at(fact),
}
assert set(_INSTANTS) == set(get_args(InstantName))


def _days(a: Value, b: Value, terms: Terms) -> Decimal | None:
    first, second = on_day(a, terms.zone), on_day(b, terms.zone)
    return None if first is None or second is None else Decimal((second - first).days)


def _workdays(a: Value, b: Value, terms: Terms) -> Decimal | None:
    first, second = on_day(a, terms.zone), on_day(b, terms.zone)
    return None if first is None or second is None else Decimal(terms.workdays.between(first, second))


def _hours(a: Value, b: Value, terms: Terms) -> Decimal | None:
    """Exact hours; a date stands for the instant at which it begins."""
    first, second = _instant(a, terms.zone), _instant(b, terms.zone)
    if first is None or second is None:
        return None
    return Decimal((second - first) // timedelta.resolution) / (_HOUR // timedelta.resolution)


def _instant(value: Value, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):
        return value
    day = on_day(value, zone)
    return None if day is None else start_instant(day, zone)


_OF_TWO: dict[DateFunction, Callable[[Value, Value, Terms], Decimal | None]] = {
    "days": _days,
    "workdays": _workdays,
    "hours": _hours,
}


def _of_day(part: Callable[[date], int]) -> Callable[[Value, Terms], Value | None]:
    def of(value: Value, terms: Terms) -> Decimal | None:
        day = on_day(value, terms.zone)
        return None if day is None else Decimal(part(day))

    return of


_OF_ONE: dict[DateFunction, Callable[[Value, Terms], Value | None]] = {
    "time_of": lambda value, terms: at_time(value, terms.zone),
    "weekday_of": _of_day(date.isoweekday),
    "day_of": _of_day(lambda day: day.day),
    "month_of": _of_day(lambda day: day.month),
}
