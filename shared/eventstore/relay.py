"""The relay: publishes what the store holds, in each stream's order, and remembers how far it got.

It asks the small index of waiting streams every few milliseconds (docs/decisions/0005-relay-wake-up.md). A crash
between the broker's acknowledgement and that memory publishes some events twice, which consumers drop by version.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from prometheus_client import CollectorRegistry, Counter

from shared.contracts.envelope import Envelope, encode, schema_of
from shared.eventstore import sql
from shared.eventstore.errors import StoreUnavailable, translated
from shared.eventstore.store import Connection
from shared.messaging.ports import BrokerUnavailable, DeliveryFailed, MessagingError, Producer

log = logging.getLogger(__name__)
_queries = sql.load("shared.eventstore", "relay.sql")

STREAMS_MAX = 1_000
EVENTS_MAX = 4_000
EVENTS_PER_STREAM_MAX = 1_000
"""Bounds of one round. A stream with more goes to the back of the queue after its share."""
IDLE_FIRST_S = 0.002
IDLE_LAST_S = 0.05
IDLE_GROWTH = 1.2
FAILURE_FIRST_S = 0.1
FAILURE_LAST_S = 5.0
STANDBY_S = 1.0
HOLD_BACK_S = 5.0
"""How long a stream whose events the broker refused waits before it is tried again."""
_ONE_RELAY_A_SHARD = 0x72656C61
"""First key of the advisory lock; the shard is the second."""


@dataclass(frozen=True, slots=True)
class RelayMetrics:
    """What a relay counts; ``published`` carries the label ``topic``."""

    published: Counter
    failures: Counter

    @classmethod
    def on(cls, registry: CollectorRegistry) -> "RelayMetrics":
        """New counters with the names of the metrics list, on a registry that has none yet."""
        return cls(
            Counter("tongbao_relay_published_total", "Events published to Kafka.", ("topic",), registry=registry),
            Counter("tongbao_relay_failures_total", "Rounds of a relay that failed.", registry=registry),
        )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is stored and not published. ``age_s``: how long the stream that waits longest has been waiting."""

    events: int
    age_s: float


def backlog(conn: Connection) -> Backlog:
    """Ask how far the relays are behind; cheap enough for every reading of the metrics."""
    with translated():
        row = conn.execute(_queries.backlog).fetchone()
    assert row is not None
    return Backlog(*row)


@dataclass(slots=True)
class _Span:
    """The events of one stream in a round: behind ``read_from``, up to and with ``up_to``."""

    topic: str
    read_from: int
    up_to: int
    count: int


