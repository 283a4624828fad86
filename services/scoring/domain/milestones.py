"""The passing of a department's time: periods open, close and become final; quotas are opened, reminded of and due."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from services.scoring.domain import announcing, opening
from services.scoring.domain.changes import Decided, PeriodChange
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import CannotFold
from services.scoring.domain.judging import judge
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.obligations import Obligation, end_grace
from shared.calendars import Period
from shared.contracts.department_events import Milestone, MilestoneKind, MilestonesReached
from shared.contracts.envelope import Envelope
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import PeriodFinalised
from shared.schemes.model import Scheme


class _Passing(NamedTuple):
    """One milestone on its way into the state."""

    scheme: Scheme
    milestone: Milestone
    instant: datetime
    envelope: Envelope


def reach(state: DepartmentState, envelope: Envelope, event: MilestonesReached) -> None:
    """Take in the milestones of one instant, in their order.

    Raises CannotFold for what the schemes do not know, and NotResident.
    """
    for milestone in event.milestones:
        rules = state.rules.get(milestone.scheme)
        scheme = None if rules is None else rules.version(milestone.version)
        if scheme is None:
            raise CannotFold(f"scheme {milestone.scheme} version {milestone.version} is not applied to the department")
        _TAKES[milestone.kind](state, _Passing(scheme, milestone, event.instant, envelope))


def period_change(state: DepartmentState, scheme: Scheme, period: Period) -> PeriodChange:
    """What is to be stored of a period."""
    key = PeriodKey(scheme.name, period.calendar, period.id)
    change = state.changes.periods.get(key)
    if change is None:
        change = state.changes.periods[key] = PeriodChange(scheme.version, period.first, period.end)
    return change


def _opened(state: DepartmentState, passing: _Passing) -> None:
    period = _period(passing)
    if _has_left(state, period):
        return
    change = period_change(state, passing.scheme, period)
    change.partial = passing.milestone.partial
    change.opened_at = passing.instant
    opening.open_period(state, passing.scheme, period, passing.instant, passing.milestone.partial, passing.envelope)


def _reminder_due(state: DepartmentState, passing: _Passing) -> None:
    for obligation in _obligations(state, passing):
        if obligation.due_soon_since is None:
            obligation.due_soon_since = passing.instant
        if obligation.state == "open":
            announcing.remind(state, obligation, passing.envelope)


def _quota_due(state: DepartmentState, passing: _Passing) -> None:
    for obligation in _obligations(state, passing):
        obligation.due_passed_at = passing.instant
        obligation.actual_when_due = obligation.actual
        judge(state, [obligation.key], passing.envelope)


def _grace_ended(state: DepartmentState, passing: _Passing) -> None:
    for obligation in _obligations(state, passing):
        end_grace(obligation, passing.instant)
        judge(state, [obligation.key], passing.envelope)


def _closed(state: DepartmentState, passing: _Passing) -> None:
    period = _period(passing)
    if not _has_left(state, period):
        period_change(state, passing.scheme, period).closed_at = passing.instant


def _final(state: DepartmentState, passing: _Passing) -> None:
    scheme, period = passing.scheme, _period(passing)
    if _has_left(state, period):
        return
    period_change(state, scheme, period).final_at = passing.instant
    finalised = PeriodFinalised(
        state.organisation,
        state.department,
        scheme.name,
        state.rules[scheme.name].scored_by(scheme.version, period),
        period.calendar,
        period.id,
        passing.envelope.time,
    )
    what = ("period.finalised", state.organisation, state.department, scheme.name, period.calendar, period.id)
    state.changes.announced.append(Decided(derived_id(*what), finalised, passing.envelope))


def _bulletin_due(_state: DepartmentState, _passing: _Passing) -> None:
    """That the stream has come to this instant is all there is to it."""


_TAKES: dict[MilestoneKind, Callable[[DepartmentState, _Passing], None]] = {
    "reminder_due": _reminder_due,
    "quota_due": _quota_due,
    "grace_ended": _grace_ended,
    "period_closed": _closed,
    "period_final": _final,
    "bulletin_due": _bulletin_due,
    "period_opened": _opened,
}


def _has_left(state: DepartmentState, period: Period) -> bool:
    """A department that is no more has no card, and owes nothing, for what begins after its last day."""
    return state.left_on is not None and period.first > state.left_on


def _obligations(state: DepartmentState, passing: _Passing) -> Iterator[Obligation]:
    """What the department and its persons owe of this quota in this period; nothing when it does not apply to them."""
    milestone = passing.milestone
    if milestone.quota is None:
        raise CannotFold(f"a {milestone.kind} milestone names no quota")
    quota = passing.scheme.quotas.get(milestone.quota)
    persons = sorted(state.persons) if quota is not None and quota.subject == "person" else [""]
    for person in persons:
        key = QuotaPeriod(milestone.scheme, milestone.quota, milestone.period, person)
        obligation = state.obligations.get(key)
        if obligation is not None:
            state.changes.obligations[key] = obligation
            yield obligation


def _period(passing: _Passing) -> Period:
    scheme, milestone = passing.scheme, passing.milestone
    calendar = scheme.calendars.get(milestone.calendar)
    if calendar is None:
        raise CannotFold(f"scheme {scheme.name} version {scheme.version} has no calendar {milestone.calendar}")
    try:
        return calendar.period(milestone.period)
    except ValueError as mistake:
        raise CannotFold(str(mistake)) from mistake
