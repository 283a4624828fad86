"""A broker inside the process, for tests: it keeps the promises of Kafka that this project relies on."""

import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from shared.messaging.ports import (
    Assignment,
    AssignmentChanged,
    BrokerUnavailable,
    DeliveryFailed,
    Partition,
    Record,
)

PARTITIONS = 3


class MemoryBroker:
    """Topics with partitions, and consumer groups that share them. Safe to use from several threads.

    Topics come into being when they are first named, with PARTITIONS partitions unless ``partitions`` says otherwise.
    """

    def __init__(self, partitions: Mapping[str, int] | None = None) -> None:
        self._partitions = dict(partitions or {})
        self._logs: dict[Partition, list[tuple[str, bytes]]] = defaultdict(list)
        self._groups: dict[str, _Group] = {}
        self._refused: set[str] = set()
        self._changed = threading.Condition()
        self._available = True

    def producer(self) -> "MemoryProducer":
        return MemoryProducer(self)

    def source(self, group: str, topics: Iterable[str]) -> "MemorySource":
        return MemorySource(self, self._groups.setdefault(group, _Group()), tuple(topics))

    def reader(self, topics: Iterable[str]) -> "MemorySource":
        """A source of no group: all of the topics, from their beginning."""
        return MemorySource(self, _Group(), tuple(topics))

    def go_away(self) -> None:
        """From now on nothing is accepted and nothing delivered, until come_back()."""
        with self._changed:
            self._available = False

    def come_back(self) -> None:
        with self._changed:
            self._available = True
            self._changed.notify_all()

    def refuse(self, *keys: str) -> None:
        """From now on refuse records of these keys, and of no others."""
        with self._changed:
            self._refused = set(keys)

    def records(self, topic: str) -> list[Record]:
        """Everything on the topic, partition by partition."""
        with self._changed:
            return [
                Record(topic, partition.number, offset, key, value)
                for partition in self.partitions(topic)
                for offset, (key, value) in enumerate(self._logs[partition])
            ]

    def partitions(self, topic: str) -> list[Partition]:
        return [Partition(topic, number) for number in range(self._partitions.get(topic, PARTITIONS))]

    def _require_available(self) -> None:
        with self._changed:
            if not self._available:
                raise BrokerUnavailable("the broker is away")

    def _accept(self, sent: list[tuple[str, str, bytes]]) -> None:
        with self._changed:
            refused = frozenset((topic, key) for topic, key, _ in sent if key in self._refused)
            for topic, key, value in sent:
                if (topic, key) not in refused:
                    partitions = self.partitions(topic)
                    self._logs[partitions[zlib.crc32(key.encode()) % len(partitions)]].append((key, value))
            self._changed.notify_all()
        if refused:
            raise DeliveryFailed(refused, "refused")


class MemoryProducer:
    """Implements Producer. What is sent arrives at flush()."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._sent: list[tuple[str, str, bytes]] = []

    def send(self, topic: str, key: str, value: bytes) -> None:
        self._sent.append((topic, key, value))

    def flush(self) -> None:
        self._broker._require_available()
        sent, self._sent = self._sent, []
        self._broker._accept(sent)

    def close(self) -> None:
        self._sent = []


class _Group:
    """The members of a consumer group and the offsets it has committed."""

    def __init__(self) -> None:
        self.members: list[MemorySource] = []
        self.committed: dict[Partition, int] = defaultdict(int)

    def share(self, source: "MemorySource", partitions: list[Partition]) -> frozenset[Partition]:
        """The partitions of one member: dealt out in turn among those that read the topic."""
        shares: set[Partition] = set()
        for partition in partitions:
            readers = [member for member in self.members if partition.topic in member.topics]
            if readers[partition.number % len(readers)] is source:
                shares.add(partition)
        return frozenset(shares)


class MemorySource:
    """Implements Source. Partitions move among a group's members at their next poll()."""

    def __init__(self, broker: MemoryBroker, group: "_Group", topics: tuple[str, ...]) -> None:
        self.topics = topics
        self._broker = broker
        self._group = group
        self._on_assignment_changed: AssignmentChanged | None = None
        self._positions: dict[Partition, int] = {}
        self._handled: dict[Partition, int] = {}

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        self._on_assignment_changed = on_assignment_changed
        with self._broker._changed:
            self._group.members.append(self)

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        deadline = time.monotonic() + timeout_ms / 1000
        while True:
            self._rebalance()
            with self._broker._changed:
                records = self._take(records_max)
                remaining_s = deadline - time.monotonic()
                if records or remaining_s <= 0:
                    return records
                self._broker._changed.wait(remaining_s)

    def commit(self) -> None:
        self._handled = dict(self._positions)
        with self._broker._changed:
            if self._broker._available:
                self._group.committed.update(self._handled)

    def rewind(self) -> None:
        self._positions = dict(self._handled)

    def seek(self, topic: str, partition: int, offset: int) -> None:
        place = Partition(topic, partition)
        if place in self._positions:
            self._positions[place] = self._handled[place] = offset

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._positions)

    def lag(self) -> dict[Partition, int]:
        with self._broker._changed:
            return {
                partition: len(self._broker._logs[partition]) - position
                for partition, position in self._positions.items()
            }

    def close(self) -> None:
        with self._broker._changed:
            if self in self._group.members:
                self._group.members.remove(self)
                self._broker._changed.notify_all()

    def _rebalance(self) -> None:
        with self._broker._changed:
            if not self._broker._available:
                return
            partitions = [partition for topic in self.topics for partition in self._broker.partitions(topic)]
            share = self._group.share(self, partitions)
            held = frozenset(self._positions)
            for partition in held - share:
                del self._positions[partition], self._handled[partition]
            for partition in share - held:
                self._positions[partition] = self._handled[partition] = self._group.committed[partition]
        if share != held and self._on_assignment_changed is not None:
            self._on_assignment_changed(Assignment(gained=share - held, lost=held - share))

    def _take(self, records_max: int) -> list[Record]:
        records: list[Record] = []
        if not self._broker._available:
            return records
        for partition, position in self._positions.items():
            log = self._broker._logs[partition]
            end = min(len(log), position + records_max - len(records))
            records += [Record(*partition, offset, *log[offset]) for offset in range(position, end)]
            self._positions[partition] = end
        return records
