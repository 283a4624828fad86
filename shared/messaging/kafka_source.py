"""The Source port on Apache Kafka: as a member of a consumer group, or alone and from the beginning."""

import logging
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import IllegalStateError, KafkaError, KafkaTimeoutError

from shared.messaging.kafka_connection import connected
from shared.messaging.ports import Assignment, AssignmentChanged, MessagingError, Partition, Record

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_MS = 2_000
COMMIT_EVERY_S = 0.5
CLOSE_TIMEOUT_MS = 3_000
SESSION_TIMEOUT_MS = 6_000
"""The least that brokers allow: so long the partitions of a process that was killed wait for another one."""
METADATA_AGE_MS_MAX = 3_000
"""A member that joined before it knew a topic's partitions gets none; it joins again when it next asks for them."""
JOIN_WAIT_MS = 3_000
"""How long a member that serves nothing waits within one poll(): the library forgets what it was dealt when a poll ends
between a join that new metadata brought about and its answer."""
FETCH_WAIT_MS_MAX = 100
"""How long a request waits at the broker for something new; after seek() the new place is asked for only then."""
FETCH_BYTES_MAX = 16 * 1024 * 1024
PARTITION_FETCH_BYTES_MAX = 4 * 1024 * 1024


class KafkaSource:
    """Implements Source as a member of a consumer group whose partitions move one by one (cooperative).

    Connects at the first poll() and goes on trying while no broker answers. Offsets are committed every
    COMMIT_EVERY_S and at close(); they are only a hint, since consumers know by version what they have.
    """

    def __init__(self, bootstrap_servers: str, group: str, topics: Iterable[str]) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._group: str | None = group
        self._name = group
        self._topics = tuple(topics)
        self._consumer: Any = None
        self._told_unreachable = False
        self._joined = False
        self._moves = _Moves()
        self._on_assignment_changed: AssignmentChanged | None = None
        self._assigned: frozenset[Partition] = frozenset()
        self._positions: dict[Partition, int] = {}
        self._handled: dict[Partition, int] = {}
        self._committed: dict[Partition, int] = {}
        self._committed_at = 0.0
        self._sought: set[Partition] = set()
        self._lag: dict[Partition, int] = {}

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        self._on_assignment_changed = on_assignment_changed

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        if self._consumer is None and not self._connect():
            return []
        if not self._joined and not self._join():
            time.sleep(timeout_ms / 1000)
            return []
        self._commit_when_due()
        fetched = self._fetch(timeout_ms if self._assigned else max(timeout_ms, JOIN_WAIT_MS), records_max)
        self._sought.clear()
        self._take_notice_of_moves()
        records: list[Record] = []
        for place, messages in fetched.items():
            partition = Partition(*place)
            if partition in self._assigned and partition not in self._sought:
                self._handled.setdefault(partition, messages[0].offset)
                self._positions[partition] = messages[-1].offset + 1
                records += [
                    Record(partition[0], partition[1], message.offset, message.key.decode(), message.value)
                    for message in messages
                ]
        self._learn_lag()
        return records

    def commit(self) -> None:
        self._handled.update(self._positions)
        self._commit_when_due()

    def rewind(self) -> None:
        for partition, offset in self._handled.items():
            if self._positions.get(partition, offset) != offset:
                self._move_to(partition, offset)

    def seek(self, topic: str, partition: int, offset: int) -> None:
        place = Partition(topic, partition)
        if place in self._assigned:
            self._handled[place] = offset
            self._sought.add(place)
            self._move_to(place, offset)

    def assignment(self) -> frozenset[Partition]:
        return self._assigned

    def lag(self) -> dict[Partition, int]:
        return dict(self._lag)

    def close(self) -> None:
        if self._consumer is None:
            return
        offsets = self._uncommitted()
        if offsets:
            try:
                self._consumer.commit(offsets, timeout_ms=CLOSE_TIMEOUT_MS)
            except KafkaError as error:
                log.info("%s: offsets not committed at the end, some records will come again: %r", self._name, error)
        self._consumer.close(timeout_ms=CLOSE_TIMEOUT_MS)
        self._consumer = None

    def _connect(self) -> bool:
        try:
            self._consumer = connected(
                KafkaConsumer,
                self._bootstrap_servers,
                group_id=self._group,
                client_id=f"tongbao-{self._name}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                partition_assignment_strategy=[CooperativeStickyAssignor],
                session_timeout_ms=SESSION_TIMEOUT_MS,
                heartbeat_interval_ms=SESSION_TIMEOUT_MS // 4,
                bootstrap_timeout_ms=CONNECT_TIMEOUT_MS,
                reconnect_backoff_max_ms=1_000,
                metadata_max_age_ms=METADATA_AGE_MS_MAX,
                fetch_max_wait_ms=FETCH_WAIT_MS_MAX,
                fetch_max_bytes=FETCH_BYTES_MAX,
                max_partition_fetch_bytes=PARTITION_FETCH_BYTES_MAX,
                metrics_enabled=False,
            )
        except KafkaTimeoutError as error:
            if not self._told_unreachable:
                log.warning("%s: no broker at %s yet, trying on: %r", self._name, self._bootstrap_servers, error)
                self._told_unreachable = True
            return False
        self._joined = False
        return True

    def _join(self) -> bool:
        """Join the group once all topics are known: who deals out partitions that it does not know deals out none."""
        try:
            self._joined = all(self._consumer.partitions_for_topic(topic) for topic in self._topics)
        except KafkaError as error:
            self._complain_or_raise(error)
        if self._joined:
            self._consumer.subscribe(self._topics, listener=self._moves)
        return self._joined

    def _fetch(self, timeout_ms: int, records_max: int) -> dict[TopicPartition, list[Any]]:
        try:
            fetched: dict[TopicPartition, list[Any]] = self._consumer.poll(timeout_ms, records_max)
        except KafkaError as error:
            self._complain_or_raise(error)
            return {}
        return fetched

    def _complain_or_raise(self, error: KafkaError) -> None:
        if not error.retriable:
            raise MessagingError(f"{self._name}: {error!r}") from error
        log.info("%s: the broker did not answer, trying on: %r", self._name, error)

    def _take_notice_of_moves(self) -> None:
        """Tell the handler what moved, in this thread: the library calls its listener from its own."""
        for assignment in self._moves.take():
            for partition in assignment.lost:
                for known in (self._positions, self._handled, self._committed, self._lag):
                    known.pop(partition, None)
            self._assigned = self._assigned - assignment.lost | assignment.gained
            if self._on_assignment_changed is not None:
                self._on_assignment_changed(assignment)

    def _move_to(self, partition: Partition, offset: int) -> None:
        self._positions[partition] = offset
        try:
            self._consumer.seek(TopicPartition(*partition), offset)
        except ValueError:
            log.info("%s: %s moved away while it was sought", self._name, partition)

    def _uncommitted(self) -> dict[TopicPartition, OffsetAndMetadata]:
        return {
            TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in self._handled.items()
            if self._committed.get(partition) != offset
        }

    def _commit_when_due(self) -> None:
        now = time.monotonic()
        if now < self._committed_at + COMMIT_EVERY_S:
            return
        offsets = self._uncommitted()
        if offsets:
            self._consumer.commit_async(offsets)
            self._committed.update(self._handled)
            self._committed_at = now

    def _learn_lag(self) -> None:
        for partition, position in self._positions.items():
            try:
                end = self._consumer.highwater(TopicPartition(*partition))
            except IllegalStateError:
                continue  # it moved away since the last poll
            if end is not None:
                self._lag[partition] = max(end - position, 0)


