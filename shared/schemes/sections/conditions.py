"""``where``, and the ``when`` of a review: what must hold of a fact or of an item."""

import re
from collections import abc
from decimal import Decimal
from typing import cast, get_args

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.entries import Fields
from shared.schemes.facts import number_text
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Bands, Bound, Condition, DateFunction
from shared.schemes.reading import Reading
from shared.schemes.sections.fields import ORDERED, FieldTable, SelectedField, SelectedType
from shared.schemes.shapes import ANY, Either, Entries, Key, Keys, ListOf

CONDITIONS_MAX = 10
VALUES_MAX = 100

CONDITION = Keys(
    "a condition",
    (
        Key("not", ListOf(ANY, VALUES_MAX), "None of these."),
        Key("at_least", ANY, "This or more; a number, a date or a time of day."),
        Key("at_most", ANY, "This or less."),
        Key("above", ANY, "More than this."),
        Key("below", ANY, "Less than this."),
    ),
)
CONDITIONS = Entries(Either((ANY, ListOf(ANY, VALUES_MAX), CONDITION)), CONDITIONS_MAX)

OF_TWO: frozenset[DateFunction] = frozenset({"days", "workdays", "hours"})
"""The functions of dates that take two; the others take one."""

_FUNCTIONS: tuple[DateFunction, ...] = get_args(DateFunction)
_WITHIN: dict[DateFunction, tuple[int, int]] = {"weekday_of": (1, 7), "day_of": (1, 31), "month_of": (1, 12)}
_LOWER, _UPPER = ("at_least", "above"), ("at_most", "below")
_CALL = re.compile(r"\s*([a-z_]+)\s*\(\s*([a-z0-9_]*)\s*(?:,\s*([a-z0-9_]*)\s*)?\)\s*", re.ASCII)


def read_conditions(reading: Reading, node: Node, table: FieldTable, what: str = "where") -> tuple[Condition, ...]:
    """All of which must hold of something that has the fields of the table."""
    if not isinstance(node, Mapping):
        reading.mistake(node, f"{what} is written as fields and the values they may have: {{field: value}}")
        return ()
    if not node.entries:
        reading.mistake(node, f"this {what} is empty: leave it out, or say what must hold")
    if len(node.entries) > CONDITIONS_MAX:
        reading.mistake(node, f"there are at most {CONDITIONS_MAX} conditions in a {what}")
    entries = list(node.entries.values())[:CONDITIONS_MAX]
    return tuple(found for key, value in entries if (found := _condition(reading, key, value, table)))


def _condition(reading: Reading, key: Scalar, node: Node, table: FieldTable) -> Condition | None:
    if "(" in key.value and table.has_functions:
        return _function(reading, key, node, table)
    field = table.find(reading, key)
    return _Values(reading, field).condition(node) if field else None


def _function(reading: Reading, key: Scalar, node: Node, table: FieldTable) -> Condition | None:
    matched = _CALL.fullmatch(key.value)
    if matched is None:
        message = f'"{shortened(key.value)}" is no function of dates: write it like workdays(happened_on, submitted_on)'
        reading.mistake(key, message)
        return None
    name, *arguments = (part for part in matched.groups() if part is not None)
    if name not in _FUNCTIONS:
        message = f'there is no function of dates "{shortened(name)}"; there are {", ".join(_FUNCTIONS)}'
        reading.mistake_within(key, *matched.span(1), message, closest(name, _FUNCTIONS))
        return None
    function = cast(DateFunction, name)
    expected = 2 if function in OF_TWO else 1
    if len(arguments) != expected:
        example = "(happened_on, submitted_on)" if expected == 2 else "(submitted_on)"
        reading.mistake(key, f"{function} takes {expected} of the fact's dates: write {function}{example}")
        return None
    known = [known_moment(reading, key, matched.span(place + 2), function, table) for place in range(expected)]
    if not all(known):
        return None
    written = f"{function}({', '.join(arguments)})"
    type_: SelectedType = "time" if function == "time_of" else "number"
    if function == "workdays":
        reading.needs_workdays.append(key)
    field = SelectedField(written, type_, within=_WITHIN.get(function))
    return _Values(reading, field).condition(node, function, tuple(arguments))


def known_moment(reading: Reading, at: Scalar, span: tuple[int, int], function: str, table: FieldTable) -> bool:
    """Whether a function of dates may take what stands at these characters; notes a mistake when not."""
    name = at.value[span[0] : span[1]]
    known = [*table.instants] if function == "time_of" else [*table.dates, *table.instants]
    if name in known:
        return True
    what = "no time" if function == "time_of" else "no date"
    message = f'{table.what} has {what} "{shortened(name)}" for {function}; it has {listed(known) or "none"}'
    reading.mistake_within(at, *span, message, closest(name, known))
    return False


