"""The generation in the making, in Postgres."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection, Rollback
from psycopg.errors import LockNotAvailable
from psycopg.sql import Identifier

from services.scoring.adapters.generations import building
from services.scoring.adapters.generations.building import named, statements
from services.scoring.adapters.generations.comparing import PostgresComparison, comparing
from services.scoring.adapters.generations.tables import LIVE, MAKING, REPLACED, TABLES
from services.scoring.adapters.stores import connection
from services.scoring.application.generations.ports import AlreadyRunning, Reached, Standing, Stuck, Targets
from shared.eventstore.errors import translated
from shared.operations.database import Pool

WRITERS_WAIT_S_MAX = 5.0
"""So long consumers wait while the last events are folded."""
LOCK_TIMEOUT = "3s"
"""How long readers may keep the generation from taking over before it lets them pass."""


@contextmanager
def guard(database_url: str) -> Iterator[Connection[Any]]:
    """A connection for ``PostgresGenerations``.

    It lets go of the rebuild before it is closed: the server notices a closed connection only some time afterwards, and
    would refuse the next rebuild until then.
    """
    with psycopg.connect(database_url, autocommit=True, application_name="scoring-rebuild-guard") as opened:
        try:
            yield opened
        finally:
            with suppress(psycopg.OperationalError):
                opened.execute(statements.let_go)


class PostgresGenerations:
    """Implements Generations. ``guard`` is a connection of its own: as long as it is open, no other rebuild runs."""

    def __init__(self, pool: Pool, guard: Connection[Any]) -> None:
        """``pool``: of at least three connections that may take their time."""
        self._pool = pool
        self._guard = guard

    def begin(self, *, afresh: bool) -> bool:
        with translated():
            free = self._guard.execute(statements.guard).fetchone()
        if not (free and free[0]):
            raise AlreadyRunning("another process is rebuilding this database")
        with connection(self._pool) as conn:
            if not afresh and building.usable(conn):
                return True
            building.build(conn)
            return False

    def aim(self) -> Standing:
        with connection(self._pool) as conn:
            conn.execute(named(statements.aim))
            return _standing(conn)

    def standing(self) -> Standing:
        with connection(self._pool) as conn:
            return _standing(conn)

    def stuck(self) -> list[Stuck]:
        with connection(self._pool) as conn:
            return [Stuck(*row) for row in conn.execute(named(statements.stuck))]

    def lacking(self, limit: int) -> list[str]:
        with connection(self._pool) as conn:
            return [row[0] for row in conn.execute(named(statements.lacking), (limit,))]

    def complete(self) -> None:
        with connection(self._pool) as conn:
            building.complete(conn)

    @contextmanager
    def comparison(self) -> Iterator[PostgresComparison]:
        with connection(self._pool) as snapshot, connection(self._pool) as making, comparing(snapshot, making) as found:
            yield found

    def take_over(self, reached: Reached) -> bool:
        with connection(self._pool) as conn:
            took_over = False
            try:
                with conn.transaction() as transaction:
                    conn.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                    took_over = self._level(conn, reached)
                    if not took_over:
                        raise Rollback(transaction)
                    _put_in_place(conn)
            except LockNotAvailable:
                return False
            return took_over

    def clear(self) -> None:
        with connection(self._pool) as conn:
            for schema in (MAKING, REPLACED):
                conn.execute(named(statements.drop, schema=Identifier(schema)))

    def _level(self, conn: Connection[Any], reached: Reached) -> bool:
        """Whether the generation stands where the live tables do, which nobody changes from now on."""
        conn.execute(named(statements.writers_out))
        self.aim()
        until = time.monotonic() + WRITERS_WAIT_S_MAX
        while not reached():
            if time.monotonic() > until:
                return False
        conn.execute(named(statements.take_parkings))
        same = conn.execute(named(statements.same_positions)).fetchone()
        return bool(same and same[0])


class PostgresBookmarks:
    """Implements Bookmarks."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def round(self) -> int:
        with connection(self._pool) as conn:
            row = conn.execute(named(statements.round)).fetchone()
            assert row is not None
            return int(row[0])

    def targets(self) -> Targets:
        with connection(self._pool) as conn, conn.transaction():
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            row = conn.execute(named(statements.round)).fetchone()
            assert row is not None
            return Targets(row[0], dict(conn.execute(named(statements.targets)).fetchall()))

    def offsets(self) -> Mapping[int, int]:
        with connection(self._pool) as conn:
            return dict(conn.execute(named(statements.offsets)).fetchall())

    def save(self, offsets: Mapping[int, int]) -> None:
        with connection(self._pool) as conn:
            conn.execute(named(statements.save_offsets), (list(offsets), list(offsets.values())))


def _standing(conn: Connection[Any]) -> Standing:
    row = conn.execute(named(statements.standing)).fetchone()
    assert row is not None
    return Standing(*row)


def _put_in_place(conn: Connection[Any]) -> None:
    conn.execute(named(statements.take_ordinals))
    conn.execute(named(statements.readers_out))
    conn.execute(named(statements.mark_parts))
    conn.execute(named(statements.make_room))
    for table in TABLES:
        for schema, to in ((LIVE, REPLACED), (MAKING, LIVE)):
            parts = {"schema": Identifier(schema), "table": Identifier(table), "to": Identifier(to)}
            conn.execute(named(statements.move_table, **parts))
    conn.execute(named(statements.count_up))
