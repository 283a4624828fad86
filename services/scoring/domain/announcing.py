"""Decisions on obligations become events with derived ids, so that none can be announced twice."""

from services.scoring.domain import obligations
from services.scoring.domain.department import Decided, DecisionRow, DepartmentState
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import QuotaPeriod
from shared.contracts import scoring_events
from shared.contracts.envelope import Envelope, type_of
from shared.contracts.identifiers import derived_id


def judge(state: DepartmentState, obligation: Obligation, cause: Envelope) -> None:
    """Decide what the obligation's figures make of it now, and announce it if that is something new."""
    verdict = obligations.judge(obligation)
    if verdict is None:
        return
    before, obligation.state = obligation.state, verdict.state
    shown = _decide(state, obligation, cause)
    if verdict.announcement == "restated":
        event: object = scoring_events.QuotaRestated(shown, before, verdict.state)
    else:
        event = _EVENTS[verdict.announcement](shown)
    _announce(state, obligation, event, cause)
    if verdict.state == "open" and obligation.due_soon_since is not None:
        remind(state, obligation, cause)  # it falls short again after the reminders had passed it by


def remind(state: DepartmentState, obligation: Obligation, cause: Envelope) -> None:
    """Say that an open obligation falls due soon and is short."""
    _announce(state, obligation, scoring_events.QuotaDueSoon(_decide(state, obligation, cause)), cause)


_EVENTS: dict[obligations.Announcement, type] = {
    "met": scoring_events.QuotaMet,
    "missed": scoring_events.QuotaMissed,
    "met_late": scoring_events.QuotaMetLate,
}


def _decide(state: DepartmentState, obligation: Obligation, cause: Envelope) -> scoring_events.Obligation:
    """Count one more decision, and show the obligation as it stands with it."""
    obligation.ordinal += 1
    obligation.decided_at = cause.time
    rules = state.rules[obligation.scheme]
    scheme = rules.version(obligation.scheme_version) or rules.latest
    quota, measure = scheme.quotas[obligation.quota], scheme.measures[obligation.measure]
    described = state.described_on(rules.day_of(cause.time))
    return scoring_events.Obligation(
        organisation=state.organisation,
        department=state.department,
        department_title=described.title,
        group=described.group,
        tags=described.tags,
        scheme=obligation.scheme,
        scheme_version=obligation.scheme_version,
        quota=obligation.quota,
        quota_title=quota.title,
        cite=quota.cite,
        severity=quota.severity,
        measure=obligation.measure,
        measure_title=measure.title,
        unit=measure.unit,
        calendar=obligation.calendar,
        period=obligation.period,
        period_first=obligation.period_first,
        period_end=obligation.period_end,
        due_at=obligation.due_at,
        target=obligation.target,
        actual=obligation.actual,
        ordinal=obligation.ordinal,
        decided_at=cause.time,
        historical=not state.live,
    )


def _announce(state: DepartmentState, obligation: Obligation, event: object, cause: Envelope) -> None:
    key = QuotaPeriod(obligation.scheme, obligation.quota, obligation.period)
    ordinal = obligation.ordinal
    what = ("quota", state.organisation, state.department, *key, str(ordinal))
    state.changes.announced.append(Decided(derived_id(*what), event, cause))
    state.changes.decisions.append(
        DecisionRow(
            key,
            ordinal,
            type_of(event),
            obligation.state,
            obligation.target,
            obligation.actual,
            cause.time,
            cause.version,
        )
    )
