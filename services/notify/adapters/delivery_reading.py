"""Deliveries as people see them, and those that people ask for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from services.notify.domain.subscriptions import TEST_TYPE, Subscription, SubscriptionDisabled
from shared.contracts.identifiers import new_id
from shared.eventstore import sql

_sql = sql.load("services.notify.adapters", "deliveries.sql")

DELIVERIES_OF_ALERT_MAX = 500
"""So many of an alert's deliveries are listed with it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    delivery: UUID
    organisation: str
    subscription: UUID
    alert: UUID | None
    change: int | None
    department: str | None
    type: str
    state: str
    due_at: datetime
    attempts: int
    attempts_total: int
    last_error: str
    correlation_id: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    attempt: int
    at: datetime
    duration_ms: int
    outcome: str
    status: int | None
    error: str


def of_subscription(
    conn: Connection[Any],
    subscription: UUID,
    states: list[str] | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Delivery]:
    """The latest first, made before the one at ``before``."""
    asked = {
        "subscription": subscription,
        "states": states,
        "created_before": before and before[0],
        "delivery_before": before and before[1],
        "limit": limit,
    }
    return [Delivery(*row) for row in conn.execute(_sql.deliveries_of_subscription, asked)]


def of_alert(conn: Connection[Any], alert: UUID, department: str | None) -> list[Delivery]:
    """With ``department`` only those to subscriptions of this department alone."""
    asked = {"alert": alert, "department": department, "limit": DELIVERIES_OF_ALERT_MAX}
    return [Delivery(*row) for row in conn.execute(_sql.deliveries_of_alert, asked)]


def find(conn: Connection[Any], organisation: str, delivery: UUID, department: str | None) -> Delivery | None:
    """With ``department`` only if its subscription is of this department alone."""
    row = conn.execute(_sql.delivery, (organisation, delivery)).fetchone()
    if row is None or department not in (None, row[-1]):
        return None
    return Delivery(*row[:-1])


def attempts(conn: Connection[Any], delivery: UUID) -> list[Attempt]:
    return [Attempt(*row) for row in conn.execute(_sql.attempts, (delivery,))]


def retry(conn: Connection[Any], delivery: Delivery) -> Delivery:
    """Begin the schedule anew, in the caller's transaction. Raises SubscriptionDisabled."""
    _require_enabled(conn, delivery.subscription)
    row = conn.execute(_sql.retry, (delivery.delivery,)).fetchone()
    assert row is not None
    return Delivery(*row)


def send_test(conn: Connection[Any], subscription: Subscription, correlation_id: str) -> Delivery:
    """Write down a test message, in the caller's transaction. Raises SubscriptionDisabled."""
    _require_enabled(conn, subscription.subscription)
    target = (subscription.organisation, subscription.subscription, subscription.department)
    row = conn.execute(_sql.insert_test, (new_id(), *target, TEST_TYPE, correlation_id)).fetchone()
    assert row is not None
    return Delivery(*row)


def _require_enabled(conn: Connection[Any], subscription: UUID) -> None:
    """It stays enabled until the transaction ends."""
    if conn.execute(_sql.lock_enabled, (subscription,)).fetchone() is None:
        raise SubscriptionDisabled("The subscription is disabled; enable it first.")
