"""The relay against a bare idempotent producer sending the same bytes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from kafka import KafkaProducer
from prometheus_client import CollectorRegistry

from shared.contracts.department_events import ItemSubmitted
from shared.eventstore.migrate import migrate
from shared.eventstore.relay import Relay, RelayMetrics
from shared.eventstore.store import Append, Trace, append_many, republish
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.topics import ensure_topics
from tests.benchmarks.engines import Engines, engines
from tests.benchmarks.protocol import Pair

STREAMS = 500
EVENTS = 60_000
EVENT_BYTES = 600


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with engines() as running:
        ensure_topics(running.bootstrap_servers)
        url = running.postgres.create_database("relay")
        migrate(url)
        _fill(url)
        yield iter([_pair(running, url)])


def _pair(running: Engines, url: str) -> Pair:
    producer = KafkaProducerAdapter(running.bootstrap_servers)
    relay = Relay(
        lambda: psycopg.connect(url, autocommit=True),
        lambda: producer,
        "/benchmark",
        metrics=RelayMetrics.on(CollectorRegistry()),
    )

    def relayed() -> float:
        with psycopg.connect(url, autocommit=True) as connection:
            republish(connection)
        started = time.perf_counter()
        sent = 0
        while sent < EVENTS:
            sent += relay.relay_once()
        return EVENTS / (time.perf_counter() - started)

    bare = KafkaProducer(
        bootstrap_servers=running.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        batch_size=262_144,
    )
    value = b"x" * EVENT_BYTES

    def produced() -> float:
        started = time.perf_counter()
        for n in range(EVENTS):
            bare.send("department-events", key=b"bench/department-%03d" % (n % STREAMS), value=value)
        bare.flush()
        return EVENTS / (time.perf_counter() - started)

    return Pair("relay", "events/s", relayed, produced, "bare idempotent producer", 0.7)


def _fill(url: str) -> None:
    event = ItemSubmitted("item", "scheme", "report", "文明创建工作动态", "开展礼仪文明行动的情况" * 4)
    trace = Trace("benchmark", None, "token:benchmark")
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(EVENTS // STREAMS // 10):
            append_many(
                connection,
                [Append(f"bench/department-{n:03}", "department-events", [event] * 10, trace) for n in range(STREAMS)],
            )
