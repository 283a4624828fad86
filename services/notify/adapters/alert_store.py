"""Alerts as they are read, and the transaction in which one is acknowledged."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from services.notify.adapters.bodies import decode_alert
from services.notify.adapters.change_store import record_changes
from services.notify.application.acknowledging import LockedAlert
from services.notify.application.changes import Change
from services.notify.domain.alerts import AlertState
from services.notify.domain.subjects import AnyAlert, SubjectKind
from shared.eventstore import sql

_sql = sql.load("services.notify.adapters", "alerts.sql")


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as it stands."""

    alert: AnyAlert
    state: AlertState
    historical: bool
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    note: str | None
    resolved_at: datetime | None
    resolution: str | None
    correlation_id: str
    opening: int
    """The number of the change that opened it; lists go by it."""
    change: int
    """The number of its latest change."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    change: int
    event: UUID
    type: str
    department: str
    message: bytes
    """What subscribers are sent, in JSON."""
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AlertFilter:
    organisation: str
    department: str | None = None
    states: list[str] | None = None
    condition: str | None = None
    severity: str | None = None
    scheme: str | None = None
    quota: str | None = None
    calendar: str | None = None
    period: str | None = None
    person: str | None = None
    subject: SubjectKind | None = None


def page(conn: Connection[Any], chosen: AlertFilter, before: int | None, limit: int) -> list[StoredAlert]:
    """The latest opened first, opened before the change numbered ``before``."""
    rows = conn.execute(_sql.alerts, {**asdict(chosen), "before": before, "limit": limit})
    return [_stored(row) for row in rows]


def find(conn: Connection[Any], organisation: str, alert: UUID) -> StoredAlert | None:
    row = conn.execute(_sql.alert, (organisation, alert)).fetchone()
    return None if row is None else _stored(row)


def changes_of(conn: Connection[Any], alert: UUID) -> list[StoredChange]:
    """The alert's history, from its opening on."""
    return [StoredChange(*row) for row in conn.execute(_sql.changes_of_alert, (alert,))]


def changes_after(conn: Connection[Any], organisation: str, change: int, limit: int) -> list[StoredChange]:
    """Of all alerts of the organisation, in their order."""
    return [StoredChange(*row) for row in conn.execute(_sql.changes_after, (organisation, change, limit))]


def last_change(conn: Connection[Any], organisation: str) -> int:
    row = conn.execute(_sql.last_change, (organisation,)).fetchone()
    return 0 if row is None else int(row[0])


def count_unresolved(conn: Connection[Any]) -> int:
    row = conn.execute(_sql.count_unresolved).fetchone()
    return 0 if row is None else int(row[0])


class PostgresAcknowledgementStore:
    """Implements AcknowledgementStore."""

    def __init__(self, conn: Connection[Any], scoring_url: str) -> None:
        self._conn = conn
        self._scoring_url = scoring_url

    def locked(self, organisation: str, alert: UUID, department: str | None) -> LockedAlert | None:
        row = self._conn.execute(_sql.lock_alert, (organisation, alert)).fetchone()
        if row is None or department not in (None, row[0]):
            return None
        _, subject, state, historical, body, now = row
        return LockedAlert(decode_alert(subject, body), state, historical, now)

    def record_one(self, change: Change) -> None:
        record_changes(self._conn, [change], self._scoring_url)


def _stored(row: tuple[Any, ...]) -> StoredAlert:
    subject, state, historical, _, acknowledged_at, acknowledged_by, note, resolved_at, resolution, body, *rest = row
    told = (acknowledged_at, acknowledged_by, note, resolved_at, resolution)
    return StoredAlert(decode_alert(subject, body), state, historical, *told, *rest)
