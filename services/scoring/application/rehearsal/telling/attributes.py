"""An item's attributes: read as its kind has them, and the review path that they send it on."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from services.scoring.application.rehearsal.reading import values
from services.scoring.application.rehearsal.reading.shapes import VALUES_MAX
from services.scoring.domain import items
from services.scoring.domain.conditions import condition
from services.scoring.domain.fields import Terms
from shared.contracts.department_events import AttributeValue, ItemSubmitted
from shared.schemes.document import Node
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Attribute, AttributeType, Kind, Scheme
from shared.schemes.reading import Reading

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


def stages_of(scheme: Scheme, kind: Kind, attributes: dict[str, AttributeValue]) -> tuple[str, ...]:
    """The stages of review that an item with these attributes passes; none where it needs no review."""
    types = {name: attribute.type for name, attribute in kind.attributes.items()}
    terms = Terms(scheme.time_zone, scheme.workdays, types, _nobody_asks)
    said = ItemSubmitted("", scheme.name, kind.name, "", attributes=attributes)
    item = items.submitted(said, 0, values.EPOCH, values.EPOCH.date())
    for path in kind.review:
        if all(condition(one, terms)(item, item.facts[0], item.submitted_on) for one in path.when):
            return path.stages
    return ()


def _nobody_asks(*_: object) -> None:
    """A review path does not ask whether something is on time."""


def _text(reading: Reading, node: Node, _: Attribute) -> str:
    return reading.text(node)


def _choice(reading: Reading, node: Node, attribute: Attribute) -> str:
    return reading.one_of(node, attribute.of, f"{attribute.name} of this kind")


def _choices(reading: Reading, node: Node, attribute: Attribute) -> list[str]:
    chosen = values.words(reading, node, "choices", VALUES_MAX)
    for each in chosen:
        if each not in attribute.of:
            message = f'"{shortened(each)}" is no {attribute.name}: it is one of {listed(attribute.of)}'
            reading.mistake(node, message, closest(each, attribute.of))
    _within(reading, node, attribute, Decimal(len(chosen)))
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
    """``number`` is the attribute's value, or how many things it names."""
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


def _files(reading: Reading, node: Node, attribute: Attribute) -> list[str]:
    files = values.words(reading, node, "files", VALUES_MAX)
    _within(reading, node, attribute, Decimal(len(files)))
    return list(files)


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
