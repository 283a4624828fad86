"""How a what-if keeps out of the way: it asks often whether it is still wanted, and waits while others lag."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from services.scoring.application.what_ifs.ports import Lag, Unanswerable, WhatIfs
from services.scoring.application.what_ifs.questions import SECONDS_MAX

REPORT_EVERY_S = 1.0
LAG_MAX = 2_000
"""Events. Live consumers that are further behind go first."""
WAIT_S = 0.25


class Unwanted(Exception):
    """Whoever asked has cancelled it."""


class Stopping(Exception):
    """The process is told to stop."""


class Pace:
    """Of one what-if. ``step`` costs next to nothing unless REPORT_EVERY_S have passed since it last did something."""

    def __init__(
        self,
        what_ifs: WhatIfs,
        id: UUID,
        lag: Lag,
        stop: threading.Event,
        seconds_max: float = SECONDS_MAX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what_ifs = what_ifs
        self._id = id
        self._lag = lag
        self._stop = stop
        self._clock = clock
        self._until = clock() + seconds_max
        self._limit = timedelta(seconds=seconds_max)
        self._reported_at = float("-inf")

    def step(self, progress: float) -> None:
        """Raises Stopping, Unwanted, and Unanswerable when it has taken too long."""
        if self._stop.is_set():
            raise Stopping
        if self._clock() < self._reported_at + REPORT_EVERY_S:
            return
        self._report(progress)
        while self._lag() > LAG_MAX:
            if self._stop.wait(WAIT_S):
                raise Stopping
            self._report(progress)

    def _report(self, progress: float) -> None:
        now = self._clock()
        if now > self._until:
            raise Unanswerable(f"it was not worked out within {self._limit}; ask for a smaller part of it")
        if not self._what_ifs.keep(self._id, progress):
            raise Unwanted
        self._reported_at = now


def part(step: Callable[[float], None], begins: float, ends: float) -> Callable[[float], None]:
    """The steps of a part of the work, from ``begins`` to ``ends`` of the whole."""
    return lambda progress: step(begins + (ends - begins) * min(max(progress, 0.0), 1.0))
