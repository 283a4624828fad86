"""What a dispatcher sends, and how it went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.notify.domain.addresses import WebhookAddress
from services.notify.domain.retries import Answer, NoAnswer, Verdict


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this dispatcher alone may send, until its lease ends."""

    delivery: UUID
    claim: int
    attempt: int
    """Its number in the present round of the schedule, from 1."""
    organisation: str
    department: str | None
    subscription: UUID
    alert: UUID | None
    type: str
    correlation_id: str
    address: str
    secret: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt and what follows from it."""

    claimed: Claimed
    at: datetime
    duration_ms: int
    result: Answer | NoAnswer
    verdict: Verdict


class Sender(Protocol):
    def send(self, address: WebhookAddress, headers: Sequence[tuple[str, str]], body: bytes) -> Answer | NoAnswer:
        """POST the body; blocks for at most the sender's own limit. Never raises for what an endpoint does."""

    def keep_house(self) -> None:
        """Called now and then: let go of what is not needed any more."""

    def close(self) -> None:
        """Called when nothing more will be sent."""


class DeliveryStore(Protocol):
    """The deliveries as dispatchers see them. Every method raises StoreUnavailable."""

    def claim(self, busy: Iterable[UUID], per_subscription: int, limit: int, lease: timedelta) -> list[Claimed]:
        """Take what is due; nobody else gets it until the lease ends. Nothing of the subscriptions in ``busy``."""

    def record(self, attempts: Sequence[Attempted]) -> list[UUID]:
        """Write down attempts and what follows from them; returns the subscriptions that were disabled with them.

        An attempt whose claim is no longer the latest is dropped: somebody else has sent it since.
        """

    def release(self, unsent: Sequence[Claimed]) -> None:
        """Give back claims that were not used."""

    def give_up_orphans(self) -> int:
        """End what nobody will claim any more because its subscription is disabled."""


def webhook_headers(message_id: str, timestamp: int, signature: str) -> tuple[tuple[str, str], ...]:
    """The headers of Standard Webhooks."""
    return (
        ("Content-Type", "application/json"),
        ("User-Agent", "tongbao-notify/1"),
        ("webhook-id", message_id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signature),
    )
