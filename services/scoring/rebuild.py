"""The command that works the projection out again from department-events and puts it in the live one's place."""

import sys
import time
from collections.abc import Callable

import click

from services.scoring import bootstrap
from services.scoring.adapters.generations.store import PostgresGenerations, guard
from services.scoring.application.generations.ports import GivenUp, Standing
from services.scoring.application.generations.progress import Pace
from services.scoring.application.generations.rebuild import Outcome, Rebuild, Stopped
from services.scoring.config import RebuildSettings
from services.scoring.rebuilding import WorkerProcesses
from shared.operations import lifecycle, logging
from shared.operations.database import open_pool
from shared.operations.settings import read

EXIT_NOT_TAKEN_OVER = 3
EXIT_STOPPED = 130
TELL_EVERY_S = 2.0


def run(*, accept_differences: bool, afresh: bool, workers: int) -> None:
    """Blocks until the generation is live, or somebody stops it: another run goes on from there."""
    settings = read(RebuildSettings)
    logging.configure(bootstrap.SERVICE, "rebuild", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    with (
        guard(settings.database_url) as guarding,
        open_pool(settings.database_url, 4, "scoring-rebuild-guide", statement_timeout_ms=0) as pool,
    ):
        generations = PostgresGenerations(pool, guarding)
        rebuild = Rebuild(generations, WorkerProcesses(settings, workers), stop, Teller(click.echo).tell)
        try:
            if generations.begin(afresh=afresh):
                click.echo("going on with the generation that was begun before")
            outcome = rebuild.run(accept_differences=accept_differences)
        except Stopped:
            click.echo("stopped; the next run goes on from here")
            sys.exit(EXIT_STOPPED)
        except GivenUp as reason:
            click.echo(f"scoring rebuild: {reason}", err=True)
            sys.exit(EXIT_NOT_TAKEN_OVER)
    for line in told(outcome):
        click.echo(line)
    if not outcome.took_over:
        sys.exit(EXIT_NOT_TAKEN_OVER)


class Teller:
    """Says now and then how far a rebuild has come."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._pace = Pace()
        self._told_at = float("-inf")

    def tell(self, standing: Standing) -> None:
        now = self._clock()
        self._pace.note(now, standing.events)
        if now >= self._told_at + TELL_EVERY_S:
            self._told_at = now
            self._say(self._line(standing))

    def _line(self, standing: Standing) -> str:
        done = standing.events * 100 // standing.of if standing.of else 100
        left_s = self._pace.left_s(standing.of)
        ahead = "" if left_s is None else f", about {left_s:,.0f} s left"
        return (
            f"{standing.events:,} of {standing.of:,} events ({done} %), {self._pace.per_second():,.0f} a second{ahead}"
        )


def told(outcome: Outcome) -> list[str]:
    """What a rebuild has found, line by line."""
    lines = [f"not compared, for an earlier version did not write it: {one}" for one in outcome.unwritten]
    lines += [f"differs: {difference}" for difference in outcome.differences]
    lines += [f"cannot be folded: {one.stream} version {one.version}: {one.reason}" for one in outcome.stuck]
    if outcome.took_over:
        return [*lines, "the rebuilt generation is live now"]
    if outcome.stuck:
        return [*lines, "the live tables stay: mend what cannot be folded, and run the rebuild again"]
    return [*lines, "the live tables stay; --accept-differences puts the rebuilt ones in their place"]
