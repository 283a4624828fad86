"""Enter into the ledger, and let what is entered count: in the totals, and for the obligations that it falls into."""

from datetime import date, timedelta
from decimal import Decimal

from services.scoring.domain.changes import Sum
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import Needs, NotResident
from services.scoring.domain.items import Credit
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.reaches import Reach
from shared.contracts.envelope import Envelope

_ZERO = Decimal(0)
_DAY = timedelta(days=1)


def enter(
    state: DepartmentState,
    reach: Reach,
    item: str,
    fact: str,
    credit: Credit,
    person: str,
    envelope: Envelope,
    moved: list[QuotaPeriod],
) -> None:
    """One entry, of the department or (``person`` is not empty) of a person.

    Adds the obligations that it moves to ``moved``. Raises NotResident.
    """
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
    count(state, reach, dated, amount, 1, person, moved)


def count(
    state: DepartmentState,
    reach: Reach,
    dated: date,
    amount: Decimal,
    entries: int,
    person: str,
    moved: list[QuotaPeriod],
) -> None:
    """Let so many entries of the ledger, together ``amount``, count where they reach. Else as ``enter``."""
    changes = state.changes
    if dated >= state.dated_before:
        state.dated_before = dated + _DAY
    total = changes.personal_sums.get((person, reach)) if person else changes.sums.get(reach)
    if total is not None:
        total.amount += amount
        total.entries += entries
    elif person:
        changes.personal_sums[person, reach] = Sum(amount, entries)
    else:
        changes.sums[reach] = Sum(amount, entries)
    if state.openings:
        _open(state, reach, amount, person)
    for named in reach.personal if person else reach.obligations:
        key = named._replace(person=person) if person else named
        obligation = state.obligations.get(key)
        if obligation is None:
            since = reach.late.get(named, dated)
            if since < state.resident_since:
                raise NotResident(Needs(since=since))
        elif obligation.measure == reach.measure:  # another version may ask for another measure
            obligation.actual += amount
            changes.obligations[key] = obligation
            moved.append(key)


def _open(state: DepartmentState, reach: Reach, amount: Decimal, person: str) -> None:
    """Keep the totals of periods up to date that are about to open."""
    for calendar, period in reach.totals:
        opening = state.openings.get(PeriodKey(reach.scheme, calendar, period))
        if opening is not None:
            key = (reach.measure, person)
            opening.totals[key] = opening.totals.get(key, _ZERO) + amount
