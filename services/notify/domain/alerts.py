"""The life of an alert: one for each obligation and condition, opened and ended by what scoring decided.

A ``due_soon`` alert gives way to the ``missed`` alert of the same obligation. A missed quota that is made good
resolves its alert; the alert, and with it the miss, stays on record.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.alert_events import Alert, AlertAcknowledged, AlertOpened, AlertResolved, Condition, Resolution
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import (
    Obligation,
    QuotaDueSoon,
    QuotaMet,
    QuotaMetLate,
    QuotaMissed,
    QuotaRestated,
    QuotaWaived,
)

AlertState = Literal["open", "acknowledged", "resolved"]
AlertEvent = AlertOpened | AlertAcknowledged | AlertResolved

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
    scheme: str
    quota: str
    period: str
    person: str
    """Whose it is; empty for the department's own."""


def key_of(obligation: Obligation) -> ObligationKey:
    return ObligationKey(
        obligation.organisation,
        obligation.department,
        obligation.scheme,
        obligation.quota,
        obligation.period,
        obligation.person or "",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The unresolved alerts of one obligation: at most one a condition."""

    due_soon: Alert | None = None
    missed: Alert | None = None


def decide(standing: Standing, event: UUID, data: object) -> tuple[AlertOpened | AlertResolved, ...]:
    """What a scoring event changes. ``event`` is its id; events that concern no obligation change nothing."""
    match data:
        case QuotaDueSoon(obligation):
            return () if standing.due_soon or standing.missed else (_opened("due_soon", event, obligation),)
        case QuotaMissed(obligation) | QuotaRestated(obligation, outcome="missed"):
            return _missed(standing, event, obligation)
        case QuotaMet(obligation):
            return _resolved(standing, "met", obligation)
        case QuotaMetLate(obligation):
            return _resolved(standing, "met_late", obligation)
        case QuotaWaived(obligation):
            return _resolved(standing, "waived", obligation)
        case QuotaRestated(obligation, outcome="open"):
            return _resolved(replace(standing, due_soon=None), "restated", obligation)
        case QuotaRestated(obligation):
            return _resolved(standing, "restated", obligation)
        case _:
            return ()


def evolve(standing: Standing, event: AlertEvent) -> Standing:
    match event:
        case AlertOpened(alert):
            return _with(standing, alert.condition, alert)
        case AlertResolved(alert):
            return _with(standing, alert.condition, None)
        case AlertAcknowledged():
            return standing


def acknowledge(
    alert: Alert, state: AlertState, acknowledged_by: str, at: datetime, note: str
) -> AlertAcknowledged | None:
    """None when it was acknowledged before. Raises AlertAlreadyResolved."""
    if state == "resolved":
        raise AlertAlreadyResolved(alert.alert)
    if state == "acknowledged":
        return None
    return AlertAcknowledged(alert, acknowledged_by, at, note)


def state_after(event: AlertEvent) -> AlertState:
    match event:
        case AlertOpened():
            return "open"
        case AlertAcknowledged():
            return "acknowledged"
        case AlertResolved():
            return "resolved"


def is_superseded(event: AlertEvent) -> bool:
    """The end of a ``due_soon`` alert whose quota was missed: the missed alert says it, nobody is told twice."""
    return isinstance(event, AlertResolved) and event.resolution == "missed"


def event_id(event: AlertEvent, cause: str) -> UUID:
    """The same change for the same cause (the id of a scoring event, say) has the same id, however often it is made."""
    return derived_id("alert-event", type(event).__name__, event.alert.alert, cause)


def _missed(standing: Standing, event: UUID, obligation: Obligation) -> tuple[AlertOpened | AlertResolved, ...]:
    if standing.missed:
        return ()
    return (*_resolved(standing, "missed", obligation), _opened("missed", event, obligation))


def _opened(condition: Condition, event: UUID, obligation: Obligation) -> AlertOpened:
    identity = str(derived_id("alert", condition, str(event)))
    return AlertOpened(Alert(identity, condition, obligation, obligation.decided_at))


def _resolved(standing: Standing, resolution: Resolution, obligation: Obligation) -> tuple[AlertResolved, ...]:
    """Each carries the obligation as it stands now, so that a reader sees what came in the end."""
    return tuple(
        AlertResolved(replace(alert, obligation=obligation), resolution, obligation.decided_at)
        for alert in (standing.due_soon, standing.missed)
        if alert is not None
    )


def _with(standing: Standing, condition: Condition, alert: Alert | None) -> Standing:
    return replace(standing, due_soon=alert) if condition == "due_soon" else replace(standing, missed=alert)
