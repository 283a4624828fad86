"""A parked department is put right, resumed by an operator, and loses nothing: the consumer's own loop on a broker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from services.scoring import bootstrap
from services.scoring.consumer import Handler, consume
from services.scoring.projection_source import ProjectionSource
from shared.contracts.department_events import TOPIC, ItemSubmitted
from shared.eventstore import read
from shared.messaging import MemoryBroker
from shared.operations.database import Pool
from tests.integration.scoring import tables
from tests.integration.scoring.conftest import publish
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter, altered
from tests.waiting import wait_for

SECONDS_MAX = 20


def written(department: str, items: int) -> StreamWriter:
    writer = StreamWriter("district", department)
    writer.register([everything()[0]], date(2014, 1, 1), tags=("key",))
    writer.pass_time(writer.now)
    for number in range(items):
        writer.append(ItemSubmitted(f"item-{number}", "everything", "report", "title"))
    return writer


def send(broker: MemoryBroker, stream: str, values: list[bytes]) -> None:
    producer = broker.producer()
    for value in values:
        producer.send(TOPIC, stream, value)
    producer.flush()


@contextmanager
def consuming(pool: Pool, broker: MemoryBroker) -> Iterator[Handler]:
    stop = threading.Event()
    wired = bootstrap.projection(pool)
    handler = Handler(wired.projector)
    source = ProjectionSource(broker.source("scoring", [TOPIC]), wired.projector, wired.departments)
    thread = threading.Thread(target=consume, args=(source, handler, stop, 3))
    thread.start()
    try:
        yield handler
    finally:
        stop.set()
        thread.join(SECONDS_MAX)
        wired.close()


def version_of(pool: Pool, stream: str) -> int:
    with pool.connection() as conn:
        row = conn.execute("SELECT version FROM positions WHERE stream = %s", (stream,)).fetchone()
    return row[0] if row else 0


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker({TOPIC: 1})


def test_a_resumed_department_takes_in_everything_that_was_held_back(pool: Pool, broker: MemoryBroker) -> None:
    # given a department whose fifth event nobody understands yet, and more events behind it
    north, south = written("north", 9), written("south", 2)
    unknown = altered(north.values[4], type="tongbao.item.submitted.v9")
    send(broker, north.stream, [*north.values[:4], unknown, *north.values[5:]])
    send(broker, south.stream, south.values)
    departments = bootstrap.projection(pool).departments

    with consuming(pool, broker):
        wait_for("the other department", lambda: version_of(pool, south.stream) == 5, seconds=SECONDS_MAX)
        assert version_of(pool, north.stream) == 4
        assert departments.parked_count() == 1

    # when the broker's record is put right (a newer program would understand it) and an operator resumes it
    broker._logs[broker.partitions(TOPIC)[0]][4] = (north.stream, north.values[4])
    assert departments.request_resumption(north.stream) == [north.stream]

    # then a consumer that had committed far behind goes back, and nothing is lost or counted twice
    with consuming(pool, broker):
        wait_for("the resumed department", lambda: version_of(pool, north.stream) == 12, seconds=SECONDS_MAX)
    assert departments.parked_count() == 0
    with pool.connection() as conn:
        assert tables.ledger_sums(conn, "north")["everything", "reports"] == 9
        assert tables.ledger_sums(conn, "south")["everything", "reports"] == 2
        types = [one.type for one in read(conn, north.stream)]
    assert types.count("tongbao.department.parked.v1") == 1
    assert types.count("tongbao.department.resumed.v1") == 1


def test_a_request_for_what_still_cannot_be_folded_is_answered_by_parking_again(
    pool: Pool, broker: MemoryBroker
) -> None:
    north = written("north", 3)
    unknown = altered(north.values[4], type="tongbao.item.submitted.v9")
    send(broker, north.stream, [*north.values[:4], unknown, north.values[5]])
    departments = bootstrap.projection(pool).departments

    def parkings() -> int:
        with pool.connection() as conn:
            row = conn.execute("SELECT parkings FROM positions WHERE resume_requested_at IS NULL").fetchone()
        return row[0] if row else 0

    with consuming(pool, broker):
        wait_for("the parking", lambda: parkings() == 1, seconds=SECONDS_MAX)
        departments.request_resumption(None)
        wait_for("the second parking", lambda: parkings() == 2, seconds=SECONDS_MAX)
    assert version_of(pool, north.stream) == 4


def test_a_scheme_that_arrives_late_is_waited_for(pool: Pool, broker: MemoryBroker, scoring_database: str) -> None:
    with pool.connection() as conn:
        conn.execute("DELETE FROM directory_schemes")
    north = written("north", 3)
    send(broker, north.stream, north.values)
    with consuming(pool, broker) as handler:
        wait_for("the alarm", lambda: handler.missing(), seconds=SECONDS_MAX)
        assert version_of(pool, north.stream) == 0
        publish(scoring_database, 1)
        wait_for("the department", lambda: version_of(pool, north.stream) == 6, seconds=SECONDS_MAX)
        assert handler.missing() == []


def test_offsets_are_committed_only_behind_what_is_stored(pool: Pool, broker: MemoryBroker) -> None:
    north = written("north", 9)
    send(broker, north.stream, north.values)
    with consuming(pool, broker):
        wait_for("the department", lambda: version_of(pool, north.stream) == 12, seconds=SECONDS_MAX)
    committed = broker._groups["scoring"].committed
    assert committed[broker.partitions(TOPIC)[0]] == 12
