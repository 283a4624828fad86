"""What the services need of a broker: records go out through a Producer and come in through a Source.

``kafka`` implements both on Apache Kafka, ``memory`` in the process; one test suite runs on either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class MessagingError(Exception):
    """The root of what this package raises."""


class BrokerUnavailable(MessagingError):
    """The broker did not answer in time; what was sent may or may not have arrived. Send it again."""


class DeliveryFailed(MessagingError):
    """The broker refused records for good. ``keys`` are the (topic, key) of all that did not arrive.

    Records of other keys that were sent before the same flush have arrived.
    """

    def __init__(self, keys: frozenset[tuple[str, str]], reason: str) -> None:
        super().__init__(f"{len(keys)} keys not delivered: {reason}")
        self.keys = keys
        self.reason = reason


class Partition(NamedTuple):
    topic: str
    number: int


class Record(NamedTuple):
    """One message as it was received. ``key`` is the stream."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Assignment:
    """A change of the partitions that a source serves: drop what is remembered of those lost."""

    gained: frozenset[Partition]
    lost: frozenset[Partition]


AssignmentChanged = Callable[[Assignment], None]


class Producer(Protocol):
    """Sends records. Records of one key arrive in the order in which they were sent. For one thread."""

    def send(self, topic: str, key: str, value: bytes) -> None:
        """Hand a record over for sending. What becomes of it shows in flush().

        Raises BrokerUnavailable when the topic's partitions cannot be learnt in time: close this producer then.
        """

    def flush(self) -> None:
        """Wait until the broker has acknowledged everything sent since the last flush.

        Raises BrokerUnavailable when that takes too long: nothing is given up, and flush() may be called again. Raises
        DeliveryFailed for records that the broker refused for good: close this producer then.
        """

    def close(self) -> None:
        """Let go of the connection. What is not acknowledged may arrive or not; nothing arrives out of order."""


class Source(Protocol):
    """Receives the records of some topics, as one member of a consumer group. For one thread."""

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        """Join the group; called once. The callback runs inside poll(), before records of gained partitions come."""

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        """Wait at most ``timeout_ms`` for records, and return at most ``records_max``; in order within a partition.

        Returns an empty list while the broker is away.
        """

    def commit(self) -> None:
        """Everything returned by poll() is handled: never deliver it again if that can be helped.

        The broker is told without waiting and may not hear of it: records can come again after a restart.
        """

    def rewind(self) -> None:
        """Nothing since the last commit() is handled: deliver it again."""

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Go on from this offset. Does nothing for a partition that is not assigned to this source."""

    def assignment(self) -> frozenset[Partition]:
        """The partitions that this source serves now."""

    def lag(self) -> dict[Partition, int]:
        """How many records of each assigned partition have not been returned by poll() yet, as far as is known."""

    def close(self) -> None:
        """Leave the group at once, so that others take over."""
