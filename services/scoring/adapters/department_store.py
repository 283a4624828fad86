"""The departments' states in Postgres: read in sets, written by COPY and set-based merges, one transaction a batch."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from psycopg import Connection, Cursor
from psycopg.copy import LibpqWriter
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout

from services.scoring.adapters.item_codec import decode_item
from services.scoring.adapters.reading_departments import read_departments
from services.scoring.adapters.rows import Row, Rows, rows_of
from services.scoring.application.ports import Folded, ItemsExist, Overtaken, StoreAway
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.keys import PeriodKey
from shared.eventstore import StoreUnavailable, append_many, sql
from shared.eventstore.errors import translated

_sql = sql.load("services.scoring.adapters", "departments.sql")

COPY_UNSENT_BYTES_MAX = 8 * 1024 * 1024
"""What may wait in memory for the server before a COPY pauses; at each pause the folding thread takes over."""

Pool = ConnectionPool[Connection[Any]]

_TYPES: dict[str, list[str]] = {
    "ledger": [
        *("text", "text", "int8", "int4", "text", "int4", "text", "text", "text"),
        *("numeric", "date", "text", "timestamptz", "text"),
    ],
    "item_states": ["text"] * 7 + ["bytea"],
    "totals": ["text"] * 6 + ["numeric", "int8", "text"],
    "windows": ["text"] * 7 + ["date", "bytea"],
    "periods": ["text"] * 5 + ["int4", "date", "date", "bool", "timestamptz", "timestamptz", "timestamptz"],
    "obligations": ["text"] * 6
    + ["int4", "text", "date", "date", "numeric", "numeric", "text", "int4"]
    + ["timestamptz"] * 5
    + ["text", "timestamptz", "timestamptz", "bool", "numeric", "text", "bytea", "bytea"],
    "decisions": ["text"] * 5 + ["int4", "text", "text", "numeric", "numeric", "timestamptz", "int8", "text"],
    "obligations_while_open": ["text"] * 6 + ["timestamptz"] * 3,
    "department_spans": ["text", "text", "date", "date", "bool", "timestamptz"],
    "department_facts": ["text", "text", "int8", "date", "text", "text", "text[]", "jsonb", "timestamptz"],
    "persons": ["text", "text", "text", "int8", "date", "date", "text", "text[]", "jsonb", "timestamptz"],
    "calendar_closings": ["text"] * 4 + ["date", "int8", "timestamptz"],
    "waivers": ["text"] * 7 + ["timestamptz", "int8"],
    "reasons": ["text", "text", "int8", "text"],
    "applied_schemes": ["text", "text", "int8", "text", "int4", "date", "timestamptz"],
}
"""The columns' types, which a binary COPY has to be told, in the order of the migrations."""


class PostgresDepartments:
    """Implements DepartmentStore. ``prepare`` and ``execute`` are the halves of ``write``, for those who overlap."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._generation: int | None = None
        """Of the tables that the states in memory were loaded from; None: there are no such states."""

    def load(self, streams: Mapping[str, date]) -> list[DepartmentState]:
        with self._connection() as conn, conn.cursor(binary=True) as cursor:
            if self._generation is None:
                self._generation = _generation(cursor)
            return read_departments(cursor, streams)

    def load_items(self, wanted: Mapping[str, tuple[DepartmentState, Collection[str]]]) -> None:
        asked = [(state.organisation, state.department, item) for state, items in wanted.values() for item in items]
        with self._connection() as conn, conn.cursor(binary=True) as cursor:
            for stream, *row in cursor.execute(_sql.items, _columns(asked, 3)):
                wanted[stream][0].items[row[0]] = decode_item(*row)

    def load_every_item(self, state: DepartmentState) -> None:
        with self._connection() as conn, conn.cursor(binary=True) as cursor:
            for row in cursor.execute(_sql.every_item, (state.organisation, state.department)):
                state.items[row[0]] = decode_item(*row)
        state.every_item = True

    def load_openings(self, wanted: Mapping[str, tuple[DepartmentState, Collection[PeriodKey]]]) -> None:
        asked = [(state.organisation, state.department, *key) for state, keys in wanted.values() for key in keys]
        with self._connection() as conn, conn.cursor(binary=True) as cursor:
            for stream, *key, opened_at, version, partial in cursor.execute(_sql.openings, _columns(asked, 5)):
                opening = wanted[stream][0].openings[PeriodKey(*key)]
                opening.opened_at, opening.version, opening.partial = opened_at, version, partial
            for stream, *key, measure, person, amount in cursor.execute(_sql.period_totals, _columns(asked, 5)):
                wanted[stream][0].openings[PeriodKey(*key)].totals[measure, person] = amount

    def write(self, folded: Iterable[Folded]) -> None:
        rows = self.prepare(folded)
        if rows.positions.streams:
            self.execute(rows)

    def prepare(self, folded: Iterable[Folded]) -> Rows:
        """What is to be written, independent of what is folded from now on. Does not block."""
        return rows_of(folded)

    def execute(self, rows: Rows) -> None:
        """Write the rows in one transaction. Raises Overtaken, ItemsExist, StoreAway; nothing is written then.

        Another generation of the tables that has taken over since the states were loaded has overtaken them as well.
        """
        with self._connection() as conn, conn.transaction(), conn.cursor(binary=True) as cursor:
            conn.execute(_sql.write_lock)
            _stage(conn, cursor)
            self._move_positions(cursor, rows)
            _write_departments(cursor, rows)
            _copy(cursor, "ledger", "ledger", rows.ledger)
            _write_items(cursor, rows)
            _merge(cursor, "windows", "staged_windows", rows.windows, _sql.merge_windows)
            _merge(cursor, "totals", "staged_totals", rows.totals, _sql.merge_totals)
            _merge(cursor, "periods", "staged_periods", rows.periods, _sql.merge_periods)
            _merge(cursor, "obligations", "staged_obligations", rows.obligations, _sql.merge_obligations)
            _copy(cursor, "obligations_while_open", "obligations_while_open", rows.while_open)
            if rows.marks:
                cursor.execute(_sql.mark_parts, _columns(rows.marks, 5))
            _copy(cursor, "decisions", "decisions", rows.decisions)
            append_many(conn, rows.appends)

    def settle(self) -> None:
        """Nothing is under way when ``write`` has returned."""

    def settled(self) -> bool:
        return True

    def resume_requests(self) -> list[tuple[str, int, int]]:
        """Stream, partition and offset of each parked department that an operator asked to resume."""
        with self._connection() as conn:
            return conn.execute(_sql.resume_requests).fetchall()

    def parked_count(self) -> int:
        with self._connection() as conn:
            row = conn.execute(_sql.parked_count).fetchone()
        return row[0] if row else 0

    def request_resumption(self, stream: str | None) -> list[str]:
        """Ask for a parked department, or for all of them, to be tried again. Returns those streams."""
        with self._connection() as conn:
            return [row[0] for row in conn.execute(_sql.request_resumption, (stream,))]

    def _move_positions(self, cursor: Cursor[Any], rows: Rows) -> None:
        try:
            _move_positions(cursor, rows, self._generation)
        except Overtaken:
            self._generation = None  # whoever is overtaken loads everything again
            raise

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        try:
            with translated(), self._pool.connection() as conn:
                yield conn
        except (StoreUnavailable, PoolTimeout) as away:
            raise StoreAway(str(away)) from away


def _stage(conn: Connection[Any], cursor: Cursor[Any]) -> None:
    """Make this connection's staging tables, the first time."""
    found = cursor.execute("SELECT to_regclass('pg_temp.staged_totals') IS NULL").fetchone()
    if found is not None and found[0]:
        conn.execute(_sql.staging)


