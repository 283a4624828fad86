"""Who wants to hear of which alerts, and where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from services.notify.domain.alerts import is_superseded
from services.notify.domain.subjects import AlertEvent, SubjectKind, department_of, subject_of
from shared.contracts.alert_events import (
    AlertAcknowledged,
    AlertOpened,
    AlertResolved,
    Condition,
    JointAlertAcknowledged,
    JointAlertOpened,
    JointAlertResolved,
)
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import BulletinIssued, Severity

MessageType = Literal["alert.opened", "alert.acknowledged", "alert.resolved"]
MESSAGE_TYPES: tuple[MessageType, ...] = get_args(MessageType)
BulletinType = Literal["bulletin.issued"]
BULLETIN_TYPE: BulletinType = "bulletin.issued"
TEST_TYPE = "subscription.test"

SUBSCRIPTIONS_MAX = 100
"""Of one organisation."""
FILTER_VALUES_MAX = 500
"""Of one filter of a subscription."""


class TooManySubscriptions(Exception):
    """The organisation has SUBSCRIPTIONS_MAX already."""

    def __init__(self) -> None:
        super().__init__(f"an organisation has at most {SUBSCRIPTIONS_MAX} subscriptions; delete one first")


class SubscriptionDisabled(Exception):
    """Nothing is sent to a disabled subscription."""


class SubscriptionChanged(Exception):
    """Somebody else changed the subscription since it was read."""


@dataclass(frozen=True, slots=True)
class Filter:
    """An empty filter lets everything pass; several must all let a change pass."""

    departments: tuple[str, ...] = ()
    """What one of these, or its persons, owe. What departments owe together is no single one's."""
    groups: tuple[str, ...] = ()
    """What these owe, or departments of them. What the organisation owes is no group's."""
    quotas: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    conditions: tuple[Condition, ...] = ()
    events: tuple[MessageType | BulletinType, ...] = ()
    """Empty: all changes of alerts. Of issues of bulletins hears only who names them here."""
    subjects: tuple[SubjectKind, ...] = ()
    history: bool = False
    """Whether also what was decided on the imported past is sent."""


@dataclass(frozen=True, slots=True)
class Subscription:
    subscription: UUID
    organisation: str
    department: str | None
    """The only department of which it hears: that of the token with which it was made. None: all departments, and what
    they owe together."""
    title: str
    filter: Filter
    address: str
    secret: str
    enabled: bool
    disabled_reason: str
    failing_since: datetime | None
    """When the first of the attempts failed that have failed since the last success."""
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime


def message_type(event: AlertEvent) -> MessageType:
    match event:
        case AlertOpened() | JointAlertOpened():
            return "alert.opened"
        case AlertAcknowledged() | JointAlertAcknowledged():
            return "alert.acknowledged"
        case AlertResolved() | JointAlertResolved():
            return "alert.resolved"


def wants(subscription: Subscription, event: AlertEvent, historical: bool) -> bool:
    """Is this change of an alert sent to it? ``historical``: the alert was opened in the imported past."""
    if not subscription.enabled or is_superseded(event):
        return False
    chosen, obligation = subscription.filter, event.alert.obligation
    if historical and not chosen.history:
        return False
    if subscription.department not in (None, department_of(obligation)):
        return False
    return (
        _passes(chosen.departments, department_of(obligation))
        and _passes(chosen.groups, obligation.group)
        and _passes(chosen.quotas, obligation.quota)
        and _passes(chosen.schemes, obligation.scheme)
        and _passes(chosen.severities, obligation.severity)
        and _passes(chosen.conditions, event.alert.condition)
        and _passes(chosen.events, message_type(event))
        and _passes(chosen.subjects, subject_of(obligation))
    )


def wants_bulletin(subscription: Subscription, issued: BulletinIssued) -> bool:
    """Is the issue sent to it? A circular is addressed to all: only its scheme and its kind are looked at."""
    return (
        subscription.enabled
        and subscription.organisation == issued.organisation
        and BULLETIN_TYPE in subscription.filter.events
        and _passes(subscription.filter.schemes, issued.scheme)
    )


def delivery_id(subscription: UUID, event: UUID) -> UUID:
    """One delivery a subscription and event: made again after a crash, it is the same one."""
    return derived_id("delivery", str(subscription), str(event))


def webhook_id(delivery: UUID) -> str:
    """The ``webhook-id`` of every attempt of a delivery; receivers know repetitions by it."""
    return f"msg_{delivery.hex}"


def _passes(values: tuple[str, ...], value: str | None) -> bool:
    return not values or value in values
