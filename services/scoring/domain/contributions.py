"""What an item contributes under a measure, before departments, persons and periods are looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.scoring.domain import fields, per_item
from services.scoring.domain.amounts import Known
from services.scoring.domain.items import Credit, Item, counts
from services.scoring.domain.measures import MeasureRules, MeasureVersion
from services.scoring.domain.rules import Rules

NOTHING: dict[str, Credit] = {}
"""Never changed."""

Earned = tuple[date, int, str, Decimal, MeasureVersion, str]
"""The selecting date, the fact's place in the stream, its id, what it is worth by itself, by which rule, and the value
of the field by which facts compete."""


def contributions(measure: MeasureRules, item: Item, rules: Rules, known: Known) -> dict[str, Credit]:
    """By fact, what the item as it is now contributes: nothing, or an amount other than zero.

    A fact is scored by the latest version whose own date for it lies in that version's time. The facts stand in the
    order of that date and then of the stream; what each adds is said by ``per_item``.
    """
    earned = _earned(measure, item, rules, known)
    if not earned:
        return NOTHING
    if len(earned) == 1:
        day, _, fact, worth, by, _ = earned[0]
        return {fact: (day, worth, by.version)} if worth else NOTHING
    earned.sort(key=_order)
    best: Decimal | None = None
    credits: dict[str, Credit] = {}
    for day, _, fact, worth, by, _ in earned:
        amount = worth
        if by.highest:
            if best is not None:
                if worth <= best:
                    continue
                amount = worth - best
            best = worth
        elif not by.all:
            return _together([(measure.name, one) for one in earned]).get(measure.name, NOTHING)
        if amount:
            credits[fact] = (day, amount, by.version)
    return credits


def contributed_together(
    measures: Iterable[MeasureRules], item: Item, rules: Rules, known: Known
) -> dict[str, dict[str, Credit]]:
    """By measure, where the facts of several measures are taken together: each adds under its own."""
    earned = [(one.name, fact) for one in measures for fact in _earned(one, item, rules, known)]
    return _together(sorted(earned, key=lambda one: _order(one[1])))


def differences(before: Mapping[str, Credit], after: Mapping[str, Credit]) -> Iterator[tuple[str, Credit]]:
    """The entries (fact, and date, amount, version) that lead from one to the other.

    What a fact no longer earns, or no longer on that date, is taken back first.
    """
    for fact, old in before.items():
        new = after.get(fact)
        if new is None or (new[0], new[2]) != (old[0], old[2]):
            yield fact, (old[0], -old[1], old[2])
    for fact, new in after.items():
        earlier = before.get(fact)
        if earlier is None or (new[0], new[2]) != (earlier[0], earlier[2]):
            yield fact, new
        elif new[1] != earlier[1]:
            yield fact, (new[0], new[1] - earlier[1], new[2])


def _earned(measure: MeasureRules, item: Item, rules: Rules, known: Known) -> list[Earned]:
    earned: list[Earned] = []
    # Of several versions, two may claim a fact that they date differently: the later one has it.
    scored: set[str] | None = set() if len(measure.versions) > 1 else None
    for by in measure.versions:
        count = by.count
        if not counts(item.state, count):
            continue
        for fact in item.facts:
            if fact.type != count or (scored and fact.id in scored):
                continue
            day = by.dated(item, fact)
            if day is None or rules.version_on(day) != by.version:
                continue
            if scored is not None:
                scored.add(fact.id)
            worth = by.worth(item, fact, day, known)
            if worth is not None:
                group = "" if by.group is None else fields.text(by.group(item, fact, day))
                earned.append((day, fact.place, fact.id, worth, by, group))
    return earned


@dataclass(slots=True)
class _Sequence:
    """Facts that are taken together by the same rule."""

    sum: per_item.Together
    day: date
    """Of the first fact, as is the version."""
    version: int
    firsts: dict[str, str] = field(default_factory=dict)
    """By measure, its first fact."""


def _together(earned: list[tuple[str, Earned]]) -> dict[str, dict[str, Credit]]:
    """By measure and fact, what each adds. Facts that different versions take differently do not meet."""
    sequences: dict[object, _Sequence] = {}
    credits: dict[str, dict[str, Credit]] = {}
    for name, (day, _, fact, worth, by, group) in earned:
        rule = (by.per_item, by.measure.difference, frozenset(by.measure.together_with) or name)
        sequence = sequences.get(rule)
        if sequence is None:
            sequence = sequences[rule] = _Sequence(per_item.begin(by.per_item), day, by.version)
        first = sequence.firsts.setdefault(name, fact)
        added = sequence.sum.add(worth, group)
        if not added:
            continue
        found = credits.setdefault(name, {})
        if by.measure.difference == "own":
            found[fact] = (day, added, by.version)
        else:
            before = found[first][1] if first in found else Decimal(0)
            found[first] = (sequence.day, before + added, sequence.version)
    return {name: {fact: one for fact, one in found.items() if one[1]} for name, found in credits.items()}


def _order(one: Earned) -> tuple[date, int]:
    return one[0], one[1]
