"""A rebuild among others: readers, parked departments, consumers that remember, crashes, events that are not there."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from services.scoring import bootstrap
from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.generations import departments as making
from services.scoring.adapters.generations.store import PostgresGenerations
from services.scoring.adapters.generations.tables import TABLES
from services.scoring.adapters.rows import Rows
from services.scoring.application import folding
from services.scoring.application.generations.ports import AlreadyRunning, GivenUp, Standing
from services.scoring.domain.errors import CannotFold
from shared.contracts.department_events import ItemSubmitted
from shared.messaging import NotNow, Record
from shared.messaging.memory import MemoryBroker
from shared.operations.database import Pool, open_pool
from tests.integration.scoring.rebuilds import Threads, content, live_consumer, publish, rebuild
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter, altered
from tests.waiting import wait_for

NOT_REBUILT = {
    *("streams", "events", "generation", "bulletins", "what_ifs", "what_if_changes", "idempotency_keys"),
    *("joint_obligations", "joint_decisions", "joint_marks", "joint_looks"),
    *(
        "directory_departments",
        "directory_organisations",
        "directory_outlets",
        "directory_outlet_standings",
        "directory_schemes",
        "directory_tokens",
    ),
}
"""What does not follow from the recorded events and the schemes: it stays where it is."""


@pytest.fixture
def conn(scoring_database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(scoring_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


def department(name: str, items: int = 30) -> StreamWriter:
    writer = StreamWriter("district", name)
    writer.register([everything()[0]], date(2014, 1, 1), tags=("key",))
    for number in range(items):
        report = ItemSubmitted(f"item-{number}", "everything", "report", "标题", attributes={"topic": "progress"})
        writer.tell(report, writer.now + timedelta(hours=7))
    return writer


def fold(pool: Pool, records: Sequence[Record]) -> None:
    projection = bootstrap.projection(pool)
    projection.projector.project(records)
    projection.projector.settle()
    projection.close()


@pytest.fixture
def two(pool: Pool, broker: MemoryBroker) -> list[StreamWriter]:
    """Two departments, recorded and folded."""
    writers = [department("north"), department("south")]
    publish(broker, writers, {})
    fold(pool, [record for writer in writers for record in writer.records()])
    return writers


def test_every_table_is_rebuilt_or_known_not_to_be(conn: Connection[Any]) -> None:
    rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    ours = {name for (name,) in rows if "yoyo" not in name}
    assert ours == set(TABLES) | NOT_REBUILT


def test_whoever_reads_sees_one_generation_and_the_switch_waits_for_looks_that_are_open(
    scoring_database: str, pool: Pool, broker: MemoryBroker, two: list[StreamWriter]
) -> None:
    # given totals that are wrong, and a look that has read nothing yet
    with psycopg.connect(scoring_database, autocommit=True) as conn:
        conn.execute("UPDATE totals SET amount = amount + 1000")
        before = _generation(conn)
    readings = bootstrap.readings(pool)
    sums = "SELECT sum(amount) FROM totals WHERE calendar = 'year' AND measure = 'reports'"
    done: list[object] = []

    def run() -> None:
        done.append(rebuild(scoring_database, Threads(scoring_database, broker), accept_differences=True))

    rebuilding = threading.Thread(target=run)
    with readings.snapshot() as look:
        look.connection.execute("SELECT 1 FROM generation")

        # when the rebuild is ready to take over
        rebuilding.start()
        with psycopg.connect(scoring_database, autocommit=True) as watching:
            wait_for("it waits for the look", lambda: _waits(watching), seconds=30)

        # then the look goes on with the old generation
        assert look.connection.execute(sums).fetchone() == (2 * 30 + 2 * 1000,)
    rebuilding.join(30)

    # and later ones see the new one
    assert len(done) == 1
    with readings.snapshot() as look:
        assert look.connection.execute(sums).fetchone() == (2 * 30,)
        assert str(before) not in look.revision("district").split("-")[:1]


def _waits(conn: Connection[Any]) -> bool:
    query = "SELECT 1 FROM pg_locks WHERE relation = 'generation'::regclass AND NOT granted"
    return conn.execute(query).fetchone() is not None


def _generation(conn: Connection[Any]) -> int:
    row = conn.execute("SELECT number FROM generation").fetchone()
    assert row is not None
    return int(row[0])


def test_a_consumer_that_remembers_damaged_states_forgets_them(
    scoring_database: str, pool: Pool, broker: MemoryBroker, conn: Connection[Any]
) -> None:
    # given a consumer that has in memory what was owed, from when that was wrong
    writer = department("north")
    loaded = len(writer.values)
    for number in range(30, 36):
        report = ItemSubmitted(f"item-{number}", "everything", "report", "标题", attributes={"topic": "progress"})
        writer.tell(report, writer.now + timedelta(hours=7))
    publish(broker, [writer], {})
    records = writer.records()
    fold(pool, records[:loaded])
    conn.execute("UPDATE obligations SET actual = actual + 100")
    consumer = bootstrap.projection(pool)
    consumer.projector.project(records[loaded : loaded + 1])
    consumer.projector.settle()

    # when another generation takes over
    assert rebuild(scoring_database, Threads(scoring_database, broker), accept_differences=True).took_over

    # then what it folds next is refused, and it goes on from what is stored
    consumer.projector.project(records[loaded + 1 : loaded + 2])
    with pytest.raises(NotNow):
        consumer.projector.settle()
    consumer.projector.project(records[loaded + 1 :])
    consumer.projector.settle()
    consumer.close()
    assert conn.execute("SELECT count(*) FROM obligations WHERE actual >= 100").fetchone() == (0,)
    assert rebuild(scoring_database, Threads(scoring_database, broker)).differences == ()


def test_a_parked_department_stays_parked_where_it_was_and_can_be_resumed(
    scoring_database: str, pool: Pool, broker: MemoryBroker, conn: Connection[Any]
) -> None:
    # given a department that is parked before an event of an unknown type, in the middle of its stream
    writer, other = department("north"), department("south")
    good = list(writer.values)
    writer.values[20] = altered(writer.values[20], type="tongbao.item.unheard_of.v1")
    publish(broker, [writer, other], {})
    with live_consumer(scoring_database, broker):
        parked = (
            "SELECT stream, version, parked_version, parked_kind, parked_offset, parked_at, parkings FROM positions"
        )
        wait_for(
            "both are folded",
            lambda: _ends(conn) == {"district/north": 20, "district/south": len(other.values)},
            seconds=20,
        )
    before = conn.execute(f"{parked} ORDER BY stream").fetchall()
    announced = conn.execute("SELECT count(*) FROM events").fetchone()

    # when the projection is rebuilt
    outcome = rebuild(scoring_database, Threads(scoring_database, broker))

    # then it stands where it stood, as often parked as before, and nothing was announced
    assert (outcome.took_over, outcome.differences) == (True, ())
    assert conn.execute(f"{parked} ORDER BY stream").fetchall() == before
    assert conn.execute("SELECT count(*) FROM events").fetchone() == announced

    # and when it can be folded after all, it is resumed like any other
    consumer = bootstrap.projection(pool)
    consumer.projector.resume("district/north")
    records = [record._replace(value=value) for record, value in zip(writer.records(), good, strict=True)]
    resumed = consumer.projector.project(records)
    consumer.projector.settle()
    consumer.close()
    assert resumed.resumed == ["district/north"]
    assert _ends(conn)["district/north"] == len(good)


def _ends(conn: Connection[Any]) -> dict[str, int]:
    return dict(conn.execute("SELECT stream, version FROM positions").fetchall())


def test_a_department_that_can_no_longer_be_folded_keeps_the_generation_from_taking_over(
    scoring_database: str, broker: MemoryBroker, two: list[StreamWriter], conn: Connection[Any], monkeypatch: Any
) -> None:
    # given a program that refuses an event which an earlier one has folded
    folds = folding.fold

    def strict(state: Any, envelope: Any, data: Any, schemes: Any) -> None:
        if (envelope.subject, envelope.version) == ("district/north", 9):
            raise CannotFold("not any more")
        folds(state, envelope, data, schemes)

    monkeypatch.setattr(folding, "fold", strict)
    before = content(conn)

    # when the projection is rebuilt, whether or not differences are accepted
    outcome = rebuild(scoring_database, Threads(scoring_database, broker), accept_differences=True)

    # then the live tables stay, and it says why
    assert not outcome.took_over
    assert [(one.stream, one.version, one.reason) for one in outcome.stuck] == [("district/north", 9, "not any more")]
    assert content(conn) == before

    # and with a program that folds it again, made anew, it takes over
    monkeypatch.setattr(folding, "fold", folds)
    assert rebuild(scoring_database, Threads(scoring_database, broker), afresh=True).took_over
    assert content(conn) == before


def test_a_topic_that_lacks_events_is_told_of(
    scoring_database: str, broker: MemoryBroker, two: list[StreamWriter]
) -> None:
    emptied = MemoryBroker()
    publish(emptied, two[:1], {})
    with pytest.raises(GivenUp, match=r"1 departments are not complete: district/south is at 0 of \d+"):
        rebuild(scoring_database, Threads(scoring_database, emptied), still_s_max=1.0)


def test_a_worker_that_crashes_between_batches_loses_nothing(
    scoring_database: str, broker: MemoryBroker, two: list[StreamWriter], conn: Connection[Any], monkeypatch: Any
) -> None:
    # given a worker whose third batch is sent but never committed
    before, count = content(conn), [0]
    executes: Callable[[Any, Rows], None] = PostgresDepartments.execute

    def crash(self: Any, rows: Rows) -> None:
        count[0] += 1
        if count[0] == 3:
            raise MemoryError("the machine is gone")
        executes(self, rows)

    monkeypatch.setattr(making.UnannouncedDepartments, "execute", crash, raising=False)
    with pytest.raises(MemoryError):
        rebuild(scoring_database, Threads(scoring_database, broker))

    # when it is run again
    monkeypatch.undo()
    outcome = rebuild(scoring_database, Threads(scoring_database, broker))

    # then it is as if nothing had happened
    assert (outcome.took_over, outcome.differences) == (True, ())
    assert content(conn) == before


def test_two_workers_that_read_the_same_partitions_double_nothing(
    scoring_database: str, broker: MemoryBroker, two: list[StreamWriter], conn: Connection[Any]
) -> None:
    before = content(conn)
    outcome = rebuild(scoring_database, Threads(scoring_database, broker, count=2))
    assert (outcome.took_over, outcome.differences) == (True, ())
    assert content(conn) == before


def test_a_worker_left_over_from_a_generation_that_took_over_writes_nothing(
    scoring_database: str, broker: MemoryBroker, two: list[StreamWriter], conn: Connection[Any]
) -> None:
    # given a worker of a generation that was begun, and begun afresh by somebody else
    with (
        psycopg.connect(scoring_database, autocommit=True) as guard,
        open_pool(scoring_database, 3, "guide") as pool,
        open_pool(scoring_database, 2, "making", options=making.SEES) as unseen,
    ):
        PostgresGenerations(pool, guard).begin(afresh=True)
        left_over = bootstrap.rebuilding(unseen, pool)
        left_over.projector.project(two[0].records()[:10])
        left_over.projector.settle()
        guard.execute("SELECT pg_advisory_unlock_all()")
        assert rebuild(scoring_database, Threads(scoring_database, broker), afresh=True).took_over
        before = content(conn)

        # when it folds on, then it cannot: there is nothing that it sees
        left_over.projector.project(two[0].records()[10:])
        with pytest.raises(psycopg.errors.UndefinedTable):
            left_over.projector.settle()
        left_over.close()
    assert content(conn) == before


def test_how_far_it_has_come_says_what_is_lacking_and_who_is_stuck(
    scoring_database: str, pool: Pool, two: list[StreamWriter], conn: Connection[Any]
) -> None:
    # given two departments to be rebuilt
    north, south = (len(writer.values) for writer in two)
    with psycopg.connect(scoring_database, autocommit=True) as guard:
        generations = PostgresGenerations(pool, guard)
        generations.begin(afresh=False)

        # then everything is lacking at first
        assert generations.aim() == Standing(0, north + south, 2, north + south, 0)

        # and when one has come a part of its way, and the other cannot go on, only what can be folded is
        conn.execute(
            "INSERT INTO rebuilding.positions (stream, version, parked_version, parked_kind, parked_reason, parked_at)"
            " VALUES ('district/north', 5, NULL, NULL, NULL, NULL), ('district/south', 8, 9, 'broken', 'no', now())"
        )
        assert generations.standing() == Standing(13, north + south, 1, north - 5, 1)


def test_one_rebuild_at_a_time_and_a_changed_schema_begins_anew(
    scoring_database: str, pool: Pool, conn: Connection[Any]
) -> None:
    with psycopg.connect(scoring_database, autocommit=True) as guard:
        one = PostgresGenerations(pool, guard)
        assert one.begin(afresh=False) is False
        with psycopg.connect(scoring_database, autocommit=True) as other, pytest.raises(AlreadyRunning):
            PostgresGenerations(pool, other).begin(afresh=False)
        assert one.begin(afresh=False) is True
        conn.execute("ALTER TABLE totals ADD COLUMN colour text")
        assert one.begin(afresh=False) is False
        assert one.begin(afresh=False) is True
        assert one.begin(afresh=True) is False
