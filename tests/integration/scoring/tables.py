"""What stands in scoring's tables, in the words of the plain implementation."""

from decimal import Decimal
from typing import Any

from psycopg import Connection

from shared.eventstore import read
from tests.reference.outcomes import LedgerEntry, announcement_of
from tests.reference.plain import Announcement, Outcome

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
