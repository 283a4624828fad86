"""A worker's portion of a topic, and a stop that nobody waits at: rebuilds without threads and clocks."""

import threading
from collections.abc import Sequence

from shared.messaging import Assignment, Partition, Record
from shared.messaging.ports import AssignmentChanged


class Portion:
    """Implements Source on one partition: gives so many records, and then nothing more."""

    def __init__(self, records: Sequence[Record], size: int, again: int = 0) -> None:
        self._records = records
        self._left = size
        self._again = again
        self._next = 0
        self._partition = Partition(records[0].topic, records[0].partition)

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        on_assignment_changed(Assignment(frozenset({self._partition}), frozenset()))

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        found = list(self._records[self._next : self._next + min(self._left, records_max)])
        self._left -= len(found)
        self._next += len(found)
        return found

    def commit(self) -> None:
        """A worker has bookmarks of its own."""

    def rewind(self) -> None:
        """A worker seeks."""

    def seek(self, topic: str, partition: int, offset: int) -> None:
        self._next = max(offset - self._again, 0)
        self._left += self._again

    def assignment(self) -> frozenset[Partition]:
        return frozenset({self._partition})

    def lag(self) -> dict[Partition, int]:
        """None, so that a worker does not wait for more."""
        return {self._partition: 0}

    def close(self) -> None:
        """There is nothing to let go of."""


class Impatient(threading.Event):
    """Stands for stopping, and for nobody's waiting."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()
