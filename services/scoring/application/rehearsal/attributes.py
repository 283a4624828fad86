"""An item's attributes: read as its kind has them, and the review path that they send it on."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal

from services.scoring.application.rehearsal import values
from shared.contracts.department_events import AttributeValue
from shared.schemes.document import Node
from shared.schemes.facts import texts_of
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Attribute, AttributeType, Condition, Kind
from shared.schemes.reading import Reading

CHOICES_MAX = 200
FILES_MAX = 200

_SIGNED = re.compile(r"-?[0-9]{1,9}", re.ASCII)


def read_attributes(reading: Reading, kind: Kind, said: Mapping[str, Node]) -> dict[str, AttributeValue]:
    """The attributes as events have them; what the kind does not have, or has otherwise, is a mistake."""
    found: dict[str, AttributeValue] = {}
    for name, node in said.items():
        attribute = kind.attributes.get(name)
        if attribute is None:
            message = f'a {kind.name} has no attribute "{shortened(name)}"; it has {listed(kind.attributes) or "none"}'
            reading.mistake(node, message, closest(name, kind.attributes))
            continue
        found[name] = _READERS[attribute.type](reading, node, attribute)
    return found


def missing(kind: Kind, attributes: Mapping[str, AttributeValue]) -> list[str]:
    """The attributes that an item of the kind must have and this one lacks: also a list without anything in it."""
    required = (attribute for attribute in kind.attributes.values() if attribute.required)
    return [attribute.name for attribute in required if attributes.get(attribute.name) in (None, "", [])]


def stages_of(kind: Kind, attributes: Mapping[str, AttributeValue]) -> tuple[str, ...]:
    """The stages of review that an item with these attributes passes; none where it needs no review."""
    for path in kind.review:
        if all(_holds(condition, attributes.get(condition.field)) for condition in path.when):
            return path.stages
    return ()


def _text(reading: Reading, node: Node, _: Attribute) -> str:
    return reading.text(node)


def _choice(reading: Reading, node: Node, attribute: Attribute) -> str:
    return reading.one_of(node, attribute.of, f"{attribute.name} of this kind")


def _choices(reading: Reading, node: Node, attribute: Attribute) -> list[str]:
    chosen = values.words(reading, node, "choices", CHOICES_MAX)
    for each in chosen:
        if each not in attribute.of:
            message = f'"{shortened(each)}" is no {attribute.name}: it is one of {listed(attribute.of)}'
            reading.mistake(node, message, closest(each, attribute.of))
    return list(chosen)


def _integer(reading: Reading, node: Node, attribute: Attribute) -> int:
    scalar = reading.scalar(node, "a whole number")
    if scalar is None:
        return 0
    if _SIGNED.fullmatch(scalar.value) is None:
        reading.mistake(scalar, f'"{shortened(scalar.value)}" is no whole number')
        return 0
    number = int(scalar.value)
    _within(reading, node, attribute, Decimal(number))
    return number


def _number(reading: Reading, node: Node, attribute: Attribute) -> str:
    number = reading.decimal(node)
    _within(reading, node, attribute, number)
    return format(number, "f")


def _within(reading: Reading, node: Node, attribute: Attribute, number: Decimal) -> None:
    if attribute.at_least is not None and number < attribute.at_least:
        reading.mistake(node, f"{attribute.name} is at least {attribute.at_least}")
    if attribute.at_most is not None and number > attribute.at_most:
        reading.mistake(node, f"{attribute.name} is at most {attribute.at_most}")


def _boolean(reading: Reading, node: Node, _: Attribute) -> bool:
    return reading.yes_no(node)


def _date(reading: Reading, node: Node, _: Attribute) -> str:
    return reading.day(node).isoformat()


def _time(reading: Reading, node: Node, _: Attribute) -> str:
    return reading.time_of_day(node).isoformat("minutes")


def _files(reading: Reading, node: Node, _: Attribute) -> list[str]:
    return list(values.words(reading, node, "files", FILES_MAX))


_READERS: Mapping[AttributeType, Callable[[Reading, Node, Attribute], AttributeValue]] = {
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "files": _files,
}


def _holds(condition: Condition, value: AttributeValue | None) -> bool:
    """Whether an attribute fulfils the condition; one that is not there fulfils none but ``none_of``."""
    if value is None:
        return bool(condition.none_of) and not condition.values
    texts = texts_of(value)
    if condition.bands is not None:
        band = condition.bands.of(_measured(value))
        texts = () if band is None else (band,)
    if condition.values and condition.values.isdisjoint(texts):
        return False
    if not condition.none_of.isdisjoint(texts):
        return False
    return _in_range(condition, value)


def _in_range(condition: Condition, value: AttributeValue) -> bool:
    return (
        (condition.at_least is None or not _below(value, condition.at_least))
        and (condition.at_most is None or not _above(value, condition.at_most))
        and (condition.above is None or _above(value, condition.above))
        and (condition.below is None or _below(value, condition.below))
    )


def _below(value: AttributeValue, bound: Decimal | date | time) -> bool:
    if isinstance(bound, Decimal):
        return _measured(value) < bound
    return str(value) < bound.isoformat()[: len(str(value))]


def _above(value: AttributeValue, bound: Decimal | date | time) -> bool:
    if isinstance(bound, Decimal):
        return _measured(value) > bound
    return str(value) > bound.isoformat()[: len(str(value))]


def _measured(value: AttributeValue) -> Decimal:
    """A number as it is; of a list, how many things are in it."""
    return Decimal(len(value)) if isinstance(value, list) else Decimal(str(value))