class Relay:
    """Publishes one shard's streams. Relays of the same shard take turns: one works, the others stand by."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        new_producer: Callable[[], Producer],
        source: str,
        *,
        shard: int = 0,
        shards: int = 1,
        metrics: RelayMetrics | None = None,
    ) -> None:
        """``connect`` opens connections of the relay's own, in autocommit mode; ``source`` stands in the envelopes."""
        self._connect = connect
        self._new_producer = new_producer
        self._source = source
        self._shard = shard
        self._shards = shards
        self._metrics = metrics or RelayMetrics.on(CollectorRegistry())
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._holds_shard = False
        self._unacknowledged: dict[str, _Span] = {}
        self._held_back: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Publish until ``stop`` is set. Outlives an absent broker or database; each is told once when it goes."""
        idle_s, failures = IDLE_FIRST_S, 0
        try:
            while not stop.is_set():
                try:
                    published = self.relay_once()
                except (MessagingError, StoreUnavailable) as error:
                    self._metrics.failures.inc()
                    if failures == 0:
                        log.warning("relay of shard %s stopped, trying on: %s", self._shard, error)
                    stop.wait(min(FAILURE_FIRST_S * 2 ** min(failures, 10), FAILURE_LAST_S))
                    failures += 1
                    continue
                if failures:
                    log.warning("relay of shard %s goes on after %s failed rounds", self._shard, failures)
                    failures = 0
                if published:
                    idle_s = IDLE_FIRST_S
                else:
                    stop.wait(idle_s if self._holds_shard else STANDBY_S)
                    idle_s = min(idle_s * IDLE_GROWTH, IDLE_LAST_S)
        finally:
            self.close()

    def relay_once(self) -> int:
        """One round: read, send, wait for the broker, remember. Returns how many events were published.

        Returns 0 as well while another relay holds the shard. Raises StoreUnavailable and BrokerUnavailable; the
        next round goes on where this one stopped.
        """
        try:
            connection = self._working_connection()
            if not self._holds_shard:
                return 0
            if not self._unacknowledged:
                self._send_waiting(connection)
            if not self._unacknowledged:
                return 0
            refused = self._await_acknowledgement()
            return self._advance(connection, refused)
        except StoreUnavailable:
            self.close()  # with the connection went the shard's lock: another relay may have taken over
            raise

    def close(self) -> None:
        """Give up the shard and the connections."""
        self._drop_producer()
        connection, self._connection = self._connection, None
        self._holds_shard = False
        if connection is not None:
            connection.close()

    def _working_connection(self) -> Connection:
        with translated():
            if self._connection is None:
                self._connection = self._connect()
                # A relayed version that is forgotten in a crash costs duplicates, waiting for the disk costs time.
                self._connection.execute("SET synchronous_commit = off")
            if not self._holds_shard:
                row = self._connection.execute(_queries.take_shard, (_ONE_RELAY_A_SHARD, self._shard)).fetchone()
                self._holds_shard = bool(row and row[0])
        return self._connection

    def _send_waiting(self, connection: Connection) -> None:
        rows = self._read_waiting(connection)
        if not rows:
            return
        if self._producer is None:
            self._producer = self._new_producer()
        send, source, spans = self._producer.send, self._source, self._unacknowledged
        try:
            for stream, topic, read_from, version, id_, previous, type_, recorded_at, *whence, data in rows:
                correlation_id, causation_id, actor = whence
                envelope = Envelope(
                    id=id_,
                    source=source,
                    type=type_,
                    subject=stream,
                    time=recorded_at,
                    dataschema=schema_of(type_),
                    version=version,
                    previousid=previous,
                    correlationid=correlation_id,
                    causationid=causation_id,
                    actor=actor,
                    data=msgspec.Raw(data),
                )
                send(topic, stream, encode(envelope))
                span = spans.get(stream)
                if span is None:
                    spans[stream] = _Span(topic, read_from, version, 1)
                else:
                    span.up_to = version
                    span.count += 1
        except BrokerUnavailable:
            self._drop_producer()
            raise

    def _read_waiting(self, connection: Connection) -> list[tuple[Any, ...]]:
        now = time.monotonic()
        self._held_back = {stream: until for stream, until in self._held_back.items() if until > now}
        parameters = {
            "shard": self._shard,
            "shards": self._shards,
            "held_back": list(self._held_back),
            "streams_max": STREAMS_MAX,
            "events_max": EVENTS_MAX,
            "events_per_stream_max": EVENTS_PER_STREAM_MAX,
        }
        with translated(), connection.cursor(binary=True) as cursor:
            return cursor.execute(_queries.read_waiting, parameters, prepare=True).fetchall()

    def _await_acknowledgement(self) -> frozenset[str]:
        """Returns the streams that the broker refused. On BrokerUnavailable everything stays as it is."""
        assert self._producer is not None
        try:
            self._producer.flush()
        except DeliveryFailed as failure:
            refused = frozenset(key for _, key in failure.keys)
            log.error("relay of shard %s: %s; held back: %s", self._shard, failure.reason, ", ".join(sorted(refused)))
            self._metrics.failures.inc()
            self._held_back.update(dict.fromkeys(refused, time.monotonic() + HOLD_BACK_S))
            producer, self._producer = self._producer, None
            producer.close()
            return refused
        return frozenset()

    def _advance(self, connection: Connection, refused: frozenset[str]) -> int:
        spans = {stream: span for stream, span in self._unacknowledged.items() if stream not in refused}
        self._unacknowledged = {}
        streams = list(spans)
        read_from = [span.read_from for span in spans.values()]
        up_to = [span.up_to for span in spans.values()]
        with translated(), connection.cursor(binary=True) as cursor:
            cursor.execute(_queries.advance, (streams, read_from, up_to), prepare=True)
        for span in spans.values():
            self._metrics.published.labels(span.topic).inc(span.count)
        return sum(span.count for span in spans.values())

    def _drop_producer(self) -> None:
        """Forget what was sent and not acknowledged: it will be read and sent again."""
        self._unacknowledged = {}
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.close()


def autocommit_connection(database_url: str) -> Callable[[], psycopg.Connection[Any]]:
    """What Relay takes as ``connect``."""
    return lambda: psycopg.connect(database_url, autocommit=True)
