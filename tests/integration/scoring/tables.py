"""What stands in scoring's tables, in the words of the plain implementation."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import Connection

from shared.eventstore import read
from tests.reference.outcomes import LedgerEntry, announcement_of
from tests.reference.plain import Announcement, Department, Outcome

Totals = dict[tuple[str, str, str, str, str], Decimal]


def totals(conn: Connection[Any], department: str) -> Totals:
    """By scheme, calendar, period, measure and person."""
    rows = conn.execute(
        "SELECT scheme, calendar, period, measure, person, amount FROM totals WHERE department = %s AND amount <> 0",
        (department,),
    )
    return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in rows}


def ledger_sums(conn: Connection[Any], department: str) -> dict[tuple[str, str], Decimal]:
    """By scheme and measure, over all time, the department's own."""
    rows = conn.execute(
        "SELECT scheme, measure, sum(amount) FROM ledger WHERE department = %s AND person IS NULL GROUP BY 1, 2",
        (department,),
    )
    return {(row[0], row[1]): row[2] for row in rows if row[2]}


def entries(conn: Connection[Any], department: str) -> list[LedgerEntry]:
    """The ledger, in its order."""
    rows = conn.execute(
        "SELECT scheme, scheme_version, measure, coalesce(person, ''), dated, amount FROM ledger WHERE department = %s"
        " ORDER BY stream_version, entry",
        (department,),
    )
    return [LedgerEntry(*row) for row in rows]


def outcomes(conn: Connection[Any], department: str) -> dict[tuple[str, str, str, str], Outcome]:
    """By scheme, quota, period and person."""
    rows = conn.execute(
        "SELECT scheme, quota, period, person, state, target, actual, on_time, actual_when_due, ordinal, due_at,"
        " grace_ends_at, period_end, waived_reason FROM obligations WHERE department = %s",
        (department,),
    )
    return {(row[0], row[1], row[2], row[3]): Outcome(*row[4:]) for row in rows}


def announcements(conn: Connection[Any], stream: str, versions: dict[str, int]) -> list[Announcement]:
    """What was published of the stream; ``versions`` says by id which version of it each cause was."""
    stored = read(conn, stream, limit=10_000)
    return [announcement_of(one.opened().data, versions[one.causation_id or ""]) for one in stored]


def decisions(conn: Connection[Any], department: str) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT scheme, quota, period, person, ordinal, event_type, outcome, actual, stream_version FROM decisions"
        " WHERE department = %s ORDER BY stream_version, scheme, quota, period, ordinal",
        (department,),
    ).fetchall()


class Cell(NamedTuple):
    """A period of a department."""

    first: date
    end: date
    partial: bool
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None


def periods(conn: Connection[Any], department: str) -> dict[tuple[str, str, str], Cell]:
    """By scheme, calendar and period; those that have opened."""
    rows = conn.execute(
        'SELECT scheme, calendar, period, first, "end", partial, opened_at, closed_at, final_at FROM periods'
        " WHERE department = %s AND opened_at IS NOT NULL",
        (department,),
    )
    return {(row[0], row[1], row[2]): Cell(*row[3:]) for row in rows}


def periods_of(department: Department) -> dict[tuple[str, str, str], Cell]:
    """The same of the plain implementation."""
    return {
        key: Cell(one.period.first, one.period.end, one.partial, one.opened_at, one.closed_at, one.final_at)
        for key, one in department.opened.items()
    }


def position(conn: Connection[Any], stream: str) -> int:
    """The version that is folded."""
    row = conn.execute("SELECT version FROM positions WHERE stream = %s", (stream,)).fetchone()
    return 0 if row is None else int(row[0])
