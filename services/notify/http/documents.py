"""Answers as plain values."""

from typing import Any

import msgspec

from services.notify.adapters.alert_store import StoredAlert, StoredChange
from services.notify.adapters.delivery_reading import Attempt, Delivery
from services.notify.domain.messages import describe_alert
from services.notify.domain.subscriptions import Subscription, webhook_id

Document = dict[str, Any]


def alert(found: StoredAlert, scoring_url: str) -> Document:
    return {
        **describe_alert(found.alert, found.historical, scoring_url),
        "state": found.state,
        "acknowledged_at": found.acknowledged_at,
        "acknowledged_by": found.acknowledged_by,
        "note": found.note,
        "resolved_at": found.resolved_at,
        "resolution": found.resolution,
        "correlation_id": found.correlation_id,
    }


def change(found: StoredChange) -> Document:
    return {"change": found.change, "type": found.type, "recorded_at": found.recorded_at}


def delivery(found: Delivery) -> Document:
    return {
        "delivery": found.delivery,
        "webhook_id": webhook_id(found.delivery),
        "subscription": found.subscription,
        "alert": found.alert,
        "type": found.type,
        "state": found.state,
        "due_at": found.due_at if found.state == "waiting" else None,
        "attempts": found.attempts_total,
        "last_error": found.last_error,
        "correlation_id": found.correlation_id,
        "created_at": found.created_at,
        "finished_at": found.finished_at,
    }


def attempt(found: Attempt) -> Document:
    return {
        "attempt": found.attempt,
        "at": found.at,
        "duration_ms": found.duration_ms,
        "outcome": found.outcome,
        "status": found.status,
        "error": found.error,
    }


def subscription(found: Subscription) -> Document:
    """Without its secret."""
    filters = msgspec.to_builtins(found.filter)
    history = filters.pop("history")
    return {
        "subscription": found.subscription,
        "organisation": found.organisation,
        "department": found.department,
        "title": found.title,
        "filters": filters,
        "history": history,
        "webhook": {"address": found.address},
        "enabled": found.enabled,
        "disabled_reason": found.disabled_reason,
        "failing_since": found.failing_since,
        "version": found.version,
        "created_at": found.created_at,
        "created_by": found.created_by,
        "updated_at": found.updated_at,
    }


def created_subscription(found: Subscription, secret: str | None) -> Document:
    """As it is shown once, to who made it."""
    return {**subscription(found), "webhook": {"address": found.address, "secret": secret}}
