"""The passing of a department's time: periods open, close and become final; quotas are opened, reminded of and due."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from services.scoring.domain import announcing
from services.scoring.domain.department import Decided, DepartmentState, PeriodChange, PeriodKey
from services.scoring.domain.errors import CannotFold
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import QuotaPeriod, owes
from shared.calendars import Period
from shared.contracts.department_events import Milestone, MilestoneKind, MilestonesReached
from shared.contracts.envelope import Envelope
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import PeriodFinalised
from shared.schemes.model import Quota, Scheme
from shared.schemes.schedule import quota_due_at


def reach(state: DepartmentState, envelope: Envelope, event: MilestonesReached) -> None:
    """Take in the milestones of one instant, in their order. Raises CannotFold for what the schemes do not know."""
    for milestone in event.milestones:
        rules = state.rules.get(milestone.scheme)
        scheme = None if rules is None else rules.version(milestone.version)
        if scheme is None:
            raise CannotFold(f"scheme {milestone.scheme} version {milestone.version} is not applied to the department")
        _TAKES[milestone.kind](state, scheme, milestone, event.instant, envelope)


def _opened(
    state: DepartmentState, scheme: Scheme, milestone: Milestone, instant: datetime, envelope: Envelope
) -> None:
    period = _period(scheme, milestone)
    change = _period_change(state, scheme, period)
    change.partial = milestone.partial
    change.opened_at = instant
    described = state.described_on(period.first)
    totals = state.opening.pop(PeriodKey(scheme.name, period.calendar, period.id))
    for quota in scheme.quotas.values():
        if quota.calendar != period.calendar or (milestone.partial and quota.joiners == "exempt"):
            continue
        if owes(quota, state.department, described.group, described.tags):
            actual = totals.get(quota.measure, Decimal(0))
            _owe(state, _obligation(scheme, quota, period, actual, instant), envelope)


def _owe(state: DepartmentState, obligation: Obligation, envelope: Envelope) -> None:
    key = QuotaPeriod(obligation.scheme, obligation.quota, obligation.period)
    if key in state.obligations:
        raise CannotFold(f"quota {key.quota} of scheme {key.scheme} is opened a second time for {key.period}")
    state.obligations[key] = obligation
    state.changes.obligations[key] = obligation
    announcing.judge(state, obligation, envelope)


def _obligation(scheme: Scheme, quota: Quota, period: Period, actual: Decimal, instant: datetime) -> Obligation:
    return Obligation(
        scheme=scheme.name,
        quota=quota.name,
        period=period.id,
        calendar=period.calendar,
        scheme_version=scheme.version,
        measure=quota.measure,
        period_first=period.first,
        period_end=period.end,
        target=quota.at_least,
        actual=actual,
        state="open",
        ordinal=0,
        opened_at=instant,
        due_at=quota_due_at(scheme, quota, period),
        due_passed_at=None,
        due_soon_since=None,
        decided_at=None,
    )


def _reminder_due(
    state: DepartmentState, scheme: Scheme, milestone: Milestone, instant: datetime, envelope: Envelope
) -> None:
    obligation = _obligation_of(state, scheme, milestone)
    if obligation is None:
        return
    if obligation.due_soon_since is None:
        obligation.due_soon_since = instant
    if obligation.state == "open":
        announcing.remind(state, obligation, envelope)


def _quota_due(
    state: DepartmentState, scheme: Scheme, milestone: Milestone, instant: datetime, envelope: Envelope
) -> None:
    obligation = _obligation_of(state, scheme, milestone)
    if obligation is not None:
        obligation.due_passed_at = instant
        announcing.judge(state, obligation, envelope)


def _closed(
    state: DepartmentState, scheme: Scheme, milestone: Milestone, instant: datetime, _envelope: Envelope
) -> None:
    _period_change(state, scheme, _period(scheme, milestone)).closed_at = instant


def _final(state: DepartmentState, scheme: Scheme, milestone: Milestone, instant: datetime, envelope: Envelope) -> None:
    period = _period(scheme, milestone)
    _period_change(state, scheme, period).final_at = instant
    finalised = PeriodFinalised(
        state.organisation,
        state.department,
        scheme.name,
        scheme.version,
        period.calendar,
        period.id,
        envelope.time,
    )
    what = ("period.finalised", state.organisation, state.department, scheme.name, period.calendar, period.id)
    state.changes.announced.append(Decided(derived_id(*what), finalised, envelope))


_TAKES: dict[MilestoneKind, Callable[[DepartmentState, Scheme, Milestone, datetime, Envelope], None]] = {
    "reminder_due": _reminder_due,
    "quota_due": _quota_due,
    "period_closed": _closed,
    "period_final": _final,
    "period_opened": _opened,
}


def _obligation_of(state: DepartmentState, scheme: Scheme, milestone: Milestone) -> Obligation | None:
    """None when the department does not owe this quota in this period."""
    if milestone.quota is None:
        raise CannotFold(f"a {milestone.kind} milestone names no quota")
    key = QuotaPeriod(scheme.name, milestone.quota, milestone.period)
    obligation = state.obligations.get(key)
    if obligation is not None:
        state.changes.obligations[key] = obligation
    return obligation


def _period_change(state: DepartmentState, scheme: Scheme, period: Period) -> PeriodChange:
    key = PeriodKey(scheme.name, period.calendar, period.id)
    change = state.changes.periods.get(key)
    if change is None:
        change = state.changes.periods[key] = PeriodChange(scheme.version, period.first, period.end)
    return change


def _period(scheme: Scheme, milestone: Milestone) -> Period:
    calendar = scheme.calendars.get(milestone.calendar)
    if calendar is None:
        raise CannotFold(f"scheme {scheme.name} version {scheme.version} has no calendar {milestone.calendar}")
    try:
        return calendar.period(milestone.period)
    except ValueError as mistake:
        raise CannotFold(str(mistake)) from mistake
