"""The life of the alerts, topic ``alert-events``: the same streams as in ``scoring-events``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.envelope import published
from shared.contracts.scoring_events import JointObligation, Obligation

TOPIC = "alert-events"

Condition = Literal["due_soon", "missed"]
Resolution = Literal["met", "met_late", "waived", "restated", "missed"]
"""Why an alert ended. ``missed`` ends a ``due_soon`` alert only: the alert of the miss takes its place."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert an obligation and condition; a quota missed again after a restatement opens a further one."""

    alert: str
    condition: Condition
    obligation: Obligation
    opened_at: datetime


@published("tongbao.alert.opened.v1")
@dataclass(frozen=True, slots=True)
class AlertOpened:
    alert: Alert


@published("tongbao.alert.acknowledged.v1")
@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    alert: Alert
    acknowledged_by: str
    acknowledged_at: datetime
    note: str = ""


@published("tongbao.alert.resolved.v1")
@dataclass(frozen=True, slots=True)
class AlertResolved:
    alert: Alert
    resolution: Resolution
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class JointAlert:
    """As an alert, of what a group or the organisation owes."""

    alert: str
    condition: Condition
    obligation: JointObligation
    opened_at: datetime


@published("tongbao.joint_alert.opened.v1")
@dataclass(frozen=True, slots=True)
class JointAlertOpened:
    alert: JointAlert


@published("tongbao.joint_alert.acknowledged.v1")
@dataclass(frozen=True, slots=True)
class JointAlertAcknowledged:
    alert: JointAlert
    acknowledged_by: str
    acknowledged_at: datetime
    note: str = ""


@published("tongbao.joint_alert.resolved.v1")
@dataclass(frozen=True, slots=True)
class JointAlertResolved:
    alert: JointAlert
    resolution: Resolution
    resolved_at: datetime
