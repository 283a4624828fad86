"""What an item contributes under a measure, and the ledger entries that bring the ledger there."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from services.scoring.domain.items import Credit, Item, counts
from services.scoring.domain.rules import MeasureRules, MeasureVersion, Rules

NOTHING: dict[str, Credit] = {}
"""Never changed."""

Earned = tuple[date, int, str, Decimal, MeasureVersion]
"""The selecting date, the fact's place in the stream, its id, what it is worth by itself, and by which rule."""


def contributions(measure: MeasureRules, item: Item, rules: Rules) -> dict[str, Credit]:
    """By fact, what the item as it is now contributes: nothing, or an amount other than zero.

    A fact is scored by the latest version whose own date for it lies in that version's time. With ``highest`` the
    facts, in the order of that date and then of the stream, each add what they raise the item's amount by.
    """
    earned = _earned(measure, item, rules)
    if not earned:
        return NOTHING
    if len(earned) == 1:
        day, _, fact, worth, by = earned[0]
        return {fact: (day, worth, by.version)} if worth else NOTHING
    earned.sort(key=_order)
    best: Decimal | None = None
    credits: dict[str, Credit] = {}
    for day, _, fact, worth, by in earned:
        amount = worth
        if by.highest and best is not None:
            if worth <= best:
                continue
            amount = worth - best
        if by.highest:
            best = worth
        if amount:
            credits[fact] = (day, amount, by.version)
    return credits


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


def _earned(measure: MeasureRules, item: Item, rules: Rules) -> list[Earned]:
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
            worth = by.worth(item, fact)
            if worth is not None:
                earned.append((day, fact.place, fact.id, worth, by))
    return earned


def _order(one: Earned) -> tuple[date, int]:
    return one[0], one[1]
