import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from shared.contracts.envelope import Event, decode, read_envelope, schema_of
from shared.eventstore import Append, append, append_many, read, relay, republish
from shared.eventstore.relay import Backlog, Relay, RelayMetrics, backlog
from shared.messaging import BrokerUnavailable, MemoryBroker, Producer
from tests.integration.eventstore.writing import TOPIC, TRACE, assert_whole, events
from tests.waiting import wait_for

Conn = psycopg.Connection[Any]
LIMIT_S = 30.0


def connect_to(store: str) -> Callable[[], Conn]:
    return lambda: psycopg.connect(store, autocommit=True)


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.fixture
def worker(store: str, broker: MemoryBroker) -> Iterator[Relay]:
    working = Relay(connect_to(store), broker.producer, "/submission")
    yield working
    working.close()


@contextmanager
def running(relays: list[Relay]) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in relays]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LIMIT_S)


def published(broker: MemoryBroker) -> dict[str, list[Event]]:
    streams: dict[str, list[Event]] = defaultdict(list)
    for record in broker.records(TOPIC):
        event = decode(record.value)
        assert record.key == event.stream
        streams[record.key].append(event)
    return streams


def without_repetitions(arrived: list[Event]) -> list[Event]:
    """As consumers see it: what is not above the highest version so far is dropped."""
    kept: list[Event] = []
    for event in arrived:
        if not kept or event.version > kept[-1].version:
            kept.append(event)
    return kept


def test_events_are_published_whole_and_in_order(conn: Conn, broker: MemoryBroker, worker: Relay) -> None:
    append(conn, "org/a", TOPIC, events(3), TRACE)
    append(conn, "org/b", TOPIC, events(2), TRACE)
    append(conn, "org/a", TOPIC, events(1), TRACE)

    assert worker.relay_once() == 6
    assert worker.relay_once() == 0

    arrived = published(broker)
    for stream, count in (("org/a", 4), ("org/b", 2)):
        assert arrived[stream] == [stored.opened() for stored in read(conn, stream)]
        assert len(arrived[stream]) == count
        assert_whole(arrived[stream])
    envelope = read_envelope(broker.records(TOPIC)[0].value)
    assert (envelope.source, envelope.dataschema) == ("/submission", schema_of(envelope.type))


def test_the_backlog_is_what_is_stored_and_not_published(conn: Conn, worker: Relay) -> None:
    assert backlog(conn) == Backlog(0, 0.0)
    append(conn, "org/a", TOPIC, events(3), TRACE)
    waiting = backlog(conn)
    assert waiting.events == 3
    assert 0 < waiting.age_s < LIMIT_S
    worker.relay_once()
    assert backlog(conn) == Backlog(0, 0.0)


def test_what_was_published_is_counted_by_topic(store: str, conn: Conn, broker: MemoryBroker) -> None:
    registry = CollectorRegistry()
    counting = Relay(connect_to(store), broker.producer, "/submission", metrics=RelayMetrics.on(registry))
    append(conn, "org/a", TOPIC, events(3), TRACE)
    counting.relay_once()
    counting.close()
    assert registry.get_sample_value("tongbao_relay_published_total", {"topic": TOPIC}) == 3


def test_a_crash_between_acknowledgement_and_memory_publishes_twice_and_loses_nothing(
    store: str, conn: Conn, broker: MemoryBroker
) -> None:
    append(conn, "org/a", TOPIC, events(3), TRACE)
    conn.execute("CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''crash''; END'")
    conn.execute("CREATE TRIGGER crash BEFORE UPDATE OF relayed_version ON streams EXECUTE FUNCTION crash()")
    crashing = Relay(connect_to(store), broker.producer, "/submission")
    with pytest.raises(psycopg.errors.RaiseException):
        crashing.relay_once()
    crashing.close()
    conn.execute("DROP TRIGGER crash ON streams")
    append(conn, "org/a", TOPIC, events(1), TRACE)

    successor = Relay(connect_to(store), broker.producer, "/submission")
    assert successor.relay_once() == 4
    successor.close()

    arrived = published(broker)["org/a"]
    assert [event.version for event in arrived] == [1, 2, 3, 1, 2, 3, 4]
    assert_whole(without_repetitions(arrived))


def test_while_the_broker_is_away_appends_go_on_and_afterwards_all_arrives_once(
    conn: Conn, broker: MemoryBroker, worker: Relay
) -> None:
    append(conn, "org/a", TOPIC, events(2), TRACE)
    broker.go_away()
    for _ in range(3):
        with pytest.raises(BrokerUnavailable):
            worker.relay_once()
        append(conn, "org/a", TOPIC, events(1), TRACE)

    broker.come_back()
    assert worker.relay_once() + worker.relay_once() == 5

    assert [event.version for event in published(broker)["org/a"]] == [1, 2, 3, 4, 5]


def test_a_refused_stream_is_held_back_and_not_passed_over(
    conn: Conn, broker: MemoryBroker, worker: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "HOLD_BACK_S", 0.2)
    append(conn, "org/good", TOPIC, events(2), TRACE)
    append(conn, "org/bad", TOPIC, events(2), TRACE)
    broker.refuse("org/bad")
    assert worker.relay_once() == 2
    append(conn, "org/good", TOPIC, events(1), TRACE)
    assert worker.relay_once() == 1
    assert backlog(conn).events == 2

    broker.refuse()
    wait_for("the stream is tried again", lambda: worker.relay_once() == 2, seconds=LIMIT_S)

    arrived = published(broker)
    assert [event.version for event in arrived["org/bad"]] == [1, 2]
    assert [event.version for event in arrived["org/good"]] == [1, 2, 3]


