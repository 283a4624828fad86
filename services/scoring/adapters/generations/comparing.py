"""The live tables of one instant against those in the making, by checksums that do not depend on the rows' order."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier

from services.scoring.adapters.generations.building import columns, named, statements
from services.scoring.adapters.generations.tables import LIVE, MAKING, POSITIONS, Column, compared
from services.scoring.application.generations.differences import Sum, Tables

_STREAM = SQL("stream")
_STREAM_OF_DEPARTMENT = SQL("organisation || '/' || department")
_DEPARTMENT = SQL("organisation, department")


@contextmanager
def comparing(snapshot: Connection[Any], making: Connection[Any]) -> Iterator["PostgresComparison"]:
    """Look at the live tables on one connection, at the others on another one."""
    with snapshot.transaction():
        snapshot.execute(named(statements.snapshot))
        positions = snapshot.execute(named(statements.live_positions)).fetchall()
        aimed = [list(column) for column in zip(*positions, strict=True)] or [[], []]
        making.execute(named(statements.aim_at), aimed)
        yield PostgresComparison(snapshot, making)


class PostgresComparison:
    """Implements Comparison, as long as the snapshot's transaction is open."""

    def __init__(self, snapshot: Connection[Any], making: Connection[Any]) -> None:
        self._snapshot = snapshot
        self._making = making
        unwritten = snapshot.execute(named(statements.unwritten)).fetchone()
        assert unwritten is not None
        self._unwritten = tuple(unwritten[0])
        self._columns = [column for column in columns(snapshot, LIVE) if not column.among(self._unwritten)]

    def unwritten(self) -> Sequence[str]:
        return self._unwritten

    def live(self) -> Tables:
        return self._checksums(self._snapshot, LIVE)

    def rebuilt(self) -> Tables:
        return self._checksums(self._making, MAKING)

    def rows(self, stream: str, table: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
        return self._rows(self._snapshot, LIVE, stream, table), self._rows(self._making, MAKING, stream, table)

    def _checksums(self, conn: Connection[Any], schema: str) -> Tables:
        found: dict[tuple[str, str], Sum] = {}
        for table in dict.fromkeys(column.table for column in self._columns):
            for stream, rows, hash in conn.execute(named(statements.checksums, **self._parts(schema, table))):
                found[stream, table] = Sum(rows, hash)
        return found

    def _rows(self, conn: Connection[Any], schema: str, stream: str, table: str) -> Mapping[str, int]:
        key = _row([column for column in self._columns if column.table == table and column.key])
        statement = named(statements.checksums_of_rows, key=key, **self._parts(schema, table))
        return dict(conn.execute(statement, (stream,)).fetchall())

    def _parts(self, schema: str, table: str) -> dict[str, Composable]:
        return {
            "schema": Identifier(schema),
            "table": Identifier(table),
            "stream": _STREAM if table == POSITIONS else _STREAM_OF_DEPARTMENT,
            "grouping": _STREAM if table == POSITIONS else _DEPARTMENT,
            "columns": _row(compared(self._columns, table)),
        }


def _row(columns: list[Column]) -> Composable:
    """The columns as one value."""
    return SQL("ROW({})").format(SQL(", ").join(Identifier(column.name) for column in columns))
