"""``measures``: which facts count, and what each is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from shared.schemes import document
from shared.schemes.document import Node
from shared.schemes.facts import DATES, FIELDS, FORMS
from shared.schemes.mistakes import closest, shortened
from shared.schemes.model import Condition, FactType, FixedAmount, Kind, Measure, OutletsBy, PerItem, TableAmount
from shared.schemes.reading import Fields, Named, Reading

MEASURES_MAX = 100
CONDITIONS_MAX = 10
VALUES_MAX = 100
TABLE_FIELDS_MAX = 4
TABLE_ROWS_MAX = 2_000

UNITS = ("points", "items", "hours")

_KEYS = ("title", "cite", "count", "where", "unit", "amount", "per_item", "dated")
_LATER = "per_period late credit pay difference metric calendar subject scale"
_FACTS: tuple[FactType, ...] = get_args(FactType)
_PER_ITEM: tuple[PerItem, ...] = get_args(PerItem)


@dataclass(frozen=True)
class Vocabulary:
    """What a measure may speak of."""

    kinds: Mapping[str, Kind]
    outlets_by: OutletsBy | None


def read_measures(reading: Reading, node: Node | None, vocabulary: Vocabulary) -> dict[str, Measure]:
    named = Named(reading, node, "measure", MEASURES_MAX)
    return {name: _measure(reading, name, entry, vocabulary) for name, entry in named.entries}


def _measure(reading: Reading, name: str, node: Node, vocabulary: Vocabulary) -> Measure:
    fields = Fields(reading, node, "a measure", _KEYS, later=_LATER)
    count, where, unit, amount = fields.require("count"), fields.get("where"), fields.get("unit"), fields.get("amount")
    title, cite, per_item, dated = (fields.get(key) for key in ("title", "cite", "per_item", "dated"))
    fact = reading.one_of(count, _FACTS, "fact to count") if count else "submitted"
    selectable = _Selectable(reading, fact, vocabulary)
    conditions = selectable.conditions(where) if where else ()
    return Measure(
        name=name,
        title=reading.text(title) if title else name,
        cite=reading.text(cite) if cite else "",
        count=fact,
        where=conditions,
        unit=reading.one_of(unit, UNITS, "unit") if unit else "points" if amount else "items",
        amount=_amount(reading, amount, selectable) if amount else FixedAmount(Decimal(1)),
        per_item=reading.one_of(per_item, _PER_ITEM, "way to take repeated facts of an item") if per_item else "all",
        dated=reading.one_of(dated, DATES[fact], f"date of something {fact}") if dated else DATES[fact][0],
    )


class _Selectable:
    """The fields of one measure's facts, and the values that each may have."""

    def __init__(self, reading: Reading, fact: FactType, vocabulary: Vocabulary) -> None:
        self._reading = reading
        self._fact = fact
        self._vocabulary = vocabulary
        self._kinds = frozenset(vocabulary.kinds)

    def conditions(self, node: Node) -> tuple[Condition, ...]:
        if not isinstance(node, document.Mapping):
            self._reading.mistake(node, "where is written as fields and the values they may have: {kind: report}")
            return ()
        if len(node.entries) > CONDITIONS_MAX:
            self._reading.mistake(node, f"there are at most {CONDITIONS_MAX} conditions in a where")
        entries = sorted(node.entries.values(), key=lambda entry: entry[0].value != "kind")[:CONDITIONS_MAX]
        return tuple(condition for key, value in entries if (condition := self._condition(key, value)))

    def _condition(self, key: document.Scalar, node: Node) -> Condition | None:
        if not self.is_field(key, several_values=True):
            return None
        values = frozenset(self._values(key.value, node))
        if key.value == "kind":
            self._kinds = values & self._kinds
        return Condition(key.value, values)

    def _values(self, field: str, node: Node) -> list[str]:
        if isinstance(node, document.Mapping):
            self._reading.mistake(node, "comparisons and ranges are not supported yet: list the values")
            return []
        domain = self.domain(field)
        return [self.value(item, field, domain) for item in self._reading.items(node, "values", VALUES_MAX)]

    def is_field(self, name: document.Scalar, *, several_values: bool) -> bool:
        """Whether facts may be selected by a field of this name; notes a mistake when not."""
        if name.value == "tier" and self._vocabulary.outlets_by != "tier" and self._fact == "adopted":
            self._reading.mistake(name, 'to value outlets by their tier, say "outlets_by: tier" in the scheme')
        types = {kind.attributes[name.value].type for kind in self._selected() if name.value in kind.attributes}
        if name.value in FIELDS[self._fact]:
            return True
        if not types:
            known = [*FIELDS[self._fact], *(attribute for kind in self._selected() for attribute in kind.attributes)]
            message = f'something {self._fact} has no field "{shortened(name.value)}"; it has {", ".join(known)}'
            self._reading.mistake(name, message, closest(name.value, known))
            return False
        refused = types & {"number", "date"} if several_values else types - {"choice", "boolean"}
        if refused:
            message = f'"{name.value}" is a {min(refused)}: selecting by that is not supported yet'
            self._reading.mistake(name, message)
        return not refused

    def domain(self, field: str) -> frozenset[str] | None:
        """The values that the field may have; None where any text may stand."""
        if field == "kind":
            return self._kinds
        if field == "form":
            return frozenset(FORMS)
        attributes = [kind.attributes[field] for kind in self._selected() if field in kind.attributes]
        if not attributes or any(attribute.type in ("text", "integer") for attribute in attributes):
            return None
        choices = {choice for attribute in attributes for choice in attribute.of}
        yes_or_no = {"true", "false"} if any(attribute.type == "boolean" for attribute in attributes) else set()
        return frozenset(choices | yes_or_no)

    def value(self, node: Node, field: str, domain: frozenset[str] | None) -> str:
        text = self._reading.text(node, f"a value of {field}")
        if text and domain is not None and text not in domain:
            message = f'{field} is never "{shortened(text)}"; it is one of {", ".join(sorted(domain))}'
            self._reading.mistake(node, message, closest(text, domain))
        return text

    def _selected(self) -> list[Kind]:
        return [kind for name, kind in self._vocabulary.kinds.items() if name in self._kinds]


