"""Deliveries as dispatchers see them (services.notify.application.dispatching.DeliveryStore)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection

from services.notify.adapters import subscription_store
from services.notify.application.dispatching import Attempted, Claimed
from services.notify.domain.messages import trial_message
from services.notify.domain.retries import Answer, Health, health_after
from shared.eventstore import sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool

_sql = sql.load("services.notify.adapters", "dispatch.sql")


class PostgresDeliveryStore:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def claim(self, busy: Iterable[UUID], per_subscription: int, limit: int, lease: timedelta) -> list[Claimed]:
        asked = {"busy": list(busy), "per_subscription": per_subscription, "limit": limit, "lease": lease}
        with translated(), self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
            return [_claimed(row) for row in cursor.execute(_sql.claim, asked)]

    def record(self, attempts: Sequence[Attempted]) -> list[UUID]:
        with translated(), self._pool.connection() as conn, conn.transaction():
            before = _health(conn, attempts)
            recorded = _record(conn, attempts)
            after = dict(before)
            for each in attempts:
                if each.claimed.delivery in recorded:
                    subscription = each.claimed.subscription
                    after[subscription] = health_after(after[subscription], each.at, each.verdict)
            return _note_health(conn, before, after)

    def release(self, unsent: Sequence[Claimed]) -> None:
        if not unsent:
            return
        claims = [[each.delivery for each in unsent], [each.claim for each in unsent]]
        with translated(), self._pool.connection() as conn:
            conn.execute(_sql.release, claims)

    def give_up_orphans(self) -> int:
        with translated(), self._pool.connection() as conn:
            return conn.execute(_sql.give_up_orphans).rowcount

    def backlog(self) -> tuple[int, float]:
        """How many deliveries are due and not sent yet, and the age in seconds of the oldest that waits at all."""
        with translated(), self._pool.connection() as conn:
            row = conn.execute(_sql.backlog).fetchone()
        assert row is not None
        return row[0], row[1]


def _health(conn: Connection[Any], attempts: Sequence[Attempted]) -> dict[UUID, Health]:
    """Locks the subscriptions; a disabled one has a reason already, though not to be written again."""
    subscriptions = list({each.claimed.subscription for each in attempts})
    rows = conn.execute(_sql.lock_subscriptions, (subscriptions,)).fetchall()
    return {
        subscription: Health(failing_since, "" if enabled else "disabled")
        for subscription, enabled, failing_since in rows
    }


def _record(conn: Connection[Any], attempts: Sequence[Attempted]) -> set[UUID]:
    rows = [
        (
            each.claimed.delivery,
            each.claimed.claim,
            each.verdict.outcome,
            each.at,
            each.duration_ms,
            each.result.status if isinstance(each.result, Answer) else None,
            each.verdict.error,
            each.verdict.due_at,
        )
        for each in sorted(attempts, key=lambda each: each.claimed.delivery)
    ]
    with conn.cursor() as cursor:
        cursor.execute(_sql.record, [list(column) for column in zip(*rows, strict=True)])
        recorded = {row[0] for row in cursor.fetchall()}
        cursor.execute(_sql.move_followers, (list(recorded),))
    return recorded


def _note_health(conn: Connection[Any], before: dict[UUID, Health], after: dict[UUID, Health]) -> list[UUID]:
    changed = [key for key, health in after.items() if health.failing_since != before[key].failing_since]
    if changed:
        conn.execute(_sql.set_failing_since, (changed, [after[key].failing_since for key in changed]))
    disabled = [key for key, health in after.items() if health.disabled_reason != before[key].disabled_reason]
    for subscription in disabled:
        reason = after[subscription].disabled_reason
        conn.execute(_sql.disable, (reason, subscription))
        subscription_store.give_up_waiting(conn, [subscription], f"the subscription was disabled: {reason}")
    return disabled


def _claimed(row: tuple[Any, ...]) -> Claimed:
    delivery, claim, attempts, organisation, department, subscription, alert, kind, correlation_id = row[:9]
    created_at, title, address, secret, message = row[9:]
    if message is None:
        message = msgspec.json.encode(trial_message(organisation, subscription, title, created_at, correlation_id))
    return Claimed(
        delivery,
        claim,
        attempts + 1,
        organisation,
        department,
        subscription,
        alert,
        kind,
        correlation_id,
        address,
        secret,
        message,
    )
