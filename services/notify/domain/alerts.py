"""The life of an alert: one for each obligation and condition, opened and ended by what scoring decided.

A ``due_soon`` alert gives way to the ``missed`` alert of the same obligation. A missed quota that is made good
resolves its alert; the alert, and with it the miss, stays on record.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notify.domain.subjects import (
    Acknowledged,
    AlertEvent,
    AnyAlert,
    AnyObligation,
    Opened,
    Resolved,
    acknowledgement,
    department_of,
    joint_group_of,
    opening,
    person_of,
    resolution_of,
)
from shared.contracts.alert_events import (
    AlertAcknowledged,
    AlertOpened,
    AlertResolved,
    Condition,
    JointAlertAcknowledged,
    JointAlertOpened,
    JointAlertResolved,
    Resolution,
)
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import (
    JointQuotaDueSoon,
    JointQuotaMet,
    JointQuotaMetLate,
    JointQuotaMissed,
    JointQuotaRestated,
    Outcome,
    QuotaDueSoon,
    QuotaMet,
    QuotaMetLate,
    QuotaMissed,
    QuotaRestated,
    QuotaWaived,
)

AlertState = Literal["open", "acknowledged", "resolved"]

NOTE_LENGTH_MAX = 2_000
"""Characters of the note with which somebody acknowledges an alert."""


class AlertAlreadyResolved(Exception):
    """There is nothing left to acknowledge."""

    def __init__(self, alert: str) -> None:
        super().__init__(f"alert {alert} is resolved")
        self.alert = alert


@dataclass(frozen=True, slots=True)
class ObligationKey:
    """Which obligation an alert is about."""

    organisation: str
    department: str
    """Empty where departments owe together."""
    scheme: str
    quota: str
    period: str
    person: str
    """Whose it is; empty for the department's own."""
    joint_group: str
    """The group that owes it; empty for what one department owes, or the organisation."""


def key_of(obligation: AnyObligation) -> ObligationKey:
    return ObligationKey(
        obligation.organisation,
        department_of(obligation),
        obligation.scheme,
        obligation.quota,
        obligation.period,
        person_of(obligation),
        joint_group_of(obligation),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The unresolved alerts of one obligation: at most one a condition."""

    due_soon: AnyAlert | None = None
    missed: AnyAlert | None = None


def decide(standing: Standing, event: UUID, data: object) -> tuple[Opened | Resolved, ...]:
    """What a scoring event changes. ``event`` is its id; events that concern no obligation change nothing."""
    match data:
        case QuotaDueSoon(obligation) | JointQuotaDueSoon(obligation):
            return () if standing.due_soon or standing.missed else (_opened("due_soon", event, obligation),)
        case QuotaMissed(obligation) | JointQuotaMissed(obligation):
            return _missed(standing, event, obligation)
        case QuotaMet(obligation) | JointQuotaMet(obligation):
            return _resolved(standing, "met", obligation)
        case QuotaMetLate(obligation) | JointQuotaMetLate(obligation):
            return _resolved(standing, "met_late", obligation)
        case QuotaWaived(obligation):
            return _resolved(standing, "waived", obligation)
        case QuotaRestated(obligation, outcome=outcome) | JointQuotaRestated(obligation, outcome=outcome):
            return _restated(standing, event, obligation, outcome)
        case _:
            return ()


def standing_with(standing: Standing, alert: AnyAlert) -> Standing:
    """The standing with one more unresolved alert."""
    return _with(standing, alert.condition, alert)


def evolve(standing: Standing, event: AlertEvent) -> Standing:
    match event:
        case AlertOpened(alert) | JointAlertOpened(alert):
            return standing_with(standing, alert)
        case AlertResolved(alert) | JointAlertResolved(alert):
            return _with(standing, alert.condition, None)
        case AlertAcknowledged() | JointAlertAcknowledged():
            return standing


def acknowledge(
    alert: AnyAlert, state: AlertState, acknowledged_by: str, at: datetime, note: str
) -> Acknowledged | None:
    """None when it was acknowledged before. Raises AlertAlreadyResolved."""
    if state == "resolved":
        raise AlertAlreadyResolved(alert.alert)
    if state == "acknowledged":
        return None
    return acknowledgement(alert, acknowledged_by, at, note)


def state_after(event: AlertEvent) -> AlertState:
    match event:
        case AlertOpened() | JointAlertOpened():
            return "open"
        case AlertAcknowledged() | JointAlertAcknowledged():
            return "acknowledged"
        case AlertResolved() | JointAlertResolved():
            return "resolved"


def is_superseded(event: AlertEvent) -> bool:
    """The end of a ``due_soon`` alert whose quota was missed: the missed alert says it, nobody is told twice."""
    return isinstance(event, Resolved) and event.resolution == "missed"


def event_id(event: AlertEvent, cause: str) -> UUID:
    """The same change for the same cause (the id of a scoring event, say) has the same id, however often it is made."""
    return derived_id("alert-event", type(event).__name__, event.alert.alert, cause)


def _restated(
    standing: Standing, event: UUID, obligation: AnyObligation, outcome: Outcome
) -> tuple[Opened | Resolved, ...]:
    if outcome == "missed":
        return _missed(standing, event, obligation)
    ended = replace(standing, due_soon=None) if outcome == "open" else standing
    return _resolved(ended, "restated", obligation)


def _missed(standing: Standing, event: UUID, obligation: AnyObligation) -> tuple[Opened | Resolved, ...]:
    if standing.missed:
        return ()
    return (*_resolved(standing, "missed", obligation), _opened("missed", event, obligation))


def _opened(condition: Condition, event: UUID, obligation: AnyObligation) -> Opened:
    return opening(str(derived_id("alert", condition, str(event))), condition, obligation)


def _resolved(standing: Standing, resolution: Resolution, obligation: AnyObligation) -> tuple[Resolved, ...]:
    """Each carries the obligation as it stands now, so that a reader sees what came in the end."""
    alerts = (standing.due_soon, standing.missed)
    return tuple(resolution_of(alert, resolution, obligation) for alert in alerts if alert is not None)


def _with(standing: Standing, condition: Condition, alert: AnyAlert | None) -> Standing:
    return replace(standing, due_soon=alert) if condition == "due_soon" else replace(standing, missed=alert)
