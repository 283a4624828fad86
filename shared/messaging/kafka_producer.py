"""The Producer port on Apache Kafka."""

from functools import lru_cache
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError
from kafka.partitioner.default import murmur2

from shared.messaging.kafka_connection import connected
from shared.messaging.ports import BrokerUnavailable, DeliveryFailed

CONNECT_TIMEOUT_MS = 5_000
FLUSH_TIMEOUT_S = 2.0
BATCH_BYTES = 256 * 1024
REQUEST_BYTES_MAX = 1024 * 1024
LINGER_MS = 1_000
"""A batch leaves when it is full or at flush(), whichever comes first; every sender here flushes."""
NEVER_MS = 2**31 - 1
KEYS_REMEMBERED_MAX = 100_000


class KafkaProducerAdapter:
    """Implements Producer with acknowledgement by all replicas and without duplicates of its own (idempotent).

    Records never expire while the broker is away: were an old one given up and a younger one of the same stream
    delivered, consumers would see a gap. So a flush is repeated until it succeeds, and order holds.
    """

    def __init__(self, bootstrap_servers: str, *, client_id: str = "tongbao-relay") -> None:
        """Connects. Raises BrokerUnavailable when no broker answers within CONNECT_TIMEOUT_MS."""
        try:
            self._producer: Any = connected(
                KafkaProducer,
                bootstrap_servers,
                client_id=client_id,
                acks="all",
                enable_idempotence=True,
                delivery_timeout_ms=NEVER_MS,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                max_request_size=REQUEST_BYTES_MAX,
                max_block_ms=CONNECT_TIMEOUT_MS,
                bootstrap_timeout_ms=CONNECT_TIMEOUT_MS,
                reconnect_backoff_max_ms=1_000,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        except KafkaError as error:
            raise BrokerUnavailable(f"no broker at {bootstrap_servers}: {error}") from error
        self._sent: list[tuple[Any, str, str]] = []
        self._refused: dict[tuple[str, str], KafkaError] = {}
        self._partitions: dict[str, int] = {}

    def send(self, topic: str, key: str, value: bytes) -> None:
        if self._refused and (topic, key) in self._refused:
            return  # nothing of a stream may overtake what was refused
        encoded = key.encode()
        try:
            partitions = self._partitions.get(topic) or self._learn_partitions(topic)
            future = self._producer.send(topic, value, encoded, partition=_hash(encoded) % partitions)
        except MessageSizeTooLargeError as error:
            self._refused[topic, key] = error
        except KafkaTimeoutError as error:
            raise BrokerUnavailable(f"topic {topic}: {error}") from error
        else:
            self._sent.append((future, topic, key))

    def flush(self) -> None:
        try:
            self._producer.flush(timeout=FLUSH_TIMEOUT_S)
        except KafkaTimeoutError as error:
            raise BrokerUnavailable(f"{len(self._sent)} records wait for their acknowledgement") from error
        for future, topic, key in self._sent:
            if not future.succeeded():
                if not future.is_done:
                    raise BrokerUnavailable(f"{len(self._sent)} records wait for their acknowledgement")
                self._refused.setdefault((topic, key), future.exception)
        refused, self._refused, self._sent = self._refused, {}, []
        if refused:
            raise DeliveryFailed(frozenset(refused), repr(next(iter(refused.values()))))

    def close(self) -> None:
        try:
            self._producer.close(timeout=FLUSH_TIMEOUT_S)
        except KafkaTimeoutError:
            # The library's close() insists on flushing first; giving up has to be asked of its sender thread.
            self._producer._sender.force_close()
            self._producer._sender.join(FLUSH_TIMEOUT_S)
            self._producer.close(timeout=FLUSH_TIMEOUT_S)

    def _learn_partitions(self, topic: str) -> int:
        count = self._partitions[topic] = len(self._producer.partitions_for(topic))
        return count


@lru_cache(KEYS_REMEMBERED_MAX)
def _hash(key: bytes) -> int:
    """As the Java client places keys. The library computes it byte by byte in Python, which is worth remembering."""
    return int(murmur2(key)) & 0x7FFFFFFF
