"""What alerts are about: what one department or person owes, or what departments owe together.

The two have contracts of their own, for what is owed together belongs to no single department; here they are made
alike.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from shared.contracts.alert_events import (
    Alert,
    AlertAcknowledged,
    AlertOpened,
    AlertResolved,
    Condition,
    JointAlert,
    JointAlertAcknowledged,
    JointAlertOpened,
    JointAlertResolved,
    Resolution,
)
from shared.contracts.identifiers import department_stream, joint_stream
from shared.contracts.scoring_events import JointObligation, Obligation

SubjectKind = Literal["department", "person", "group", "organisation"]

AnyObligation = Obligation | JointObligation
AnyAlert = Alert | JointAlert
Opened = AlertOpened | JointAlertOpened
Acknowledged = AlertAcknowledged | JointAlertAcknowledged
Resolved = AlertResolved | JointAlertResolved
AlertEvent = Opened | Acknowledged | Resolved


def subject_of(obligation: AnyObligation) -> SubjectKind:
    """Who owes it."""
    if isinstance(obligation, JointObligation):
        return obligation.subject
    return "department" if obligation.person is None else "person"


def department_of(obligation: AnyObligation) -> str:
    """Empty where departments owe it together."""
    return "" if isinstance(obligation, JointObligation) else obligation.department


def person_of(obligation: AnyObligation) -> str:
    """Empty: no single person's."""
    return "" if isinstance(obligation, JointObligation) else obligation.person or ""


def joint_group_of(obligation: AnyObligation) -> str:
    """The group that owes it; empty for all others."""
    return (obligation.group or "") if isinstance(obligation, JointObligation) else ""


def stream_of(obligation: AnyObligation) -> str:
    """Where the events of its alerts stand: the streams are called as those of the decisions."""
    if isinstance(obligation, JointObligation):
        return joint_stream(obligation.organisation, obligation.scheme)
    return department_stream(obligation.organisation, obligation.department)


def opening(identity: str, condition: Condition, obligation: AnyObligation) -> Opened:
    if isinstance(obligation, JointObligation):
        return JointAlertOpened(JointAlert(identity, condition, obligation, obligation.decided_at))
    return AlertOpened(Alert(identity, condition, obligation, obligation.decided_at))


def acknowledgement(alert: AnyAlert, acknowledged_by: str, at: datetime, note: str) -> Acknowledged:
    if isinstance(alert, JointAlert):
        return JointAlertAcknowledged(alert, acknowledged_by, at, note)
    return AlertAcknowledged(alert, acknowledged_by, at, note)


def resolution_of(alert: AnyAlert, resolution: Resolution, obligation: AnyObligation) -> Resolved:
    """The end of an alert, with the obligation as it stands now."""
    if isinstance(alert, JointAlert):
        assert isinstance(obligation, JointObligation), "an alert and what resolves it are about the same obligation"
        return JointAlertResolved(replace(alert, obligation=obligation), resolution, obligation.decided_at)
    assert isinstance(obligation, Obligation), "an alert and what resolves it are about the same obligation"
    return AlertResolved(replace(alert, obligation=obligation), resolution, obligation.decided_at)
