"""As of then: answers from the ledger, which for now are those from the totals."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import TupleRow

from dev.postgres import Postgres
from services.scoring.adapters.reading.postgres import PostgresReadings
from services.scoring.application.reading.questions import Asked
from services.scoring.application.reading.scorecards import Scorecards, read_scorecards
from shared.directory.schemebook import SchemeBook
from shared.operations.database import open_pool
from tests.integration.scorecards import generated
from tests.integration.scorecards.application import migrated
from tests.reference.examples import share

LATER = datetime(2015, 1, 1, tzinfo=UTC)
CALENDARS = {"week": "2014-W10", "month": "2014-03", "half": "2014-H1"}

ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["reports", "adoption", "instructions"]),
        st.decimals("-50", "50", places=2),
        st.dates(date(2014, 2, 20), date(2014, 4, 10)),
        st.integers(0, 60),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def district(postgres_server: Postgres) -> Iterator[tuple[Connection[TupleRow], PostgresReadings]]:
    """Five departments in a database of their own."""
    url = migrated(postgres_server.create_database("scorecards_as_of"))
    with open_pool(url, 2, "as-of") as pool, psycopg.connect(url, autocommit=True) as conn:
        generated.generate(conn, departments=5)
        yield conn, PostgresReadings(pool, SchemeBook())
    postgres_server.drop_database("scorecards_as_of")


def scored(readings: PostgresReadings, calendar: str, period: str, as_of: datetime | None) -> Scorecards:
    with readings.snapshot() as snapshot:
        return read_scorecards(snapshot, Asked(generated.ORGANISATION, None, calendar, period, as_of))


@settings(max_examples=share(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES)
def test_cards_from_the_totals_are_those_from_the_ledger_as_of_now(
    district: tuple[Connection[TupleRow], PostgresReadings],
    entries: list[tuple[int, str, Decimal, date, int]],
) -> None:
    conn, readings = district
    conn.execute("DELETE FROM ledger WHERE stream_version >= 500000")
    for number, (department, measure, amount, dated, days) in enumerate(entries):
        conn.execute(
            "INSERT INTO ledger VALUES ('district', %s, %s, 1, %s, 1, %s, 'item', 'fact', %s, %s, 'cause', %s, NULL)",
            (
                *(f"d{department:03}", 500000 + number, generated.SCHEME, measure, amount, dated),
                datetime(2014, 4, 1, tzinfo=UTC) + timedelta(days=days),
            ),
        )
    sum_anew(conn)
    conn.execute("UPDATE positions SET version = version + 1")  # as a fold does, which alone changes the tables

    for calendar, period in CALENDARS.items():
        now = scored(readings, calendar, period, None).cards
        then = scored(readings, calendar, period, LATER).cards
        assert [replace(card, obligations=()) for card in now] == [replace(card, obligations=()) for card in then]


def sum_anew(conn: Connection[TupleRow]) -> None:
    """The totals of the ledger's entries, by the plainest means."""
    conn.execute("DELETE FROM totals")
    conn.execute(
        "INSERT INTO totals SELECT l.organisation, l.scheme, p.calendar, p.period, l.department, l.measure,"
        " sum(l.amount), count(*) FROM ledger l"
        ' JOIN periods p USING (organisation, scheme, department) WHERE l.dated >= p.first AND l.dated < p."end"'
        " GROUP BY 1, 2, 3, 4, 5, 6"
    )


def test_as_of_an_earlier_instant_later_entries_are_not_known(
    readings: PostgresReadings, connection: Connection[TupleRow], departments: list[str]
) -> None:
    then = datetime(2014, 3, 10, tzinfo=UTC)
    connection.execute("DELETE FROM ledger WHERE recorded_at > %s", (then,))
    remaining = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT department, sum(amount) FROM ledger WHERE dated >= '2014-03-01' AND dated < '2014-04-01' GROUP BY 1"
        )
    }

    cards = scored(readings, "month", "2014-03", then).cards

    assert {card.department: card.headline for card in cards if card.headline} == {
        name: total for name, total in remaining.items() if total
    }
    assert {card.state for card in cards} == {"open"}


def test_as_of_an_earlier_instant_obligations_stand_as_they_stood(
    readings: PostgresReadings, connection: Connection[TupleRow], departments: list[str]
) -> None:
    late = connection.execute(
        "SELECT department, period, due_at, decided_at FROM obligations WHERE state = 'met_late' ORDER BY 1 LIMIT 1"
    ).fetchone()
    assert late is not None
    department, period, due_at, decided_at = late

    def state(as_of: datetime | None) -> tuple[str, Decimal]:
        cards = scored(readings, "week", period, as_of).cards
        (obligation,) = next(card for card in cards if card.department == department).obligations
        return obligation.state, obligation.actual

    assert state(due_at - timedelta(days=3))[0] == "open"
    assert state(due_at)[0] == "missed"
    assert state(due_at)[1] < 2
    assert state(decided_at) == state(None) == ("met_late", Decimal(2))


def test_a_period_that_was_not_open_yet_has_no_cards(readings: PostgresReadings, departments: list[str]) -> None:
    with readings.snapshot() as snapshot:
        read = read_scorecards(
            snapshot, Asked(generated.ORGANISATION, None, "month", None, datetime(2014, 2, 15, tzinfo=UTC))
        )

    assert read.period.period.id == "2014-02"
    assert {card.state for card in read.cards} == {"open"}


@pytest.mark.parametrize("days", [0, 15])
def test_an_entry_recorded_when_the_period_was_final_restates_it(
    readings: PostgresReadings, connection: Connection[TupleRow], departments: list[str], days: int
) -> None:
    final = datetime(2014, 3, 5, 16, tzinfo=UTC)
    connection.execute("DELETE FROM ledger WHERE dated < '2014-03-01' AND recorded_at >= %s", (final,))
    at = final + timedelta(days=days)
    connection.execute(
        "INSERT INTO ledger VALUES ('district', 'd003', 700000, 1, %s, 1, 'reports', 'item', 'fact', -1, '2014-02-11',"
        " 'tongbao.item.withdrawn.v1', %s, NULL)",
        (generated.SCHEME, at),
    )

    def states(as_of: datetime | None) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for card in scored(readings, "month", "2014-02", as_of).cards:
            found.setdefault(card.state, []).append(card.department)
        return found

    assert states(None)["restated"] == ["d003"]
    assert "restated" not in states(at - timedelta(seconds=1))
    assert list(states(final - timedelta(seconds=1))) == ["closed"]
