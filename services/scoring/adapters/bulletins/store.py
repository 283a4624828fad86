"""The issues in Postgres: each a row that nobody can change, put there together with its event."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg_pool import PoolTimeout

from services.scoring.application.bulletins.ports import Issued, Origin, StoredIssue
from services.scoring.domain.bulletins import Document, issue_id
from shared.contracts.identifiers import bulletins_stream, derived_id
from shared.contracts.scoring_events import TOPIC, BulletinIssued
from shared.eventstore import StoreUnavailable, Trace, append, sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool

_sql = sql.load("services.scoring.adapters.bulletins", "queries.sql")
_encoder = msgspec.json.Encoder(decimal_format="string")
_decoder = msgspec.json.Decoder(Document)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which issues; None leaves a field open."""

    organisation: str
    scheme: str | None = None
    bulletin: str | None = None
    calendar: str | None = None
    period: str | None = None


class PostgresIssues:
    """Implements ``Issues`` in the transaction that the connection is in."""

    def __init__(self, conn: Connection[Any]) -> None:
        self._conn = conn

    def begin(self, organisation: str) -> datetime:
        self._conn.execute(_sql.begin, (organisation,))
        row = self._conn.execute(_sql.now).fetchone()
        assert row is not None, "a function always answers with a row"
        now: datetime = row[0]
        return now

    def of_period(self, organisation: str, scheme: str, bulletin: str, period: str) -> Issued | None:
        row = self._conn.execute(_sql.of_period, (organisation, scheme, bulletin, period)).fetchone()
        return None if row is None else Issued(*row)

    def latest(self, organisation: str, scheme: str, bulletin: str, limit: int) -> list[Document]:
        rows = self._conn.execute(_sql.latest, (organisation, scheme, bulletin, limit))
        return [_decoder.decode(row[0]) for row in rows]

    def put(self, document: Document, origin: Origin) -> Issued:
        """Raises StoreUnavailable, and psycopg's UniqueViolation for one who has not begun with ``begin``."""
        raw = _encoder.encode(document)
        named = (document.organisation, document.scheme, document.bulletin)
        issued = Issued(
            issue_id(*named, document.period),
            *named,
            document.number,
            document.title,
            document.calendar,
            document.period,
            document.issued_at,
            document.automatic,
            sha256(raw).hexdigest(),
        )
        row = (issued.issue, *named, issued.number, issued.title, issued.calendar, issued.period)
        told = (document.last + _DAY, issued.issued_at, issued.automatic, raw, issued.digest)
        self._conn.execute(_sql.put, (*row, *told))
        append(
            self._conn,
            bulletins_stream(document.organisation, document.scheme),
            TOPIC,
            [_event(issued)],
            Trace(origin.correlation_id, None, origin.actor),
            ids=[derived_id("bulletin.issued", *named, document.period)],
        )
        return issued


class PostgresIssueBook:
    """Implements ``IssueBook``, and reads issues."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @contextmanager
    def transaction(self) -> Iterator[PostgresIssues]:
        """Raises StoreUnavailable."""
        with self._connection() as conn, conn.transaction():
            yield PostgresIssues(conn)

    def periods_issued(self, organisation: str, scheme: str, bulletin: str) -> frozenset[str]:
        with self._connection() as conn:
            rows = conn.execute(_sql.periods_issued, (organisation, scheme, bulletin)).fetchall()
        return frozenset(row[0] for row in rows)

    def find(self, organisation: str, issue: UUID) -> StoredIssue | None:
        with self._connection() as conn:
            row = conn.execute(_sql.one, (organisation, issue)).fetchone()
        if row is None:
            return None
        *issued, raw = row
        return StoredIssue(Issued(*issued), bytes(raw), _decoder.decode(raw))

    def page(self, chosen: IssueFilter, before: tuple[datetime, UUID] | None, limit: int) -> list[Issued]:
        """The latest first, those issued before a place."""
        place = {"before": before[0] if before else None, "before_issue": before[1] if before else None}
        with self._connection() as conn:
            rows = conn.execute(_sql.page, {**asdict(chosen), **place, "limit": limit}, prepare=False).fetchall()
        return [Issued(*row) for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        with translated():
            try:
                with self._pool.connection() as conn:
                    yield conn
            except PoolTimeout as none_free:
                raise StoreUnavailable(f"no database connection became free: {none_free}") from none_free


def _event(issued: Issued) -> BulletinIssued:
    return BulletinIssued(
        issued.organisation,
        issued.scheme,
        issued.bulletin,
        issued.number,
        issued.title,
        issued.calendar,
        issued.period,
        issued.issued_at,
    )
