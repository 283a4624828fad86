"""``…/alerts/stream``: changes of alerts as they happen, as server-sent events.

The id of each event is its number in the organisation's dense sequence of changes; a client that comes back with
``Last-Event-ID`` misses nothing and sees nothing twice.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Response, request

from services.notify.adapters import alert_store
from services.notify.adapters.alert_store import StoredChange
from services.notify.http.wiring import Notify, notify
from shared.directory import queries
from shared.directory.entities import Principal
from shared.operations import logging, metrics
from shared.web.auth import READERS, require_member
from shared.web.blueprint import Blueprint
from shared.web.parsing import invalid
from shared.web.problems import Problem

POLL_S = 0.5
HEARTBEAT_S = 15.0
"""After so long without a change a comment is sent, which keeps the connection and notices a client that left."""
CHANGES_AT_ONCE_MAX = 200
RETRY_MS = 2_000
"""After what time a client comes back when the stream ends."""
RETRY_AFTER_S = 10
NUMBER_DIGITS_MAX = 18

blueprint = Blueprint("alert_stream", __name__, url_prefix="/v1/organisations/<name:organisation>/alerts")

log = logging.get(__name__)


@blueprint.route("/stream")
def follow(organisation: str) -> Response:
    """Changes of alerts as they happen (``text/event-stream``): from now on, or from behind ``Last-Event-ID``."""
    principal = require_member(READERS, organisation)
    wired = notify()
    after = _last_event_id()
    with wired.pool.connection() as conn:
        latest = alert_store.last_change(conn, organisation)
    if not wired.streams.acquire(blocking=False):
        raise Problem(
            "unavailable",
            "As many clients as possible follow the stream already.",
            headers={"Retry-After": str(RETRY_AFTER_S)},
        )
    metrics.gauge("tongbao_notify_streams_open").inc()
    start = latest if after is None else min(after, latest)
    response = Response(_events(wired, principal, organisation, start), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: _ended(wired))
    return response


def _ended(wired: Notify) -> None:
    wired.streams.release()
    metrics.gauge("tongbao_notify_streams_open").dec()


def _events(wired: Notify, principal: Principal, organisation: str, last: int) -> Iterator[bytes]:
    """Until the token no longer holds, the process stops, or the database is away; the client then comes back."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    told_at = time.monotonic()
    while not wired.stopping.is_set():
        try:
            with wired.pool.connection() as conn:
                if not _still_holds(conn, principal):
                    return
                changes = alert_store.changes_after(conn, organisation, last, CHANGES_AT_ONCE_MAX)
        except psycopg.OperationalError as away:
            log.warning("stream.ended", reason=str(away))
            return
        for change in changes:
            last = change.change
            if principal.department in (None, change.department):
                told_at = time.monotonic()
                yield _event(change)
        if time.monotonic() - told_at >= HEARTBEAT_S:
            told_at = time.monotonic()
            yield f": {datetime.now(UTC):%H:%M:%S}\nid: {last}\n\n".encode()
        if len(changes) < CHANGES_AT_ONCE_MAX:
            wired.stopping.wait(POLL_S)


def _event(change: StoredChange) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (change.change, change.type.encode(), change.message)


def _still_holds(conn: psycopg.Connection[Any], principal: Principal) -> bool:
    token = queries.token(conn, principal.token)
    if token is None or token.revoked_at is not None:
        return False
    return token.expires_at is None or token.expires_at > datetime.now(UTC)


def _last_event_id() -> int | None:
    """From the header that browsers send when they come back, or the query, with which one can begin anywhere."""
    text = request.headers.get("Last-Event-ID") or request.args.get("last_event_id")
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX):
        raise invalid([{"field": "Last-Event-ID", "detail": "Must be the id of an event of this stream."}])
    return int(text)
