"""The tables that folding scoring-events reads and writes (services.notify.application.folding.FoldStore)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any

from psycopg import Connection

from services.notify.adapters import subscription_store
from services.notify.adapters.bodies import decode_alert
from services.notify.adapters.change_store import record_changes
from services.notify.application.bulletins import bulletin_deliveries
from services.notify.application.changes import Change
from services.notify.application.folding import Overtaken
from services.notify.domain.alerts import ObligationKey, Standing, standing_with
from services.notify.domain.positions import Parked, Position, Whereabouts
from services.notify.domain.subscriptions import BULLETIN_TYPE
from shared.contracts.envelope import Event
from shared.eventstore import sql
from shared.operations.database import Pool

_sql = sql.load("services.notify.adapters", "alerts.sql")
_deliveries = sql.load("services.notify.adapters", "deliveries.sql")


class PostgresFoldStore:
    def __init__(self, conn: Connection[Any], scoring_url: str) -> None:
        self._conn = conn
        self._scoring_url = scoring_url

    def positions(self, streams: Iterable[str]) -> dict[str, Position]:
        with self._conn.cursor(binary=True) as cursor:
            rows = cursor.execute(_sql.positions, (list(streams),)).fetchall()
        return {row[0]: _position(row) for row in rows}

    def move_positions(self, moves: Sequence[tuple[Position, Position]]) -> None:
        rows = [(after.stream, before.version, *_columns(after)) for before, after in moves]
        with self._conn.cursor() as cursor:
            cursor.execute(_sql.move_positions, [list(column) for column in zip(*rows, strict=True)])
            if cursor.rowcount != len(moves):
                raise Overtaken(
                    f"{len(moves) - cursor.rowcount} of {len(moves)} positions were moved by another consumer"
                )

    def standings(self, keys: Iterable[ObligationKey]) -> dict[ObligationKey, Standing]:
        rows = [astuple(key) for key in keys]
        columns = [list(column) for column in zip(*rows, strict=True)]
        standings: dict[ObligationKey, Standing] = {}
        with self._conn.cursor(binary=True) as cursor:
            for *key_columns, subject, body in cursor.execute(_sql.standings, columns):
                key = ObligationKey(*key_columns)
                standings[key] = standing_with(standings.get(key, Standing()), decode_alert(subject, body))
        return standings

    def record(self, changes: Sequence[Change]) -> None:
        record_changes(self._conn, changes, self._scoring_url)

    def tell_of_bulletins(self, issued: Sequence[Event]) -> None:
        organisations = sorted({event.data.organisation for event in issued})
        subscriptions = subscription_store.enabled_locked(self._conn, organisations)
        rows = [astuple(each) for each in bulletin_deliveries(issued, subscriptions, self._scoring_url)]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._conn.execute(_deliveries.insert_bulletins, (BULLETIN_TYPE, *columns))


@contextmanager
def fold_transaction(pool: Pool, scoring_url: str) -> Iterator[PostgresFoldStore]:
    """One transaction for one batch."""
    with pool.connection() as conn, conn.transaction():
        yield PostgresFoldStore(conn, scoring_url)


def _position(row: tuple[Any, ...]) -> Position:
    stream, version, last_event_id, recorded_at, parked_version, reason, partition, offset, resume_requested = row
    parked = None if parked_version is None else Parked(parked_version, reason, Whereabouts(partition, offset))
    return Position(stream, version, last_event_id, recorded_at, parked, resume_requested)


def _columns(position: Position) -> tuple[Any, ...]:
    parked = position.parked
    where: tuple[Any, ...] = (None, None, None, None)
    if parked is not None:
        where = (parked.version, parked.reason, parked.whereabouts.partition, parked.whereabouts.offset)
    return (position.version, position.last_event_id, position.recorded_at, *where)
