"""Decisions on obligations become events with derived ids, so that none can be announced twice."""

from services.scoring.domain import obligations
from services.scoring.domain.changes import Decided, DecisionRow
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.obligations import Obligation
from shared.contracts import scoring_events
from shared.contracts.envelope import Envelope, type_of
from shared.contracts.identifiers import derived_id


def judge(state: DepartmentState, obligation: Obligation, cause: Envelope) -> bool:
    """Decide what the obligation's figures make of it now, and announce it; False when that is nothing new."""
    verdict = obligations.judge(obligation)
    if verdict is None:
        return False
    before = obligation.state
    obligations.take(obligation, verdict)
    shown = _decide(state, obligation, cause)
    if verdict.announcement == "restated":
        event: object = scoring_events.QuotaRestated(shown, before, verdict.state)  # type: ignore[arg-type]
    else:
        event = _EVENTS[verdict.announcement](shown)
    _announce(state, obligation, event, cause)
    if verdict.state == "open" and obligation.due_soon_since is not None and obligation.due_passed_at is None:
        remind(state, obligation, cause)  # it falls short again after the reminders had passed it by
    return True


def remind(state: DepartmentState, obligation: Obligation, cause: Envelope) -> None:
    """Say that an open obligation falls due soon and is short."""
    _announce(state, obligation, scoring_events.QuotaDueSoon(_decide(state, obligation, cause)), cause)


def waive(state: DepartmentState, obligation: Obligation, reason: str, cause: Envelope) -> None:
    """Exempt whoever owes it, for good."""
    obligation.state, obligation.on_time, obligation.waived_reason = "waived", None, reason
    _announce(state, obligation, scoring_events.QuotaWaived(_decide(state, obligation, cause), reason), cause)


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
    today = rules.day_of(cause.time)
    described = state.described_on(today)
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
        person=obligation.person or None,
        person_title=_title_of(state, obligation.person) if obligation.person else None,
        on_time=obligation.on_time,
        grace_ends_at=obligation.grace_ends_at,
    )


def _title_of(state: DepartmentState, person: str) -> str:
    """As the person was described last."""
    described = state.persons.get(person)
    return described[-1].title if described else person


def _announce(state: DepartmentState, obligation: Obligation, event: object, cause: Envelope) -> None:
    key = obligation.key
    named = (key.scheme, key.quota, key.period, str(obligation.ordinal))
    what = ("quota", state.organisation, state.department, *named, *filter(None, [key.person]))
    state.changes.obligations[key] = obligation
    state.changes.announced.append(Decided(derived_id(*what), event, cause))
    state.changes.decisions.append(
        DecisionRow(
            key,
            obligation.ordinal,
            type_of(event),
            obligation.state,
            obligation.target,
            obligation.actual,
            cause.time,
            cause.version,
        )
    )
