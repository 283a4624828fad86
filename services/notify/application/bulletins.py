"""Issues of bulletins on their way to those who asked to hear of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import msgspec

from services.notify.domain.messages import bulletin_message
from services.notify.domain.subscriptions import Subscription, delivery_id, wants_bulletin
from shared.contracts.envelope import Event


@dataclass(frozen=True, slots=True)
class BulletinDelivery:
    delivery: UUID
    organisation: str
    subscription: UUID
    correlation_id: str
    message: bytes
    """What is sent, in JSON."""


def bulletin_deliveries(
    issued: Iterable[Event], subscriptions: Iterable[Subscription], scoring_url: str
) -> Iterator[BulletinDelivery]:
    """Which subscription is sent which issue. The data of all these events is BulletinIssued."""
    known = list(subscriptions)
    for event in issued:
        message = msgspec.json.encode(bulletin_message(event.data, event.correlation_id, scoring_url))
        for subscription in known:
            if wants_bulletin(subscription, event.data):
                identity = delivery_id(subscription.subscription, event.id)
                yield BulletinDelivery(
                    identity, event.data.organisation, subscription.subscription, event.correlation_id, message
                )