def test_a_stream_with_a_long_backlog_does_not_starve_the_others(
    conn: Conn, broker: MemoryBroker, worker: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "EVENTS_PER_STREAM_MAX", 10)
    monkeypatch.setattr(relay, "EVENTS_MAX", 20)
    append(conn, "org/busy", TOPIC, events(100), TRACE)
    for number in range(30):
        append(conn, f"org/quiet-{number}", TOPIC, events(1), TRACE)

    rounds = 0
    while sum(len(arrived) for stream, arrived in published(broker).items() if stream != "org/busy") < 30:
        assert worker.relay_once() <= 20
        append(conn, "org/busy", TOPIC, events(10), TRACE)
        rounds += 1

    assert rounds <= 3


def test_shards_divide_the_streams_among_them(store: str, conn: Conn, broker: MemoryBroker) -> None:
    append_many(conn, [Append(f"org/dept-{number}", TOPIC, events(2), TRACE) for number in range(40)])
    counts = []
    for shard in range(3):
        one = Relay(connect_to(store), broker.producer, "/submission", shard=shard, shards=3)
        counts.append(one.relay_once())
        one.close()
    assert sum(counts) == 80
    assert all(count > 0 for count in counts)


def test_of_two_relays_of_a_shard_one_works_and_the_other_takes_over(
    store: str, conn: Conn, broker: MemoryBroker, worker: Relay
) -> None:
    append(conn, "org/a", TOPIC, events(1), TRACE)
    assert worker.relay_once() == 1
    standby = Relay(connect_to(store), broker.producer, "/submission")
    append(conn, "org/a", TOPIC, events(1), TRACE)
    assert standby.relay_once() == 0

    worker.close()
    wait_for("the standby takes over", lambda: standby.relay_once() == 1, seconds=LIMIT_S)
    standby.close()


def test_a_stream_put_back_during_a_round_is_published_again(store: str, conn: Conn, broker: MemoryBroker) -> None:
    class PutsBackOnce:
        def __init__(self, producer: Producer) -> None:
            self.send, self.close, self._flush = producer.send, producer.close, producer.flush

        def flush(self) -> None:
            self._flush()
            republish(conn)

    append(conn, "org/a", TOPIC, events(2), TRACE)
    first = Relay(connect_to(store), broker.producer, "/submission")
    first.relay_once()
    first.close()
    append(conn, "org/a", TOPIC, events(1), TRACE)
    interrupted = Relay(connect_to(store), lambda: PutsBackOnce(broker.producer()), "/submission")
    interrupted.relay_once()
    interrupted.close()

    last = Relay(connect_to(store), broker.producer, "/submission")
    assert last.relay_once() == 3
    last.close()
    assert [event.version for event in published(broker)["org/a"]] == [1, 2, 3, 1, 2, 3]


def test_one_topic_can_be_published_again(conn: Conn, broker: MemoryBroker, worker: Relay) -> None:
    append(conn, "org/a", TOPIC, events(2), TRACE)
    append(conn, "organisations/org", "directory-events", events(1), TRACE)
    worker.relay_once()
    assert republish(conn, "directory-events") == 1
    assert worker.relay_once() == 1
    assert republish(conn) == 2
    assert worker.relay_once() == 3


def test_nothing_is_lost_when_connections_break_and_the_broker_leaves_at_random(
    store: str, broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "FAILURE_LAST_S", 0.1)
    monkeypatch.setattr(relay, "STANDBY_S", 0.01)
    chance, trouble = random.Random(20140302), threading.Event()
    relays = [Relay(connect_to(store), broker.producer, "/submission") for _ in range(2)]

    def write(writer: int) -> None:
        with psycopg.connect(store, autocommit=True) as conn:
            for number in range(150):
                append(conn, f"org/dept-{(writer + number) % 7}", TOPIC, events(1 + number % 4), TRACE)

    with running(relays), psycopg.connect(store, autocommit=True) as killer, ThreadPoolExecutor(3) as threads:
        writing = [threads.submit(write, writer) for writer in range(3)]
        while not all(one.done() for one in writing):
            killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            broker.go_away()
            trouble.wait(chance.uniform(0.0, 0.05))
            broker.come_back()
            trouble.wait(chance.uniform(0.0, 0.1))
        for one in writing:
            one.result()
        wait_for("everything is relayed", lambda: backlog(killer).events == 0, seconds=LIMIT_S)
        stored = {f"org/dept-{number}": read(killer, f"org/dept-{number}", limit=10_000) for number in range(7)}

    arrived = published(broker)
    for stream, rows in stored.items():
        kept = without_repetitions(arrived[stream])
        assert_whole(kept)
        assert [event.id for event in kept] == [row.id for row in rows]


def test_two_relays_of_a_shard_never_interleave_a_stream(
    store: str, broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "STANDBY_S", 0.001)
    relays = [Relay(connect_to(store), broker.producer, "/submission") for _ in range(2)]
    with running(relays), psycopg.connect(store, autocommit=True) as conn:
        for number in range(200):
            append(conn, f"org/dept-{number % 3}", TOPIC, events(2), TRACE)
        wait_for("everything is relayed", lambda: backlog(conn).events == 0, seconds=LIMIT_S)

    for arrived in published(broker).values():
        assert_whole(arrived)
