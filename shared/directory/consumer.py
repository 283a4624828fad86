"""Following the directory: the thread in which scoring and notify keep their copy of it up to date.

The topic is compacted and small, and applying an event twice is harmless, so a follower reads it from its beginning
whenever it starts: a database that was restored or made anew is complete again without anybody's help.
"""

import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from shared.contracts.directory_events import TOPIC
from shared.contracts.envelope import Event, Undecodable, decode
from shared.directory.apply import apply
from shared.messaging import NotNow, Record, Source, run_consumer
from shared.operations import logging

log = logging.get(__name__)

JOIN_S_MAX = 10.0


class DirectoryFollower:
    """Applies ``directory-events`` to this service's directory tables, in a thread of its own.

    ``source`` delivers that topic from its beginning, whoever else reads it. When the thread fails, it sets ``stop``,
    so that the process ends; ``join`` then raises what it failed with.
    """

    def __init__(self, source: Source, pool: ConnectionPool[Any], stop: threading.Event) -> None:
        self._source = source
        self._pool = pool
        self._stop = stop
        self._trouble: str | None = None
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="directory", daemon=True)

    def start(self) -> "DirectoryFollower":
        self._thread.start()
        return self

    def join(self) -> None:
        """Wait for the end of the thread, after ``stop`` was set. Raises what the thread failed with."""
        self._thread.join(JOIN_S_MAX)
        if self._failure is not None:
            raise self._failure

    def lag(self) -> int:
        """How many events are not applied yet, as far as is known: ``tongbao_directory_lag_events``."""
        return sum(self._source.lag().values())

    def missing(self) -> list[str]:
        """What /readyz says of it: nothing, or why the directory stands still."""
        return [] if self._trouble is None else [f"directory: {self._trouble}"]

    def _run(self) -> None:
        try:
            run_consumer(self._source, self._handle, self._stop, on_not_now=self._stand_still)
        except Exception as failure:  # noqa: BLE001 (handed to join, in the thread that can end the process)
            self._failure = failure
            self._stop.set()

    def _handle(self, records: Sequence[Record]) -> None:
        handle(self._pool, records)
        self._trouble = None

    def _stand_still(self, _records: int, reason: str) -> None:
        if reason != self._trouble:
            log.warning("directory.stands_still", reason=reason)
        self._trouble = reason


def handle(pool: ConnectionPool[Any], records: Sequence[Record]) -> None:
    """Apply the latest event of each entity among the records, in one transaction and in one order for all processes.

    Raises NotNow while the database is away, and for an event that this version cannot read: the directory then stands
    still and says so, since a token might be revoked in it.
    """
    latest: dict[str, Event] = {}
    for record in records:
        event = _decoded(record)
        known = latest.get(event.stream)
        if known is None or known.version < event.version:
            latest[event.stream] = event
    try:
        with pool.connection() as conn, conn.transaction(), conn.pipeline():
            apply(conn, (latest[stream] for stream in sorted(latest)))
    except (psycopg.OperationalError, PoolTimeout) as unavailable:
        raise NotNow(f"the database cannot be reached: {unavailable}") from unavailable


def _decoded(record: Record) -> Event:
    try:
        return decode(record.value)
    except Undecodable as mistake:
        place = f"{TOPIC}, partition {record.partition}, offset {record.offset}"
        raise NotNow(f"{place} cannot be read: {mistake.reason}") from mistake
