"""The projection is worked out again beside the live one, compared with it, and takes its place."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import psycopg
import pytest

from dev.postgres import Postgres
from services.scoring import bootstrap
from services.scoring.application.generations.rebuild import Stopped
from shared.contracts.department_events import ItemAdopted, ItemSubmitted
from shared.messaging.memory import MemoryBroker
from shared.operations.database import open_pool
from tests.integration.scoring.conftest import publish as published
from tests.integration.scoring.rebuilds import Content, Threads, content, live_consumer, publish, rebuild
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.waiting import wait_for

Connection = psycopg.Connection[tuple[object, ...]]
FoldedOnce = Callable[[list[StreamWriter]], Content]


@pytest.fixture
def conn(scoring_database: str) -> Iterator[Connection]:
    with psycopg.connect(scoring_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def content_when_folded_once(postgres_server: Postgres, scoring_template: str) -> Iterator[FoldedOnce]:
    """What the tables hold after a consumer has folded whole streams at once, where nothing was ever rebuilt."""
    url = postgres_server.create_database("folded_once", template=scoring_template)

    def folded_once(writers: list[StreamWriter]) -> Content:
        published(url, 1, 2)
        with open_pool(url, 4, "folded-once") as pool:
            projection = bootstrap.projection(pool)
            for writer in writers:
                projection.projector.project(writer.records())
            projection.projector.settle()
            projection.close()
        with psycopg.connect(url, autocommit=True) as connection:
            return content(connection)

    yield folded_once
    postgres_server.drop_database("folded_once")


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


def department(name: str, items: int) -> StreamWriter:
    writer = StreamWriter("district", name)
    writer.register([everything()[0]], date(2014, 1, 1), group="street", tags=("key",))
    work(writer, items)
    return writer


def work(writer: StreamWriter, items: int) -> None:
    """Items a few hours apart, every third of them adopted."""
    first = len(writer.values)
    for number in range(first, first + items):
        at = writer.now + timedelta(hours=7)
        item = f"item-{number}"
        writer.tell(ItemSubmitted(item, "everything", "report", f"“{item}”", attributes={"topic": "progress"}), at)
        if number % 3 == 0:
            writer.tell(
                ItemAdopted(item, f"adoption-{number}", "daily", "Daily", "city", "paper", "whole", at.date()), at
            )


def folded(conn: Connection, writers: list[StreamWriter]) -> bool:
    positions = dict(conn.execute("SELECT stream, version FROM positions").fetchall())
    return all(positions.get(writer.stream) == len(writer.values) for writer in writers)


def fold_all(url: str, conn: Connection, broker: MemoryBroker, writers: list[StreamWriter]) -> None:
    publish(broker, writers, {})
    with live_consumer(url, broker):
        wait_for("everything is folded", lambda: folded(conn, writers), seconds=30)


def generation(conn: Connection) -> int:
    row = conn.execute("SELECT number FROM generation").fetchone()
    assert row is not None
    return int(row[0])  # type: ignore[call-overload]


def announced(conn: Connection) -> list[tuple[object, ...]]:
    return conn.execute("SELECT stream, version, id FROM events ORDER BY stream, version").fetchall()


def total(conn: Connection, department: str) -> object:
    query = (
        "SELECT amount FROM totals WHERE (department, calendar, period, measure) = (%s, 'month', '2014-01', 'reports')"
    )
    row = conn.execute(query, (department,)).fetchone()
    return row and row[0]


def test_a_rebuild_of_undamaged_tables_finds_no_difference_and_announces_nothing(
    scoring_database: str, conn: Connection, broker: MemoryBroker, content_when_folded_once: FoldedOnce
) -> None:
    writers = [department(name, 60) for name in ("north", "south", "east")]
    fold_all(scoring_database, conn, broker, writers)
    before, announcements = generation(conn), announced(conn)
    indexes = "SELECT tablename, indexname, replace(indexdef, 'rebuilding.', 'public.') FROM pg_indexes"
    had = conn.execute(f"{indexes} WHERE schemaname = 'public' ORDER BY 1, 2").fetchall()

    outcome = rebuild(scoring_database, Threads(scoring_database, broker))

    assert (outcome.took_over, outcome.differences, outcome.stuck) == (True, (), ())
    assert generation(conn) > before
    assert announced(conn) == announcements
    assert content(conn) == content_when_folded_once(writers)
    assert conn.execute(f"{indexes} WHERE schemaname = 'public' ORDER BY 1, 2").fetchall() == had
    assert conn.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('rebuilding', 'replaced')").fetchall() == []


def test_a_live_consumer_goes_on_folding_before_during_and_after_the_switch(
    scoring_database: str, conn: Connection, broker: MemoryBroker, content_when_folded_once: FoldedOnce
) -> None:
    # given departments where more happens all the time
    writers = [department(name, 40) for name in ("north", "south", "east", "west")]
    told: dict[str, int] = {}
    publish(broker, writers, told)
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(0.01):
            for writer in writers:
                work(writer, 1)
            publish(broker, writers, told)

    # when the projection is rebuilt, twice in succession
    with live_consumer(scoring_database, broker):
        producing = threading.Thread(target=go_on)
        producing.start()
        try:
            first = rebuild(scoring_database, Threads(scoring_database, broker))
            second = rebuild(scoring_database, Threads(scoring_database, broker))
        finally:
            done.set()
            producing.join()
        wait_for("everything is folded", lambda: folded(conn, writers), seconds=30)

    # then nothing is lost or doubled, in the tables or among what was announced
    assert (first.took_over, first.differences) == (True, ())
    assert (second.took_over, second.differences) == (True, ())
    assert content(conn) == content_when_folded_once(writers)


def test_a_damaged_total_is_reported_and_healed_only_when_that_is_accepted(
    scoring_database: str, conn: Connection, broker: MemoryBroker, content_when_folded_once: FoldedOnce
) -> None:
    # given one total that somebody has changed by hand, and a ledger entry that is gone
    writers = [department(name, 30) for name in ("north", "south")]
    fold_all(scoring_database, conn, broker, writers)
    conn.execute(
        "UPDATE totals SET amount = amount + 7"
        " WHERE (department, calendar, period, measure) = ('north', 'month', '2014-01', 'reports')"
    )
    conn.execute("DELETE FROM ledger WHERE ctid = (SELECT ctid FROM ledger WHERE department = 'south' LIMIT 1)")

    # when it is rebuilt, then it is found, and the live tables stay
    outcome = rebuild(scoring_database, Threads(scoring_database, broker))
    assert not outcome.took_over
    found = [(one.stream, one.table, one.differing) for one in outcome.differences]
    assert found == [("district/north", "totals", 1), ("district/south", "ledger", 1)]
    assert "2014-01" in str(outcome.differences[0])
    assert total(conn, "north") == 37

    # and when the differences are accepted, it is healed
    again = rebuild(scoring_database, Threads(scoring_database, broker), accept_differences=True)
    assert again.took_over
    assert content(conn) == content_when_folded_once(writers)


def test_a_rebuild_that_is_stopped_goes_on_where_it_was(
    scoring_database: str, conn: Connection, broker: MemoryBroker, content_when_folded_once: FoldedOnce
) -> None:
    # given a rebuild that is stopped when it has folded something, but not all
    writers = [department(name, 150) for name in ("north", "south", "east")]
    fold_all(scoring_database, conn, broker, writers)
    stop = threading.Event()

    def stop_early(standing: object) -> None:
        if standing.events:  # type: ignore[attr-defined]
            stop.set()

    with pytest.raises(Stopped):
        rebuild(scoring_database, Threads(scoring_database, broker), stop=stop, tell=stop_early)
    assert conn.execute("SELECT sum(version) FROM rebuilding.positions").fetchone() != (0,)

    # when it is run again
    seen: list[int] = []
    outcome = rebuild(
        scoring_database, Threads(scoring_database, broker), tell=lambda standing: seen.append(standing.events)
    )

    # then it begins with what there was, and comes to the same
    assert seen[0] > 0
    assert (outcome.took_over, outcome.differences) == (True, ())
    assert content(conn) == content_when_folded_once(writers)
