"""Enter into the ledger, and let what is entered count: in the totals, and for the obligations that it falls into."""

from datetime import date
from decimal import Decimal

from services.scoring.domain.changes import Sum
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import Needs, NotResident
from services.scoring.domain.items import Credit
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.reaches import Reach
from shared.contracts.envelope import Envelope

_ZERO = Decimal(0)


def enter(
    state: DepartmentState, reach: Reach, item: str, fact: str, credit: Credit, person: str, envelope: Envelope
) -> list[QuotaPeriod]:
    """One entry, of the department or of a person; names the obligations that it moved. Raises NotResident."""
    dated, amount, version = credit
    state.entries += 1
    state.changes.entries.append(
        (
            state.organisation,
            state.department,
            envelope.version,
            state.entries,
            reach.scheme,
            version,
            reach.measure,
            item,
            fact,
            amount,
            dated,
            envelope.type,
            envelope.time,
            person or None,
        )
    )
    return count(state, reach, dated, amount, 1, person)


def count(
    state: DepartmentState, reach: Reach, dated: date, amount: Decimal, entries: int, person: str
) -> list[QuotaPeriod]:
    """Let so many entries of the ledger, together ``amount``, count where they reach; names the obligations moved."""
    changes = state.changes
    if person:
        total = changes.personal_sums.get((person, reach))
        if total is None:
            total = changes.personal_sums[person, reach] = Sum(_ZERO, 0)
    else:
        total = changes.sums.get(reach)
        if total is None:
            total = changes.sums[reach] = Sum(_ZERO, 0)
    total.amount += amount
    total.entries += entries
    if state.openings:
        for calendar, period in reach.totals:
            opening = state.openings.get(PeriodKey(reach.scheme, calendar, period))
            if opening is not None:
                key = (reach.measure, person)
                opening.totals[key] = opening.totals.get(key, _ZERO) + amount
    owed = reach.personal if person else reach.obligations
    return _move(state, owed, dated, amount, person) if owed else []


def _move(
    state: DepartmentState, owed: tuple[QuotaPeriod, ...], dated: date, amount: Decimal, person: str
) -> list[QuotaPeriod]:
    moved = []
    for named in owed:
        key = named._replace(person=person) if person else named
        obligation = state.obligations.get(key)
        if obligation is not None:
            obligation.actual += amount
            state.changes.obligations[key] = obligation
            moved.append(key)
        elif dated < state.resident_since:
            raise NotResident(Needs(since=dated))
    return moved
