"""What stands in scoring's tables, in the words of the plain implementation."""

from decimal import Decimal
from typing import Any

from psycopg import Connection

from shared.eventstore import read
from tests.reference.outcomes import announcement_of
from tests.reference.plain import Announcement

Totals = dict[tuple[str, str, str, str], Decimal]


def totals(conn: Connection[Any], department: str) -> Totals:
    rows = conn.execute(
        "SELECT scheme, calendar, period, measure, amount FROM totals WHERE department = %s AND amount <> 0",
        (department,),
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def ledger_sums(conn: Connection[Any], department: str) -> dict[tuple[str, str], Decimal]:
    """By scheme and measure, over all time."""
    rows = conn.execute(
        "SELECT scheme, measure, sum(amount) FROM ledger WHERE department = %s GROUP BY 1, 2", (department,)
    )
    return {(row[0], row[1]): row[2] for row in rows if row[2]}


def year_sums(totals: Totals) -> dict[tuple[str, str], Decimal]:
    """The same from totals: the years' sums by scheme and measure."""
    sums: dict[tuple[str, str], Decimal] = {}
    for (scheme, calendar, _, measure), amount in totals.items():
        if calendar == "year":
            sums[scheme, measure] = sums.get((scheme, measure), Decimal(0)) + amount
    return {key: amount for key, amount in sums.items() if amount}


def outcomes(conn: Connection[Any], department: str) -> dict[tuple[str, str, str], tuple[str, Decimal, Decimal]]:
    rows = conn.execute(
        "SELECT scheme, quota, period, state, target, actual FROM obligations WHERE department = %s", (department,)
    )
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def announcements(conn: Connection[Any], stream: str, versions: dict[str, int]) -> list[Announcement]:
    """What was published of the stream; ``versions`` says by id which version of it each cause was."""
    stored = read(conn, stream, limit=10_000)
    return [announcement_of(one.opened().data, versions[one.causation_id or ""]) for one in stored]


def decisions(conn: Connection[Any], department: str) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT scheme, quota, period, ordinal, event_type, outcome, actual, stream_version FROM decisions"
        " WHERE department = %s ORDER BY stream_version, scheme, quota, period, ordinal",
        (department,),
    ).fetchall()
