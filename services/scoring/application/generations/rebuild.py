"""The order in which a rebuild goes: catch up with the live tables, compare, take over."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.scoring.application.generations.differences import (
    DETAILED_MAX,
    NO_ROWS,
    Difference,
    detailed,
    differing,
)
from services.scoring.application.generations.ports import Generations, GivenUp, Standing, Stuck, Workforce

NEARLY_EVENTS = 20_000
"""When no more than this came while the last ones were folded, the generation has caught up."""
ATTEMPTS_MAX = 20
"""How often taking over is tried while readers are in the way."""
STILL_S_MAX = 300.0
"""So long nothing may be folded although something is lacking."""
ASK_EVERY_S = 0.25
ASK_OFTEN_S = 0.02
"""While others are kept from writing."""
LACKING_NAMED_MAX = 5

Tell = Callable[[Standing], None]


class Stopped(Exception):
    """Somebody asked to stop: another run goes on from here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild has found, and whether its generation is live now."""

    took_over: bool
    differences: tuple[Difference, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    unwritten: tuple[str, ...] = ()
    """What could not be compared, because an earlier program folded the live tables without it."""


class Rebuild:
    """One run. ``tell`` is told now and then how far it has come."""

    def __init__(
        self,
        generations: Generations,
        workforce: Workforce,
        stop: threading.Event,
        tell: Tell,
        still_s_max: float = STILL_S_MAX,
    ) -> None:
        self._generations = generations
        self._workforce = workforce
        self._stop = stop
        self._tell = tell
        self._still_s_max = still_s_max

    def run(self, *, accept_differences: bool) -> Outcome:
        """Rebuild and take over; with differences only when they are accepted. ``begin`` has been called.

        A department that cannot be folded as far as it is in the live tables keeps the generation from taking over in
        any case: what would be folded of it later has been announced already. Raises Stopped, GivenUp, StoreAway.
        """
        with self._workforce.at_work():
            self._catch_up()
            self._generations.complete()
            self._catch_up()
            outcome = self._compare()
            if outcome.stuck or (outcome.differences and not accept_differences):
                return outcome
            self._take_over()
        self._generations.clear()
        return replace(outcome, took_over=True)

    def _catch_up(self) -> None:
        """Round after round, each up to where the live tables were when it began, and shorter than the one before."""
        while True:
            standing = self._generations.aim()
            self._wait()
            if standing.lacking <= NEARLY_EVENTS:
                return

    def _compare(self) -> Outcome:
        """Compare at equal positions: the live tables of one instant with the generation when it has come so far."""
        with self._generations.comparison() as comparison:
            live = comparison.live()
            self._wait()
            stuck = self._generations.stuck()
            unequal = {one.stream for one in stuck}
            rebuilt = comparison.rebuilt()
            found = [key for key in differing(live, rebuilt) if key[0] not in unequal]
            looked_into = [detailed(*key, *comparison.rows(*key)) for key in found[:DETAILED_MAX]]
            unseen = [
                Difference(*key, live.get(key, NO_ROWS).rows, rebuilt.get(key, NO_ROWS).rows)
                for key in found[DETAILED_MAX:]
            ]
            unwritten = tuple(comparison.unwritten())
        return Outcome(False, (*looked_into, *unseen), tuple(stuck), unwritten)

    def _take_over(self) -> None:
        for _ in range(ATTEMPTS_MAX):
            self._catch_up()
            if self._generations.take_over(self._reached_soon):
                return
        raise GivenUp("readers kept the generation from taking over; run it again when there is less to do")

    def _reached_soon(self) -> bool:
        """Whether everything is folded now; waits a moment if not."""
        self._check()
        if self._generations.standing().behind == 0:
            return True
        self._stop.wait(ASK_OFTEN_S)
        return False

    def _wait(self) -> None:
        """Until all departments that can be folded have reached their targets."""
        moved_at, events = time.monotonic(), -1
        while True:
            self._check()
            standing = self._generations.standing()
            self._tell(standing)
            if standing.behind == 0:
                return
            now = time.monotonic()
            if standing.events != events:
                moved_at, events = now, standing.events
            elif now > moved_at + self._still_s_max:
                lacking = "; ".join(self._generations.lacking(LACKING_NAMED_MAX))
                raise GivenUp(f"nothing more comes, but {standing.behind} departments are not complete: {lacking}")
            self._stop.wait(ASK_EVERY_S)

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped
        self._workforce.check()