class KafkaReader(KafkaSource):
    """Implements Source alone, of no group: all of the topics, from their beginning, whoever else reads them.

    Knows the partitions beforehand, so that there is nothing to find out or to be dealt out before the first record.
    """

    def __init__(self, bootstrap_servers: str, name: str, partitions: Iterable[Partition]) -> None:
        super().__init__(bootstrap_servers, name, ())
        self._group = None
        self._all = frozenset(partitions)

    def _join(self) -> bool:
        places = [TopicPartition(*partition) for partition in sorted(self._all)]
        self._consumer.assign(places)
        self._moves.on_partitions_assigned(places)
        self._joined = True
        return True

    def _uncommitted(self) -> dict[TopicPartition, OffsetAndMetadata]:
        return {}


class _Moves(ConsumerRebalanceListener):  # type: ignore[misc]
    """Collects what the library's own thread tells of the assignment, until poll() takes it."""

    def __init__(self) -> None:
        self._pending: deque[Assignment] = deque()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._pending.append(Assignment(gained=_partitions(assigned), lost=frozenset()))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._pending.append(Assignment(gained=frozenset(), lost=_partitions(revoked)))

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.on_partitions_revoked(lost)

    def take(self) -> Iterable[Assignment]:
        while self._pending:
            assignment = self._pending.popleft()
            if assignment.gained or assignment.lost:
                yield assignment


def _partitions(places: Iterable[TopicPartition]) -> frozenset[Partition]:
    return frozenset(Partition(place.topic, place.partition) for place in places)
