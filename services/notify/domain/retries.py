"""When a delivery is tried again, and when it and its endpoint are given up.

The schedule is the one that Standard Webhooks recommends (specification, "Deliverability and reliability").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long before each attempt is waited after the one before it."""
ATTEMPTS_MAX = len(SCHEDULE)
JITTER_SHARE_MAX = 0.1
"""A wait is longer by up to this share, so that an endpoint that was down is not hit by all at once."""
RETRY_AFTER_MAX = timedelta(hours=24)
"""However much longer an endpoint asks us to wait."""
FAILING_DAYS_MAX = 3
"""An endpoint that has taken nothing for so long, while a delivery went through the whole schedule, is disabled."""

_GONE = 410
_ASKED_TO_WAIT = frozenset({429, 503})

Outcome = Literal["delivered", "retry", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An endpoint answered with this status. ``retry_after`` is what its header of that name asks for."""

    status: int
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The attempt ended without a status: refused, timed out, cut off, no valid certificate …"""

    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    error: str = ""
    due_at: datetime | None = None
    """Of a retry."""


def judge(result: Answer | NoAnswer, attempt: int, at: datetime, jitter: float) -> Verdict:
    """What follows from attempt number ``attempt`` (from 1) that ended ``at``; ``jitter`` is random, in [0, 1)."""
    error = describe(result)
    if not error:
        return Verdict("delivered")
    if isinstance(result, Answer) and result.status == _GONE:
        return Verdict("gone", error)
    if attempt >= ATTEMPTS_MAX:
        return Verdict("failed", error)
    wait = SCHEDULE[attempt] * (1 + JITTER_SHARE_MAX * jitter)
    return Verdict("retry", error, at + max(wait, asked_wait(result)))


def describe(result: Answer | NoAnswer) -> str:
    """Why this was no success, in words for the person who runs the endpoint; empty for a success."""
    if isinstance(result, NoAnswer):
        return result.reason
    if 200 <= result.status < 300:
        return ""
    if 300 <= result.status < 400:
        return f"answered {result.status}: redirects are not followed, give the final address"
    if result.status == _GONE:
        return "answered 410: the endpoint wants no more messages"
    return f"answered {result.status}"


def asked_wait(result: Answer | NoAnswer) -> timedelta:
    """How long the endpoint asks to be left alone; bounded, and zero when it does not ask."""
    if isinstance(result, NoAnswer) or result.status not in _ASKED_TO_WAIT or result.retry_after is None:
        return timedelta(0)
    return min(max(result.retry_after, timedelta(0)), RETRY_AFTER_MAX)


@dataclass(frozen=True, slots=True)
class Health:
    """Of a subscription's endpoint."""

    failing_since: datetime | None
    """When the first of the attempts failed that have failed since the last success."""
    disabled_reason: str = ""
    """Why the subscription is disabled; empty while it is not."""


def health_after(health: Health, at: datetime, verdict: Verdict) -> Health:
    """The endpoint's health behind one more attempt."""
    if verdict.outcome == "delivered":
        return Health(None, health.disabled_reason)
    failing_since = health.failing_since or at
    reason = health.disabled_reason
    if verdict.outcome == "gone":
        reason = reason or verdict.error
    elif verdict.outcome == "failed" and at - failing_since >= timedelta(days=FAILING_DAYS_MAX):
        reason = reason or f"nothing was accepted since {failing_since:%Y-%m-%d %H:%M} UTC; last: {verdict.error}"
    return Health(failing_since, reason)
