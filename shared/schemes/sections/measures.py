"""``measures``: which facts count, what each is worth, and to whom."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, get_args

from shared.calendars import Calendar
from shared.schemes import document
from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, word
from shared.schemes.facts import DATES, OF_CALLS, OF_ITEMS, OF_QUOTAS
from shared.schemes.mistakes import closest, shortened
from shared.schemes.model import Condition, Credit, FactType, FixedAmount, Kind, Measure, OnTime, PerItem, TableAmount
from shared.schemes.reading import Reading
from shared.schemes.sections.amounts import AMOUNTS, read_amount
from shared.schemes.sections.conditions import CONDITIONS, read_conditions
from shared.schemes.sections.dues import DUE_KEYS, due_of
from shared.schemes.sections.fields import Vocabulary, fields_of_facts
from shared.schemes.sections.policies import (
    CREDIT,
    PAY,
    PER_ITEM,
    PER_PERIOD,
    PERSONS,
    read_credit,
    read_pay,
    read_per_item,
    read_per_period,
    read_persons,
)
from shared.schemes.shapes import (
    CITE,
    TITLE,
    WORD,
    WORD_PATTERN,
    Either,
    Entries,
    Key,
    Keys,
    ListOf,
    Value,
    whole,
    words,
)

MEASURES_MAX = 100
SCALE_MAX = 6
TOGETHER_MAX = 20

UNITS = ("points", "items", "hours")
CURRENCY = "[A-Z]{3}"

_FACTS: tuple[FactType, ...] = get_args(FactType)
_ALL_DATES = tuple(dict.fromkeys(name for dates in DATES.values() for name in dates))
_DIFFERENCES: tuple[Literal["own", "first"], ...] = ("own", "first")
_LATE: tuple[Literal["include", "exclude", "only"], ...] = ("include", "exclude", "only")
_OF_ITEMS_ALONE = ("per_item", "together_with", "difference", "credit", "persons", "pay")

MEASURE_DUE = Keys(
    "due of a measure", (Key("calendar", WORD, "In whose periods the facts are dated.", required=True), *DUE_KEYS)
)
MEASURE = Keys(
    "a measure",
    (
        TITLE,
        CITE,
        Key("count", words(_FACTS), "The facts that it counts.", required=True),
        Key("where", CONDITIONS, "Which of them: all of these must hold."),
        Key("amount", AMOUNTS, "What each is worth; 1 if left out."),
        Key("per_item", PER_ITEM, "What several facts of one item give together; all if left out."),
        Key(
            "together_with",
            ListOf(WORD, TOGETHER_MAX),
            "Measures whose facts of one item are taken together with these.",
        ),
        Key("difference", words(_DIFFERENCES), "Whether a fact adds in its own period or in that of the item's first."),
        Key("per_period", PER_PERIOD, "What counts of a department's amounts in each period of a calendar."),
        Key("dated", words(_ALL_DATES), "The date that selects the periods."),
        Key("late", words(_LATE), "Whether late facts count: include (if left out), exclude, or they only."),
        Key("due", MEASURE_DUE, "By when facts must be there to be on time; as for the first quota if left out."),
        Key("credit", CREDIT, "Which departments of a joint item are credited."),
        Key("persons", PERSONS, "Which contributors are credited too."),
        Key("pay", PAY, "How an amount of money is split between roles, each with its weight."),
        Key(
            "unit", Either((words(UNITS), Value({"type": "string", "pattern": f"^{CURRENCY}$"}))), "What it counts in."
        ),
        Key("scale", whole(0, SCALE_MAX), "To how many decimals amounts are rounded; 2 if left out."),
    ),
)
MEASURES = Entries(MEASURE, MEASURES_MAX, least=1, names=WORD_PATTERN)


@dataclass(frozen=True)
class WrittenMeasure:
    """A measure, and what of it can be settled only when all measures and quotas are known."""

    measure: Measure
    at: Scalar
    together_with: Node | None
    on_time_asked: Node | None
    """What asks whether a fact is on time, where neither the fact nor the measure tells by when it was to be there."""

    @property
    def credits_persons(self) -> bool:
        """Whether persons, and not departments alone, can have amounts of it."""
        measure = self.measure
        of_persons = measure.count == "adjusted" or measure.count in OF_QUOTAS
        return of_persons or measure.persons is not None or bool(measure.pay)


def read_measures(
    reading: Reading, node: Node | None, vocabulary: Vocabulary, calendars: Mapping[str, Calendar]
) -> dict[str, WrittenMeasure]:
    named = Named(reading, node, "measure", word, MEASURES)
    return {key.value: _Measuring(reading, key, entry, vocabulary, calendars).measure() for key, entry in named.entries}


class _Measuring:
    """One measure while it is read."""

    def __init__(
        self, reading: Reading, key: Scalar, node: Node, vocabulary: Vocabulary, calendars: Mapping[str, Calendar]
    ) -> None:
        self._reading = reading
        self._key = key
        self._fields = Fields(reading, node, MEASURE)
        self._vocabulary = vocabulary
        self._calendars = calendars
        self._fact: FactType = self._fields.choice("count", _FACTS, "fact to count", "submitted")
        count = self._fields.get("count")
        # What a fact has cannot be checked when it is not known which fact is meant.
        self._known = isinstance(count, Scalar) and count.value == self._fact
        self._kinds = _kinds_of(self._get("where"), list(vocabulary.kinds.kinds.values()))
        self._table = fields_of_facts(self._fact, self._kinds, vocabulary)

    def measure(self) -> WrittenMeasure:
        fields, fact = self._fields, self._fact
        amount, unit, scale = self._get("amount"), fields.get("unit"), fields.get("scale")
        if fact not in OF_ITEMS:
            for key in fields.has(*_OF_ITEMS_ALONE):
                fields.mistake(key, f'"{key}" is about the facts of items, and something {fact} is none')
        per_item, credit, dated = self._item("per_item"), self._item("credit"), self._get("dated")
        read = Measure(
            name=self._key.value,
            title=fields.text("title", self._key.value),
            cite=fields.text("cite"),
            count=fact,
            where=self._where(),
            unit=_unit(self._reading, unit) if unit else "points" if amount else "items",
            amount=read_amount(self._reading, amount, self._vocabulary.facts, self._table) if amount else _ONE,
            per_item=read_per_item(self._reading, per_item, self._table) if per_item else PerItem(),
            dated=self._reading.one_of(dated, DATES[fact], f"date of something {fact}") if dated else DATES[fact][0],
            difference=fields.choice("difference", _DIFFERENCES, "way to enter differences", "own"),
            late=fields.choice("late", _LATE, "way to take late facts", "include"),
            on_time=self._on_time(),
            credit=read_credit(self._reading, credit) if credit else Credit(),
            scale=self._reading.whole(scale, 0, SCALE_MAX) if scale else 2,
        )
        read = self._for_persons(self._by_period(read))
        return WrittenMeasure(read, self._key, self._item("together_with"), self._on_time_asked(read))

    def _get(self, key: str) -> Node | None:
        return self._fields.get(key) if self._known else None

    def _item(self, key: str) -> Node | None:
        """What is only about facts of items."""
        return self._get(key) if self._fact in OF_ITEMS else None

    def _where(self) -> tuple[Condition, ...]:
        node = self._get("where")
        if node is None:
            return ()
        table = self._table
        if self._fact in OF_ITEMS:  # a condition may ask for any kind; the other fields are those of the kinds it names
            wide = fields_of_facts(self._fact, self._vocabulary.kinds.kinds.values(), self._vocabulary)
            table = replace(table, fields={**table.fields, "kind": wide.fields["kind"]})
        return read_conditions(self._reading, node, table)

    def _by_period(self, read: Measure) -> Measure:
        node = self._fields.get("per_period")
        if node is None:
            return read
        return replace(read, per_period=read_per_period(self._reading, node, self._calendars, self._vocabulary.facts))

    def _for_persons(self, read: Measure) -> Measure:
        persons, pay = self._item("persons"), self._item("pay")
        if pay is not None and not re.fullmatch(CURRENCY, read.unit):
            self._fields.mistake("pay", '"pay" splits money: give the measure a currency, such as unit: CNY')
        if pay is not None and persons is not None:
            self._fields.mistake("persons", '"pay" credits the persons already: write one of the two')
        return replace(
            read,
            persons=read_persons(self._reading, persons, self._kinds) if persons else None,
            pay=read_pay(self._reading, pay, self._kinds) if pay else {},
        )

    def _on_time(self) -> OnTime | None:
        node = self._fields.get("due")
        if node is None:
            return None
        if self._fact in OF_QUOTAS:
            self._fields.mistake("due", f'something {self._fact} has the due date of its quota: leave "due" out')
        fields = Fields(self._reading, node, MEASURE_DUE)
        calendar = fields.get("calendar")
        name = self._reading.reference(calendar, self._calendars, "calendar") if calendar else ""
        return OnTime(name, due_of(fields, self._calendars.get(name)))

    def _on_time_asked(self, read: Measure) -> Node | None:
        if read.on_time is not None or self._fact in OF_QUOTAS or self._fact in OF_CALLS:
            return None
        if read.late != "include":
            return self._fields.get("late")
        if any(condition.field == "on_time" for condition in read.where):
            return self._fields.get("where")
        tables = [read.amount, read.amount.times] if isinstance(read.amount, TableAmount) else []
        if any(isinstance(table, TableAmount) and "on_time" in table.by for table in tables):
            return self._fields.get("amount")
        return None


_ONE = FixedAmount(Decimal(1))


def _kinds_of(where: Node | None, kinds: Sequence[Kind]) -> Sequence[Kind]:
    """The kinds that ``where`` narrows the facts down to: these say which attributes there are."""
    entry = where.entries.get("kind") if isinstance(where, document.Mapping) else None
    if entry is None or isinstance(entry[1], document.Mapping):
        return kinds
    items = [entry[1]] if isinstance(entry[1], Scalar) else entry[1].items
    names = {item.value for item in items if isinstance(item, Scalar)}
    # None of them: a mistake that is noted with the condition, and need not bring more.
    return [kind for kind in kinds if kind.name in names] or kinds


def _unit(reading: Reading, node: Node) -> str:
    unit = reading.text(node, "a unit such as points")
    if unit and unit not in UNITS and not re.fullmatch(CURRENCY, unit):
        message = f'"{shortened(unit)}" is no unit: it is one of {", ".join(UNITS)}, or a currency such as CNY'
        reading.mistake(node, message, closest(unit, UNITS))
    return unit
