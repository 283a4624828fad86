"""``measures``: which facts count, and what each is worth."""

from decimal import Decimal
from typing import get_args

from shared.schemes.document import Node, Scalar
from shared.schemes.facts import DATES
from shared.schemes.model import FactType, FixedAmount, Measure, PerItem
from shared.schemes.reading import Fields, Named, Reading, word
from shared.schemes.sections.amounts import read_amount
from shared.schemes.sections.selecting import Selection, Vocabulary

MEASURES_MAX = 100

UNITS = ("points", "items", "hours")

_KEYS = ("title", "cite", "count", "where", "unit", "amount", "per_item", "dated")
_LATER = "per_period late credit pay difference metric calendar subject scale"
_FACTS: tuple[FactType, ...] = get_args(FactType)
_PER_ITEM = ("all", "highest", "first", "latest")
_ONE = FixedAmount(Decimal(1))


def read_measures(reading: Reading, node: Node | None, vocabulary: Vocabulary) -> dict[str, Measure]:
    named = Named(reading, node, "measure", word, least=1, most=MEASURES_MAX)
    return {key.value: _measure(reading, key.value, entry, vocabulary) for key, entry in named.entries}


def _measure(reading: Reading, name: str, node: Node, vocabulary: Vocabulary) -> Measure:
    fields = Fields(reading, node, "a measure", _KEYS, later=_LATER)
    title, cite, count, unit, per_item = (fields.get(key) for key in ("title", "cite", "count", "unit", "per_item"))
    fact = _fact(reading, fields)
    selection = Selection(reading, fact, vocabulary)
    # What a fact has cannot be checked when it is not known which fact is meant.
    known = isinstance(count, Scalar) and count.value == fact
    where, amount, dated = (fields.get(key) if known else None for key in ("where", "amount", "dated"))
    return Measure(
        name=name,
        title=reading.text(title) if title else name,
        cite=reading.text(cite) if cite else "",
        count=fact,
        where=selection.conditions(where) if where else (),
        unit=reading.one_of(unit, UNITS, "unit") if unit else "points" if amount else "items",
        amount=read_amount(reading, amount, selection) if amount else _ONE,
        per_item=PerItem(reading.one_of(per_item, _PER_ITEM, "way to take repeated facts of an item"))
        if per_item
        else PerItem(),
        dated=reading.one_of(dated, DATES[fact], f"date of something {fact}") if dated else DATES[fact][0],
    )


def _fact(reading: Reading, fields: Fields) -> FactType:
    count = fields.require("count")
    return reading.one_of(count, _FACTS, "fact to count") if count else "submitted"
