"""Bring the ledger to what an item contributes now, and the obligations with it."""

from collections.abc import Iterable
from decimal import Decimal

from services.scoring.domain import announcing
from services.scoring.domain.contributions import NOTHING, contributions, differences
from services.scoring.domain.department import DepartmentState, Entry, PeriodKey, Sum, SumKey
from services.scoring.domain.errors import ObligationsNotResident
from services.scoring.domain.items import Credit, Item
from services.scoring.domain.rules import KindRules, MeasureRules, QuotaPeriod, Reach, Rules
from shared.contracts.envelope import Envelope

_ZERO = Decimal(0)


def score(
    state: DepartmentState,
    item: Item,
    kind: KindRules,
    measures: Iterable[MeasureRules],
    rules: Rules,
    envelope: Envelope,
) -> None:
    """Enter the differences between what the item has been credited with and what it contributes under the measures.

    All of its kind's measures are looked at when a version of the scheme was applied since it was scored last.
    Obligations are judged once all entries of the event are in. Raises ObligationsNotResident.
    """
    if item.scored_under != len(rules.versions):
        item.scored_under = len(rules.versions)
        measures = kind.all
    number = 0
    moved: set[QuotaPeriod] | None = None
    for measure in measures:
        name = measure.name
        before = item.credits.get(name, NOTHING)
        after = contributions(measure, item, rules)
        if after == before:
            continue
        if after:
            item.credits[name] = dict(after)
        else:
            del item.credits[name]
        for fact, credit in differences(before, after):
            number += 1
            reach = _enter(state, item, name, fact, credit, rules, envelope, number)
            if reach.obligations:
                found = _move(state, reach, credit)
                moved = found if moved is None else moved | found
    if moved:
        for key in sorted(moved):
            announcing.judge(state, state.obligations[key], envelope)


def _enter(
    state: DepartmentState,
    item: Item,
    measure: str,
    fact: str,
    credit: Credit,
    rules: Rules,
    envelope: Envelope,
    number: int,
) -> Reach:
    dated, amount, version = credit
    changes = state.changes
    changes.entries.append(
        Entry(
            envelope.version,
            number,
            item.scheme,
            version,
            measure,
            item.item,
            fact,
            amount,
            dated,
            envelope.type,
            envelope.time,
        )
    )
    key = SumKey(rules, version, measure, dated)
    total = changes.sums.get(key)
    if total is None:
        changes.sums[key] = Sum(amount, 1)
    else:
        total.amount += amount
        total.entries += 1
    reach = rules.reach(measure, version, dated)
    if state.opening:
        for calendar, period in reach.totals:
            amounts = state.opening.get(PeriodKey(item.scheme, calendar, period))
            if amounts is not None:
                amounts[measure] = amounts.get(measure, _ZERO) + amount
    return reach


def _move(state: DepartmentState, reach: Reach, credit: Credit) -> set[QuotaPeriod]:
    dated, amount, _ = credit
    moved = set()
    for key in reach.obligations:
        obligation = state.obligations.get(key)
        if obligation is not None:
            obligation.actual += amount
            state.changes.obligations[key] = obligation
            moved.add(key)
        elif dated < state.obligations_since:
            raise ObligationsNotResident(dated)
    return moved
