"""The whole way on the real engines: stored, relayed, received, while processes are killed and the broker is away."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dev.kafka import Kafka
from dev.ports import free_port
from shared.contracts.envelope import Event, decode
from shared.eventstore import append
from shared.eventstore.relay import Relay, backlog
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import Topic, ensure_topics
from tests.integration.eventstore.writing import TRACE, assert_whole, events
from tests.integration.messaging.refused import REFUSED_SOCKETS, refused_sockets_collected
from tests.waiting import wait_for

__all__ = ["refused_sockets_collected"]  # a fixture

LIMIT_S = 60.0
STREAMS = [f"org/dept-{number}" for number in range(5)]
OUTAGE_S = 6.0
_numbers = count()

pytestmark = [pytest.mark.filterwarnings(REFUSED_SOCKETS), pytest.mark.usefixtures("refused_sockets_collected")]

RELAY_PROCESS = """
import sys, threading, psycopg
from shared.eventstore.relay import Relay
from shared.messaging.kafka_producer import KafkaProducerAdapter
url, bootstrap_servers = sys.argv[1:]
Relay(
    lambda: psycopg.connect(url, autocommit=True), lambda: KafkaProducerAdapter(bootstrap_servers), "/submission"
).run(threading.Event())
"""


def new_topic(bootstrap_servers: str) -> str:
    name = f"relayed-{next(_numbers)}"
    ensure_topics(bootstrap_servers, {name: Topic("a test", "test", "stream", 3, {}, (), (), ())})
    return name


class Follower:
    """What a consumer keeps of each stream: it drops what it has and would see every gap."""

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        self.source = KafkaSource(bootstrap_servers, f"{topic}-followers", [topic])
        self.source.start(lambda _: None)
        self.streams: dict[str, list[Event]] = {}
        self.repetitions = 0

    def poll(self) -> bool:
        """Returns True, for use in conditions."""
        for record in self.source.poll(100, 5000):
            event = decode(record.value)
            kept = self.streams.setdefault(event.stream, [])
            if event.version <= len(kept):
                self.repetitions += 1
            else:
                kept.append(event)
        self.source.commit()
        return True

    def has(self, total: int) -> bool:
        self.poll()
        return sum(len(kept) for kept in self.streams.values()) >= total

    def wait_for(self, total: int) -> None:
        wait_for(f"{total} events", lambda: self.has(total), seconds=LIMIT_S)
        for kept in self.streams.values():
            assert_whole(kept)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Kafka]:
    """A broker of the test's own, which it may stop."""
    with Kafka(tmp_path / "kafka", port=free_port()) as broker:
        yield broker


def write(conn: psycopg.Connection[Any], topic: str, rounds: int) -> int:
    for number in range(rounds):
        append(conn, STREAMS[number % len(STREAMS)], topic, events(1 + number % 3), TRACE)
    return sum(1 + number % 3 for number in range(rounds))


def test_a_relay_killed_at_random_loses_nothing(store: str, kafka_bootstrap: str) -> None:
    topic, chance, total = new_topic(kafka_bootstrap), random.Random(7), 0
    follower = Follower(kafka_bootstrap, topic)
    command = [sys.executable, "-c", RELAY_PROCESS, store, kafka_bootstrap]
    with psycopg.connect(store, autocommit=True) as conn:
        for attempt in range(5):
            process = subprocess.Popen(command, start_new_session=True)
            try:
                total += write(conn, topic, 200)
                if attempt < 4:
                    follower.wait_for(chance.randrange(total))
                else:
                    follower.wait_for(total)
                    wait_for("it knows", lambda: backlog(conn).events == 0, seconds=LIMIT_S)
            finally:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
    assert sum(len(kept) for kept in follower.streams.values()) == total
    follower.source.close()


def test_a_broker_that_is_away_delays_everything_and_loses_nothing(store: str, own_broker: Kafka) -> None:
    topic, stop = new_topic(own_broker.bootstrap_servers), threading.Event()
    relay = Relay(
        lambda: psycopg.connect(store, autocommit=True),
        lambda: KafkaProducerAdapter(own_broker.bootstrap_servers),
        "/submission",
    )
    follower = Follower(own_broker.bootstrap_servers, topic)
    working = threading.Thread(target=relay.run, args=(stop,))
    working.start()
    try:
        with psycopg.connect(store, autocommit=True) as conn:
            total = write(conn, topic, 100)
            follower.wait_for(total)

            own_broker.stop()
            total += write(conn, topic, 200)
            end = time.monotonic() + OUTAGE_S
            wait_for("a while passes", lambda: follower.poll() and time.monotonic() > end, seconds=LIMIT_S)
            assert backlog(conn).events > 0

            own_broker.start()
            follower.wait_for(total)
            total += write(conn, topic, 50)
            follower.wait_for(total)
    finally:
        stop.set()
        working.join(LIMIT_S)
        follower.source.close()
    assert not working.is_alive()


def test_a_relay_ends_in_time_while_the_broker_is_away(store: str, own_broker: Kafka) -> None:
    topic, stop = new_topic(own_broker.bootstrap_servers), threading.Event()
    relay = Relay(
        lambda: psycopg.connect(store, autocommit=True),
        lambda: KafkaProducerAdapter(own_broker.bootstrap_servers),
        "/submission",
    )
    with psycopg.connect(store, autocommit=True) as conn:
        write(conn, topic, 1)
        assert relay.relay_once() == 1
        own_broker.stop()
        write(conn, topic, 10)
    working = threading.Thread(target=relay.run, args=(stop,))
    working.start()
    stop.set()
    working.join(10.0)
    assert not working.is_alive()


def test_a_source_that_starts_before_its_broker_waits_for_it(tmp_path: Path) -> None:
    broker = Kafka(tmp_path / "kafka", port=free_port())
    follower = Follower(broker.bootstrap_servers, "late")
    follower.poll()
    with broker:
        ensure_topics(broker.bootstrap_servers, {"late": Topic("a test", "test", "stream", 1, {}, (), (), ())})
        wait_for("it is served", lambda: follower.poll() and len(follower.source.assignment()) == 1, seconds=LIMIT_S)
        follower.source.close()
