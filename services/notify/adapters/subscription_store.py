"""The subscriptions in Postgres."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.types.json import Jsonb

from services.notify.domain.subscriptions import (
    SUBSCRIPTIONS_MAX,
    Filter,
    Subscription,
    SubscriptionChanged,
    TooManySubscriptions,
)
from shared.eventstore import sql

_sql = sql.load("services.notify.adapters", "deliveries.sql")


def enabled_locked(conn: Connection[Any], organisations: Sequence[str]) -> list[Subscription]:
    """The enabled ones; they stay enabled until the transaction ends."""
    return [_subscription(row) for row in conn.execute(_sql.enabled_locked, (list(organisations),))]


def find(conn: Connection[Any], organisation: str, subscription: UUID) -> Subscription | None:
    row = conn.execute(_sql.subscription, (organisation, subscription)).fetchone()
    return None if row is None else _subscription(row)


def page(
    conn: Connection[Any], organisation: str, department: str | None, after: UUID | None, limit: int
) -> list[Subscription]:
    """By id, behind the id ``after``; with ``department`` only those that hear of this department alone."""
    asked = {"organisation": organisation, "department": department, "after": after, "limit": limit}
    return [_subscription(row) for row in conn.execute(_sql.subscriptions, asked)]


def insert(conn: Connection[Any], new: Subscription) -> Subscription:
    """In the caller's transaction. Raises TooManySubscriptions."""
    conn.execute(_sql.lock_organisation, (new.organisation,))
    row = conn.execute(_sql.count_subscriptions, (new.organisation,)).fetchone()
    if row is not None and row[0] >= SUBSCRIPTIONS_MAX:
        raise TooManySubscriptions
    chosen = (new.title, Jsonb(msgspec.to_builtins(new.filter)), new.address, new.secret)
    scope = (new.subscription, new.organisation, new.department)
    row = conn.execute(
        _sql.insert_subscription, (*scope, *chosen, new.enabled, new.disabled_reason, new.created_by)
    ).fetchone()
    assert row is not None
    return _subscription(row)


def update(conn: Connection[Any], changed: Subscription) -> Subscription:
    """In the caller's transaction, from the version that it names to the next. One that is disabled ends its waiting
    deliveries. Raises SubscriptionChanged when it is gone or has another version now."""
    _lock(conn, changed)
    parameters = {
        "subscription": changed.subscription,
        "title": changed.title,
        "filter": Jsonb(msgspec.to_builtins(changed.filter)),
        "address": changed.address,
        "secret": changed.secret,
        "enabled": changed.enabled,
        "disabled_reason": changed.disabled_reason,
    }
    row = conn.execute(_sql.update_subscription, parameters).fetchone()
    assert row is not None
    if not changed.enabled:
        give_up_waiting(conn, [changed.subscription], changed.disabled_reason)
    return _subscription(row)


def delete(conn: Connection[Any], subscription: Subscription) -> None:
    """As ``update``. Its deliveries stay on record."""
    _lock(conn, subscription)
    conn.execute(_sql.delete_subscription, (subscription.subscription,))
    give_up_waiting(conn, [subscription.subscription], "the subscription was deleted")


def give_up_waiting(conn: Connection[Any], subscriptions: Sequence[UUID], reason: str) -> None:
    """End the waiting deliveries of subscriptions that the transaction has locked."""
    conn.execute(_sql.give_up_waiting, (reason, list(subscriptions)))


def _lock(conn: Connection[Any], expected: Subscription) -> None:
    row = conn.execute(_sql.subscription_locked, (expected.organisation, expected.subscription)).fetchone()
    if row is None or _subscription(row).version != expected.version:
        raise SubscriptionChanged("the subscription has another version now")


def _subscription(row: tuple[Any, ...]) -> Subscription:
    return Subscription(*(*row[:4], msgspec.convert(row[4], Filter), *row[5:]))