def _amount(reading: Reading, node: Node, selectable: _Selectable) -> FixedAmount | TableAmount:
    if isinstance(node, document.Scalar):
        return FixedAmount(reading.decimal(node))
    fields = Fields(reading, node, "an amount", ("by", "table"), later="bands times formula attribute per scale")
    by_node, table = fields.require("by"), fields.require("table")
    if by_node is None or table is None:
        return FixedAmount(Decimal(0))
    by = tuple(
        item.value
        for item in reading.items(by_node, "fields", TABLE_FIELDS_MAX)
        if isinstance(item, document.Scalar) and selectable.is_field(item, several_values=False)
    )
    if not by:
        return FixedAmount(Decimal(0))
    rows: dict[tuple[str, ...], Decimal] = {}
    _rows(reading, table, by, (), rows, selectable)
    if len(rows) > TABLE_ROWS_MAX:
        reading.mistake(table, f"a table has at most {TABLE_ROWS_MAX} amounts")
    return TableAmount(by, rows)


def _rows(
    reading: Reading,
    node: Node,
    by: tuple[str, ...],
    found: tuple[str, ...],
    rows: dict[tuple[str, ...], Decimal],
    selectable: _Selectable,
) -> None:
    """Go down the table, one field a level, to the amounts."""
    if len(found) == len(by):
        rows[found] = reading.decimal(node)
        return
    field = by[len(found)]
    if not isinstance(node, document.Mapping):
        reading.mistake(node, f"expected the values of {field} here, each with its amount")
        return
    domain = selectable.domain(field)
    for key, below in node.entries.values():
        _rows(reading, below, by, (*found, selectable.value(key, field, domain)), rows, selectable)
