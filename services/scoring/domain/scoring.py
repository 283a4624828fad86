"""Bring the ledger to what an item contributes now, and the obligations with it."""

from collections.abc import Iterable
from decimal import Decimal

from services.scoring.domain import announcing
from services.scoring.domain.contributions import NOTHING, contributions, differences
from services.scoring.domain.department import DepartmentState, PeriodKey, Sum
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
    applied = len(rules.versions)
    if item.scored_under != applied:
        if item.scored_under:
            measures = kind.all
        item.scored_under = applied
    number = 0
    moved: list[QuotaPeriod] = []
    for measure in measures:
        name = measure.name
        before = item.credits.get(name, NOTHING)
        after = contributions(measure, item, rules)
        if after == before:
            continue
        if after:
            item.credits[name] = after
        else:
            del item.credits[name]
        for fact, credit in differences(before, after) if before else after.items():
            number += 1
            reach = rules.reach(name, credit[2], credit[0])
            _enter(state, item, fact, credit, reach, envelope, number)
            if reach.obligations:
                moved += _move(state, reach, credit)
    if moved:
        for key in sorted(set(moved)) if len(moved) > 1 else moved:
            announcing.judge(state, state.obligations[key], envelope)


def _enter(
    state: DepartmentState, item: Item, fact: str, credit: Credit, reach: Reach, envelope: Envelope, number: int
) -> None:
    dated, amount, version = credit
    changes = state.changes
    changes.entries.append(
        (
            state.organisation,
            state.department,
            envelope.version,
            number,
            item.scheme,
            version,
            reach.measure,
            item.item,
            fact,
            amount,
            dated,
            envelope.type,
            envelope.time,
            None,
        )
    )
    total = changes.sums.get(reach)
    if total is None:
        changes.sums[reach] = Sum(amount, 1)
    else:
        total.amount += amount
        total.entries += 1
    if state.opening:
        for calendar, period in reach.totals:
            amounts = state.opening.get(PeriodKey(item.scheme, calendar, period))
            if amounts is not None:
                amounts[reach.measure] = amounts.get(reach.measure, _ZERO) + amount


def _move(state: DepartmentState, reach: Reach, credit: Credit) -> list[QuotaPeriod]:
    """Let the entry count for the obligations that it falls into, and name those."""
    dated, amount, _ = credit
    moved = []
    for key in reach.obligations:
        obligation = state.obligations.get(key)
        if obligation is not None:
            obligation.actual += amount
            state.changes.obligations[key] = obligation
            moved.append(key)
        elif dated < state.obligations_since:
            raise ObligationsNotResident(dated)
    return moved