class _Values:
    """The values of one field while its condition is read."""

    def __init__(self, reading: Reading, field: SelectedField) -> None:
        self._reading = reading
        self._field = field

    def condition(self, node: Node, function: DateFunction | None = None, of: tuple[str, ...] = ()) -> Condition | None:
        name = self._field.name
        if not isinstance(node, Mapping):
            values, bands = self._values(node)
            return Condition(name, values=values, function=function, of=of, bands=bands)
        fields = Fields(self._reading, node, CONDITION)
        if not fields.has(*CONDITION.names):
            self._reading.mistake(node, f"say what must hold of {name}: {', '.join(CONDITION.names)}")
        bounds = self._bounds(fields)
        refused = fields.get("not")
        none_of, bands = self._values(refused) if refused else (frozenset[str](), None)
        return Condition(
            name,
            none_of=none_of,
            at_least=bounds.get("at_least"),
            at_most=bounds.get("at_most"),
            above=bounds.get("above"),
            below=bounds.get("below"),
            function=function,
            of=of,
            bands=bands,
        )

    def _values(self, node: Node) -> tuple[frozenset[str], Bands | None]:
        """The values as text, and the bands where they are names of those."""
        field, items = self._field, self._reading.items(node, "values", VALUES_MAX)
        if field.bands is not None and any(isinstance(item, Scalar) and not _is_number(item.value) for item in items):
            names = field.band_names
            return frozenset(value_of(self._reading, item, field.name, names) for item in items), field.bands
        return frozenset(self._value(item) for item in items), None

    def _value(self, node: Node) -> str:
        match self._field.type:
            case "number" | "files":
                number = self._number(node)
                if number % 1 and (self._field.whole or self._field.type == "files"):
                    self._reading.mistake(node, f"{self._field.name} is never {number}: it is a whole number")
                return number_text(number)
            case "date":
                return self._reading.day(node).isoformat()
            case "time":
                return self._reading.time_of_day(node).strftime("%H:%M")
            case "word" | "text":
                return self._reading.text(node, f"a value of {self._field.name}")
            case _:
                return value_of(self._reading, node, self._field.name, self._field.words)

    def _number(self, node: Node) -> Decimal:
        number = self._reading.decimal(node)
        least, most = self._field.within or (number, number)
        if not least <= number <= most:
            self._reading.mistake(node, f"{self._field.name} is never {number}: it goes from {least} to {most}")
        return number

    def _bounds(self, fields: Fields) -> dict[str, Bound]:
        found: dict[str, Bound] = {}
        for key in fields.has(*_LOWER, *_UPPER):
            node = fields.get(key)
            assert node is not None
            if self._field.type in ORDERED:
                found[key] = self._bound(node)
            else:
                message = f'{self._field.name} has no order that "{key}" could go by: list its values, or write not'
                fields.mistake(key, message)
        for pair in (_LOWER, _UPPER):
            if all(key in found for key in pair):
                fields.mistake(pair[1], f"write {pair[0]} or {pair[1]}, not both")
        _refuse_nothing(fields, found)
        return found

    def _bound(self, node: Node) -> Bound:
        match self._field.type:
            case "date":
                return self._reading.day(node)
            case "time":
                return self._reading.time_of_day(node)
            case _:
                return self._number(node)


def _is_number(text: str) -> bool:
    return text[:1] in "-.0123456789"


def _refuse_nothing(fields: Fields, found: abc.Mapping[str, Bound]) -> None:
    """Bounds that leave no value between them."""
    lower = next((key for key in _LOWER if key in found), None)
    upper = next((key for key in _UPPER if key in found), None)
    if lower is None or upper is None:
        return
    least, most = found[lower], found[upper]
    reached = least == most and (lower, upper) == ("at_least", "at_most")
    if not reached and least >= most:  # type: ignore[operator]  # both are of the field's one type
        fields.mistake(upper, f"nothing is {lower} {least} and {upper} {most} at once")


def value_of(reading: Reading, node: Node, field: str, words: abc.Collection[str]) -> str:
    """One of the words that a field can be."""
    text = reading.text(node, f"a value of {field}")
    if text and text not in words:
        message = f'{field} is never "{shortened(text)}"; it is one of {listed(words)}'
        reading.mistake(node, message, closest(text, words))
    return text
