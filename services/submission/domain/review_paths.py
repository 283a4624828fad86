"""Which stages of review an item goes through: the first way whose conditions its attributes fulfil."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal

from shared.contracts.department_events import AttributeValue
from shared.schemes.facts import texts_of
from shared.schemes.model import Attribute, Bound, Condition, Kind


def stages_of(kind: Kind, attributes: Mapping[str, AttributeValue]) -> tuple[str, ...]:
    """The stages of an item of the kind that says this; none: it needs no review."""
    for path in kind.review:
        if all(_holds(kind, condition, attributes) for condition in path.when):
            return path.stages
    return ()


def _holds(kind: Kind, condition: Condition, attributes: Mapping[str, AttributeValue]) -> bool:
    """As in a measure's ``where``: an attribute that the item lacks fulfils no condition but ``none_of``."""
    value = attributes.get(condition.field)
    if value is None:
        return bool(condition.none_of) and not condition.values and not any(_bounds(condition))
    texts = _texts(condition, kind.attributes[condition.field], value)
    if condition.values and condition.values.isdisjoint(texts):
        return False
    if not condition.none_of.isdisjoint(texts):
        return False
    return all(fits(_comparable(value, bound), bound) for fits, bound in _bounds(condition))


def _texts(condition: Condition, attribute: Attribute, value: AttributeValue) -> tuple[str, ...]:
    """What the condition's lists are compared with: the names of bands, or the values as the scheme writes them."""
    if condition.bands is not None:
        band = condition.bands.of(_number(value))
        return () if band is None else (band,)
    return texts_of(_number(value) if attribute.type == "number" else value)


def _bounds(condition: Condition) -> list[tuple[Callable[[Bound, Bound], bool], Bound]]:
    comparisons: tuple[tuple[Callable[[Bound, Bound], bool], Bound | None], ...] = (
        (lambda value, bound: value >= bound, condition.at_least),  # type: ignore[operator]
        (lambda value, bound: value <= bound, condition.at_most),  # type: ignore[operator]
        (lambda value, bound: value > bound, condition.above),  # type: ignore[operator]
        (lambda value, bound: value < bound, condition.below),  # type: ignore[operator]
    )
    return [(fits, bound) for fits, bound in comparisons if bound is not None]


def _comparable(value: AttributeValue, bound: Bound) -> Bound:
    """The value as what the bound is: a date, a time, or a number."""
    if isinstance(bound, date):
        return date.fromisoformat(str(value))
    if isinstance(bound, time):
        return time.fromisoformat(str(value))
    return _number(value)


def _number(value: AttributeValue) -> Decimal:
    """A number, or how many there are in a list."""
    return Decimal(len(value)) if isinstance(value, list) else Decimal(str(value))
