"""A rebuild without threads and clocks: the workers take turns, each folds a portion, and whoever waits lets them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from services.scoring import bootstrap
from services.scoring.adapters.generations.store import PostgresBookmarks, PostgresGenerations, guard
from services.scoring.application.generations.ports import Standing
from services.scoring.application.generations.rebuild import Outcome, Rebuild, Stopped
from services.scoring.application.generations.worker import Worker
from shared.messaging import Record
from shared.operations.database import Pool
from tests.reference.portions import Impatient, Portion

BATCH_MAX = 40
STILL_S_MAX = 10.0

Cut = Sequence[tuple[int, int, bool]]
"""Portion by portion: its size, how many records of before come again, whether whoever folds it is gone behind it."""


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
        with guard(url) as guarding:
            generations = PostgresGenerations(pool, guarding)
            generations.begin(afresh=afresh)
            run = Rebuild(generations, workforce, stops_then.stop, stops_then.tell, STILL_S_MAX)
            try:
                return run.run(accept_differences=accept_differences)
            except Stopped:
                afresh = False
        meanwhile()
    raise AssertionError("the last run was stopped by nobody")
