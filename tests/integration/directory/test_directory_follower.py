"""A follower keeps a service's copy of the directory, and says so when it cannot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
import pytest

from shared.contracts.directory_events import TOPIC, OrganisationDescribed
from shared.contracts.envelope import Envelope, encode, encode_data, type_of
from shared.contracts.identifiers import new_id
from shared.directory import queries
from shared.directory.consumer import DirectoryFollower
from shared.messaging import MemoryBroker
from shared.operations.database import Pool, open_pool
from tests.waiting import wait_for

LIMIT_S = 15


@contextmanager
def following(broker: MemoryBroker, pool: Pool) -> Iterator[DirectoryFollower]:
    stop = threading.Event()
    follower = DirectoryFollower(broker.reader([TOPIC]), pool, stop).start()
    try:
        yield follower
    finally:
        stop.set()
        follower.join()


def publish(broker: MemoryBroker, version: int, title: str, organisation: str = "haidian") -> None:
    data = OrganisationDescribed(organisation, title, "Asia/Shanghai")
    stream = f"organisations/{organisation}"
    envelope = Envelope(
        id=new_id(),
        source="/submission",
        type=type_of(data),
        subject=stream,
        time=datetime.now(UTC),
        version=version,
        correlationid="c",
        actor="test",
        data=msgspec.Raw(encode_data(data)),
    )
    send(broker, stream, encode(envelope))


def send(broker: MemoryBroker, stream: str, value: bytes) -> None:
    producer = broker.producer()
    producer.send(TOPIC, stream, value)
    producer.flush()


def title(pool: Pool, organisation: str = "haidian") -> str | None:
    with pool.connection() as conn:
        known = queries.organisation(conn, organisation)
    return None if known is None else known.title


def test_what_is_published_is_applied(pool: Pool) -> None:
    broker = MemoryBroker()
    with following(broker, pool) as follower:
        publish(broker, 1, "one")
        publish(broker, 2, "two")
        publish(broker, 1, "one again")

        wait_for("the second title", lambda: title(pool) == "two", seconds=LIMIT_S)
        wait_for("no lag", lambda: follower.lag() == 0, seconds=LIMIT_S)

    assert follower.missing() == []
    assert title(pool) == "two"


def test_a_database_that_was_made_anew_is_filled_from_the_beginning(pool: Pool) -> None:
    broker = MemoryBroker()
    publish(broker, 1, "one")
    with following(broker, pool):
        wait_for("the title", lambda: title(pool) == "one", seconds=LIMIT_S)
    with pool.connection() as conn:
        conn.execute("TRUNCATE directory_organisations")

    with following(broker, pool):
        wait_for("the title again", lambda: title(pool) == "one", seconds=LIMIT_S)


def test_an_event_that_cannot_be_read_makes_the_directory_stand_still_and_say_so(pool: Pool) -> None:
    broker = MemoryBroker({TOPIC: 1})
    with following(broker, pool) as follower:
        publish(broker, 1, "one")
        wait_for("the title", lambda: title(pool) == "one", seconds=LIMIT_S)
        send(broker, "organisations/haidian", b'{"type": "tongbao.organisation.abolished.v9"}')
        publish(broker, 2, "two")

        told = wait_for("the trouble", follower.missing, seconds=LIMIT_S)

    assert "directory-events, partition 0, offset 1 cannot be read" in told[0]
    assert title(pool) == "one"


def test_a_database_that_is_away_is_waited_for(pool: Pool) -> None:
    broker = MemoryBroker()
    nowhere = open_pool("postgresql://nobody@/nothing?host=/nonexistent&connect_timeout=1", 1, "test")
    nowhere.timeout = 0.2
    with nowhere, following(broker, nowhere) as follower:
        publish(broker, 1, "one")

        told = wait_for("the trouble", follower.missing, seconds=LIMIT_S)

    assert "the database cannot be reached" in told[0]


def test_a_failure_ends_the_process_and_is_raised_where_it_waits(pool: Pool) -> None:
    with pool.connection() as conn:
        conn.execute("DROP TABLE directory_organisations")
    broker = MemoryBroker()
    publish(broker, 1, "one")
    stop = threading.Event()
    follower = DirectoryFollower(broker.reader([TOPIC]), pool, stop).start()

    assert stop.wait(LIMIT_S)
    with pytest.raises(Exception, match="directory_organisations"):
        follower.join()