def _generation(cursor: Cursor[Any]) -> int:
    row = cursor.execute(_sql.generation).fetchone()
    assert row is not None
    return int(row[0])


def _move_positions(cursor: Cursor[Any], rows: Rows, generation: int | None) -> None:
    positions = rows.positions
    columns = (
        positions.streams,
        positions.versions_before,
        positions.versions,
        positions.last_event_ids,
        positions.recorded_ats,
        generation,
    )
    moved = cursor.execute(_sql.move_positions, columns).fetchone()
    if moved is None or moved[0] != len(positions.streams):
        raise Overtaken(
            f"only {moved and moved[0]} of {len(positions.streams)} departments stood where this fold began"
        )
    for stream, parked, parkings in rows.parkings:
        if parked is None:
            cursor.execute(_sql.unpark, (stream,))
            continue
        cursor.execute(
            _sql.park,
            (
                parked.version,
                parked.kind,
                parked.reason,
                parked.partition,
                parked.offset,
                parked.at,
                parkings,
                stream,
            ),
        )


def _write_departments(cursor: Cursor[Any], rows: Rows) -> None:
    _merge(cursor, "department_spans", "staged_spans", rows.spans, _sql.merge_spans)
    described = [(*row[:7], Jsonb(row[7]), row[8]) for row in rows.descriptions]
    _copy(cursor, "department_facts", "department_facts", described)
    people = [(*row[:8], Jsonb(row[8]), row[9]) for row in rows.persons]
    _copy(cursor, "persons", "persons", people)
    _copy(cursor, "applied_schemes", "applied_schemes", rows.applied)
    _copy(cursor, "calendar_closings", "calendar_closings", rows.closings)
    _copy(cursor, "waivers", "waivers", rows.waivers)
    _copy(cursor, "reasons", "reasons", rows.reasons)


def _write_items(cursor: Cursor[Any], rows: Rows) -> None:
    try:
        _copy(cursor, "item_states", "item_states", rows.new_items)
    except UniqueViolation as violation:
        raise ItemsExist(violation.diag.message_detail or str(violation)) from violation
    _merge(cursor, "item_states", "staged_items", rows.items, _sql.merge_items)


def _merge(cursor: Cursor[Any], table: str, staging: str, rows: Sequence[Row], merge: str) -> None:
    if rows:
        _copy(cursor, table, staging, rows)
        cursor.execute(merge)


def _copy(cursor: Cursor[Any], table: str, into: str, rows: Sequence[Row]) -> None:
    """COPY rows that have the columns of ``table`` into a table of the same columns. Both names are this module's."""
    if not rows:
        return
    writer = LibpqWriter(cursor, flush_threshold=COPY_UNSENT_BYTES_MAX)
    with cursor.copy(f"COPY {into} FROM STDIN (FORMAT binary)", writer=writer) as copy:
        copy.set_types(_TYPES[table])
        write_row = copy.write_row
        for row in rows:
            write_row(row)


def _columns(rows: Sequence[Row], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]
