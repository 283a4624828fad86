"""A rebuild without threads and clocks: the workers take turns, each folds a portion, and whoever waits lets them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

import psycopg

from services.scoring import bootstrap
from services.scoring.adapters.generations.store import PostgresBookmarks, PostgresGenerations
from services.scoring.application.generations.ports import Standing
from services.scoring.application.generations.rebuild import Outcome, Rebuild, Stopped
from services.scoring.application.generations.worker import Worker
from shared.messaging import Assignment, Partition, Record
from shared.messaging.ports import AssignmentChanged
from shared.operations.database import Pool

BATCH_MAX = 40
STILL_S_MAX = 10.0

Cut = Sequence[tuple[int, int, bool]]
"""Portion by portion: its size, how many records of before come again, whether whoever folds it is gone behind it."""


class Portion:
    """Implements Source on one partition: gives so many records, and then nothing more."""

    def __init__(self, records: Sequence[Record], size: int, again: int) -> None:
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


class Turns:
    """Implements Workforce: whenever somebody asks how the workers are, one begins at the bookmark, and ends."""

    def __init__(self, pool: Pool, making: Pool, records: Sequence[Record], cut: Cut) -> None:
        """``making`` has connections that see the generation in the making alone."""
        self._pool = pool
        self._making = making
        self._records = records
        self._cut = cycle(cut)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._projection = bootstrap.rebuilding(self._making, self._pool)
        try:
            yield
        finally:
            self._projection.close()

    def check(self) -> None:
        size, again, forgets = next(self._cut)
        source = Portion(self._records, size, again)
        worker = Worker(source, self._projection.projector, PostgresBookmarks(self._pool), BATCH_MAX)
        worker.run_to_the_end(threading.Event())
        if forgets:
            self._projection.projector.forget()


class Impatient(threading.Event):
    """Stands for stopping, and for nobody's waiting."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


@dataclass
class Stops:
    """Implements Tell: asks to stop when the rebuild has told so many times how far it has come."""

    turns: int | None
    stop: Impatient = field(default_factory=Impatient)
    told: int = 0

    def tell(self, _: Standing) -> None:
        self.told += 1
        if self.told == self.turns:
            self.stop.set()


def rebuild_in_turns(
    url: str,
    pool: Pool,
    workforce: Turns,
    stops: Sequence[int],
    meanwhile: Callable[[], None],
    *,
    accept_differences: bool = False,
) -> Outcome:
    """Rebuild from the beginning; stopped after so many turns, then after so many more, and so on; then to the end.

    ``meanwhile`` is what happens while nobody rebuilds.
    """
    afresh = True
    for turns in (*stops, None):
        stops_then = Stops(turns)
        with psycopg.connect(url, autocommit=True) as guard:
            generations = PostgresGenerations(pool, guard)
            generations.begin(afresh=afresh)
            run = Rebuild(generations, workforce, stops_then.stop, stops_then.tell, STILL_S_MAX)
            try:
                return run.run(accept_differences=accept_differences)
            except Stopped:
                afresh = False
        meanwhile()
    raise AssertionError("the last run was stopped by nobody")
