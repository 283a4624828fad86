"""Changes of alerts on their way into the store, and what is to be sent because of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from services.notify.domain.messages import alert_message
from services.notify.domain.subjects import AlertEvent, department_of
from services.notify.domain.subscriptions import MessageType, Subscription, delivery_id, message_type, wants

ACTOR = "notify"
"""Who changes alerts because of a decision."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one alert, not yet numbered."""

    stream: str
    event_id: UUID
    event: AlertEvent
    historical: bool
    """The alert was opened by a decision on the imported past."""
    correlation_id: str
    causation_id: str | None
    actor: str

    @property
    def organisation(self) -> str:
        return self.event.alert.obligation.organisation

    @property
    def department(self) -> str:
        """Empty where departments owe together."""
        return department_of(self.event.alert.obligation)

    @property
    def alert(self) -> UUID:
        return UUID(self.event.alert.alert)

    @property
    def type(self) -> MessageType:
        return message_type(self.event)


@dataclass(frozen=True, slots=True)
class NumberedChange:
    change: Change
    number: int
    """Its place in the organisation's dense sequence."""
    recorded_at: datetime
    message: bytes
    """What subscribers are sent, in JSON."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    delivery: UUID
    subscription: UUID
    change: NumberedChange


def rendered(change: Change, scoring_url: str) -> bytes:
    return msgspec.json.encode(alert_message(change.event, change.historical, change.correlation_id, scoring_url))


def deliveries_for(changes: Iterable[NumberedChange], subscriptions: Iterable[Subscription]) -> Iterator[NewDelivery]:
    """Which subscription is sent which change."""
    by_organisation: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        by_organisation.setdefault(subscription.organisation, []).append(subscription)
    for numbered in changes:
        change = numbered.change
        for subscription in by_organisation.get(change.organisation, ()):
            if wants(subscription, change.event, change.historical):
                identity = delivery_id(subscription.subscription, change.event_id)
                yield NewDelivery(identity, subscription.subscription, numbered)
