"""The consumer's loop: what it does with parked streams, an absent database, and the real broker."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest

from services.notify.adapters import alert_store, parking
from services.notify.adapters.alert_store import AlertFilter
from services.notify.consumer import TOPIC, Folding, ResumingSource, consume
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMetLate, QuotaMissed
from shared.eventstore.relay import Relay, autocommit_connection
from shared.messaging import MemoryBroker
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import declared, ensure_topics
from shared.operations.database import Pool
from tests.integration.notify.conftest import SCORING_URL, envelope
from tests.integration.notify.receiving import wait_for
from tests.unit.notify.building import OBLIGATION, announced_in_order, obligation


@contextmanager
def consuming(pool: Pool, source: ResumingSource) -> Iterator[None]:
    stop, failures = threading.Event(), list[Exception]()

    def run() -> None:
        try:
            consume(source, Folding(pool, SCORING_URL), stop)
        except Exception as failure:  # noqa: BLE001 (raised below)
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    if failures:
        raise failures[0]


def states(pool: Pool) -> dict[str, str]:
    with pool.connection() as conn:
        found = alert_store.page(conn, AlertFilter("haidian"), None, 1000)
    return {each.alert.obligation.department: each.state for each in found}


def parked(pool: Pool) -> list[str]:
    with pool.connection() as conn:
        return [each.department for each in parking.parked(conn, "haidian", None)]


def publish(broker: MemoryBroker, values: Sequence[tuple[Event, bytes]]) -> None:
    producer = broker.producer()
    for event, value in values:
        producer.send(TOPIC, event.stream, value)
    producer.flush()


def test_a_parked_stream_is_read_again_from_its_parked_record_when_it_is_resumed(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade that knows the event: the record is good now, and everything behind it comes again."""
    monkeypatch.setattr("services.notify.consumer.RESUMPTIONS_EVERY_S", 0.0)
    first, second = announced_in_order(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION))
    (other,) = announced_in_order(QuotaMissed(obligation(department="street-2")))
    broker = MemoryBroker({TOPIC: 1})
    unheard_of = envelope(second).replace(b"quota.met_late.v1", b"quota.met_later.v1")
    publish(broker, [(first, envelope(first)), (second, unheard_of), (other, envelope(other))])

    with consuming(pool, ResumingSource(broker.source("notify", [TOPIC]), pool)):
        wait_for(lambda: states(pool) == {"street-1": "open", "street-2": "open"})
        assert parked(pool) == ["street-1"]
        record_understood(broker, envelope(second))
        with pool.connection() as conn:
            parking.request_resumption(conn, "haidian", "street-1")
        wait_for(lambda: states(pool) == {"street-1": "resolved", "street-2": "open"})

    assert parked(pool) == []


def record_understood(broker: MemoryBroker, value: bytes) -> None:
    (partition,) = broker.partitions(TOPIC)
    log = broker._logs[partition]
    log[1] = (log[1][0], value)


def test_a_consumer_outlives_a_database_that_goes_away(pool: Pool, database: str) -> None:
    events = list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(40))))
    broker = MemoryBroker({TOPIC: 2})

    with consuming(pool, ResumingSource(broker.source("notify", [TOPIC]), pool)):
        with psycopg.connect(database, autocommit=True) as conn:
            for event in events:
                publish(broker, [(event, envelope(event))])
                conn.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
                )
        wait_for(lambda: _answers(pool) and len(states(pool)) == 40, limit_s=20)

    with pool.connection() as conn:
        changes = alert_store.changes_after(conn, "haidian", 0, 1000)
    assert [change.change for change in changes] == list(range(1, 41))


def _answers(pool: Pool) -> bool:
    try:
        states(pool)
    except psycopg.OperationalError:
        return False
    return True


def test_decisions_on_kafka_become_alerts_on_kafka(pool: Pool, database: str, kafka_bootstrap: str) -> None:
    ensure_topics(kafka_bootstrap, {name: declared()[name] for name in (TOPIC, "alert-events")})
    events = list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(20))))
    producer = KafkaProducerAdapter(kafka_bootstrap)
    for event in [*events, *events]:
        producer.send(TOPIC, event.stream, envelope(event))
    producer.flush()
    producer.close()

    with consuming(pool, ResumingSource(KafkaSource(kafka_bootstrap, "notify-test", [TOPIC]), pool)):
        wait_for(lambda: len(states(pool)) == 20, limit_s=20)
    relay = Relay(autocommit_connection(database), lambda: KafkaProducerAdapter(kafka_bootstrap), "/notify")
    try:
        assert sum(iter(relay.relay_once, 0)) == 20
    finally:
        relay.close()
