"""What a thing is credited with: its facts by measure, each with its worth, and what several facts give together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shared.schemes.formulas import Formula
from shared.schemes.model import FixedAmount, Measure, PerItem, Scheme, TableAmount
from tests.reference.plain.asking import Asking, date_of, number, texts
from tests.reference.plain.things import Credit, Fact, Thing

DepartmentFacts = Callable[[date, int], Mapping[str, Decimal]]
"""What was known of the department on a day, told before a place of the stream."""

NOTHING = Decimal(0)


class NotSaid(Exception):
    """A formula needs a field that the fact does not have."""


@dataclass(frozen=True)
class Earned:
    """One fact under one measure: its date, its worth by itself, and the value of the field it competes by."""

    measure: Measure
    version: int
    fact: Fact
    day: date
    worth: Decimal
    group: str

    @property
    def together(self) -> object:
        """Facts with the same belong together: versions that take them differently keep them apart."""
        with_others = frozenset(self.measure.together_with) or self.measure.name
        return self.measure.per_item, self.measure.difference, with_others


def credits_of(thing: Thing, versions: "Versions", facts: DepartmentFacts) -> list[Credit]:
    """All that the thing is credited with, under all measures of its scheme."""
    sequences: dict[object, list[Earned]] = {}
    for one in earned(thing, versions, facts):
        sequences.setdefault(one.together, []).append(one)
    found: list[Credit] = []
    for sequence in sequences.values():
        found += _differences(sorted(sequence, key=lambda one: (one.day, one.fact.place)))
    return [one for one in found if one.amount]


class Versions:
    """The versions of one scheme that are applied, each with the days from which it holds."""

    def __init__(self, applied: Sequence[tuple[date, Scheme]]) -> None:
        self.applied = applied
        self.newest_first = sorted({scheme.version: scheme for _, scheme in applied}.values(), key=_version)[::-1]

    def on(self, day: date) -> Scheme | None:
        """The highest version that holds by the day."""
        return max((one for from_on, one in self.applied if from_on <= day), key=_version, default=None)

    def hold(self, scheme: Scheme, day: date) -> bool:
        held = self.on(day)
        return held is not None and held.version == scheme.version

    def numbered(self, version: int) -> Scheme:
        return next(one for one in self.newest_first if one.version == version)


def _version(scheme: Scheme) -> int:
    return scheme.version


def earned(thing: Thing, versions: Versions, facts: DepartmentFacts) -> Iterator[Earned]:
    """Each fact is scored by the version in force on its selecting date, which that version tells."""
    names = dict.fromkeys(name for scheme in versions.newest_first for name in scheme.measures)
    for name in names:
        for fact in thing.counted():
            for scheme in versions.newest_first:
                measure = scheme.measures.get(name)
                if measure is None or measure.count != fact.type or not _of_kind(thing, measure):
                    continue
                day = date_of(thing, fact, measure.dated)
                if day is None or not versions.hold(scheme, day):
                    continue
                asking = Asking(scheme, measure, thing, fact, day)
                worth = _worth(asking, measure, facts)
                if worth is not None:
                    field = measure.per_item.field
                    group = "|".join(texts(asking.value(field))) if field else ""
                    yield Earned(measure, scheme.version, fact, day, worth, group)
                break


def _of_kind(thing: Thing, measure: Measure) -> bool:
    kinds = (one for one in measure.where if one.field == "kind" and thing.kind is not None)
    return all(thing.kind not in one.none_of and (not one.values or thing.kind in one.values) for one in kinds)


def _worth(asking: Asking, measure: Measure, facts: DepartmentFacts) -> Decimal | None:
    """What the fact is worth by itself; None when it is not counted."""
    if not all(asking.holds(condition) for condition in measure.where):
        return None
    late = asking.on_time() is False
    if (measure.late == "exclude" and late) or (measure.late == "only" and not late):
        return None
    if isinstance(measure.amount, FixedAmount):
        return measure.amount.value
    if isinstance(measure.amount, TableAmount):
        return _from_table(asking, measure.amount)
    try:
        return rounded(_calculated(asking, measure.amount.formula, facts), measure.scale)
    except NotSaid:
        return measure.amount.formula.otherwise


def _from_table(asking: Asking, table: TableAmount) -> Decimal | None:
    found = table.rows.get(tuple(_column(asking, table, name) for name in table.by), table.otherwise)
    if found is None or table.times is None:
        return found
    factor = _from_table(asking, table.times)
    assert factor is not None
    return found * factor


def _column(asking: Asking, table: TableAmount, name: str) -> str:
    value = asking.value(name)
    if value is None:
        return ""
    return table.bands[name].of(number(value)) or "" if name in table.bands else "|".join(texts(value))


class _Numbers(dict[str, Decimal]):
    def __missing__(self, key: str) -> Decimal:
        raise NotSaid(key)


def _calculated(asking: Asking, formula: Formula, facts: DepartmentFacts) -> Decimal:
    values = _Numbers()
    known = facts(asking.day, asking.fact.place)
    for reference in formula.references:
        declared = asking.scheme.facts.get(reference.name) if reference.function is None else None
        if declared is not None:
            values[reference.key] = known.get(declared.name, declared.otherwise)
            continue
        if reference.function is None:
            value = asking.value(reference.name)
        else:
            value = asking.function(reference.function, reference.arguments)
        if value is not None:
            values[reference.key] = number(value)
    return formula.evaluate(values)


def rounded(value: Decimal, scale: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def _differences(sequence: Sequence[Earned]) -> Iterator[Credit]:
    """Each fact adds what all facts up to it give more than those before it."""
    first: dict[str, Earned] = {}
    sums: dict[str, Decimal] = {}
    for place, one in enumerate(sequence):
        added = given(sequence[: place + 1]) - given(sequence[:place])
        name = one.measure.name
        if one.measure.difference == "own":
            yield Credit(name, one.fact.id, one.fact.place, one.day, one.version, added)
        else:
            first.setdefault(name, one)
            sums[name] = sums.get(name, NOTHING) + added
    for name, one in first.items():
        begun = sequence[0]
        yield Credit(name, one.fact.id, one.fact.place, begun.day, begun.version, sums[name])


def given(facts: Sequence[Earned]) -> Decimal:
    """What some facts of one item give together."""
    if not facts:
        return NOTHING
    rule: PerItem = facts[0].measure.per_item
    worths = [one.worth for one in facts]
    match rule.take:
        case "all":
            return sum(worths, NOTHING)
        case "highest":
            return max(worths)
        case "first":
            return worths[0]
        case "latest":
            return worths[-1]
        case "top":
            return sum(sorted(worths)[-rule.count :], NOTHING)
        case "highest_per":
            groups = {one.group for one in facts}
            return sum((max(one.worth for one in facts if one.group == group) for group in groups), NOTHING)
