"""``where``, compiled: whether a fact fulfils a condition."""

from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal

from services.scoring.domain.fields import (
    Terms,
    Value,
    at_time,
    field,
    function,
    is_said,
    numeric,
    on_day,
    texts,
)
from services.scoring.domain.items import Fact, Item
from shared.schemes.model import Bound, Condition

Holds = Callable[[Item, Fact, date], bool]
"""Whether it holds of a fact that is dated on the given day. May raise UnknownYear."""

_Test = Callable[[Value], bool]


def condition(of: Condition, terms: Terms) -> Holds:
    """A field that the fact does not have fulfils nothing but ``none_of`` alone."""
    if of.function is None and of.bands is None and not of.none_of and not _bounds(of) and is_said(of.field, terms):
        return _is_one_of(of.field, of.values)
    asked = field(of.field, terms) if of.function is None else function(of.function, of.of, terms)
    tests = _tests(of, terms)
    without = bool(of.none_of) and not of.values and not _bounds(of)

    def holds(item: Item, fact: Fact, day: date) -> bool:
        value = asked(item, fact, day)
        if value is None:
            return without
        return all(test(value) for test in tests)

    return holds


def all_hold(conditions: Sequence[Holds]) -> Holds | None:
    """Whether all of them hold; None where there are none."""
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    several = tuple(conditions)

    def hold(item: Item, fact: Fact, day: date) -> bool:
        return all(one(item, fact, day) for one in several)

    return hold


def _is_one_of(name: str, values: frozenset[str]) -> Holds:
    """The plain case: what an event said is one of some words."""

    def holds(item: Item, fact: Fact, day: date) -> bool:
        value = fact.fields.get(name)
        if value is None:
            value = item.attributes.get(name)  # type: ignore[assignment]
        if type(value) is str:
            return value in values
        return value is not None and not values.isdisjoint(texts(value))

    return holds


def _tests(of: Condition, terms: Terms) -> tuple[_Test, ...]:
    tests: list[_Test] = []
    if of.values:
        tests.append(lambda value: not of.values.isdisjoint(_words(value, of)))
    if of.none_of:
        tests.append(lambda value: of.none_of.isdisjoint(_words(value, of)))
    for bound, compares in _bounds(of):
        tests.append(_compared(bound, compares, terms))
    return tuple(tests)


def _words(value: Value, of: Condition) -> tuple[str, ...]:
    """The value as the condition writes it: by the name of its band, where there are bands."""
    if of.bands is None:
        return texts(value)
    number = numeric(value)
    name = None if number is None else of.bands.of(number)
    return () if name is None else (name,)


_Compares = Callable[[int], bool]
"""Of -1, 0 or 1: the value is less than the bound, equals it, or is more."""


def _bounds(of: Condition) -> list[tuple[Bound, _Compares]]:
    bounds: list[tuple[Bound | None, _Compares]] = [
        (of.at_least, lambda order: order >= 0),
        (of.at_most, lambda order: order <= 0),
        (of.above, lambda order: order > 0),
        (of.below, lambda order: order < 0),
    ]
    return [(bound, compares) for bound, compares in bounds if bound is not None]


def _compared(bound: Bound, compares: _Compares, terms: Terms) -> _Test:
    """The value is read as what the bound is: a number, a date or a time of day. One that is none such is refused."""

    def test(value: Value) -> bool:
        read: Bound | None
        if isinstance(bound, Decimal):
            read = numeric(value)
        elif isinstance(bound, time):
            read = at_time(value, terms.zone)
        else:
            read = on_day(value, terms.zone)
        if read is None:
            return False
        return compares((read > bound) - (read < bound))  # type: ignore[operator]

    return test
