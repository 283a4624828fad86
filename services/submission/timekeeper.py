"""The process that writes milestones into the streams of departments where nothing else happens."""

import threading
import time

from services.submission import bootstrap
from services.submission.adapters.transactions import seconds_until_due
from services.submission.application.keep_time import keep_time
from services.submission.bootstrap import Submission
from services.submission.config import TimekeeperSettings
from shared.eventstore import StoreUnavailable
from shared.eventstore.errors import translated
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.settings import read
from shared.web.idempotency import sweep

DEPARTMENTS_AT_ONCE = 1_000
POLL_S_MAX = 1.0
"""A department that registers, or goes live, or a new scheme may bring an instant sooner than the one waited for."""
POLL_S_MIN = 0.01
FAILURE_S = 1.0
SWEEP_EVERY_S = 600.0
STANDING_STILL_S = 60.0
"""After this a department is tried again, and reported again, whose time stands still for want of a year's workdays."""

log = logging.get(__name__)


def run() -> None:
    """Blocks until the process is told to stop. Several may run: they pass one another by."""
    settings = read(TimekeeperSettings)
    logging.configure(bootstrap.SERVICE, "timekeeper", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    wired = bootstrap.wire(settings, "timekeeper")
    bootstrap.tell_overdue_milestones(wired.pool)
    status.serve(settings.status_port, lambda: bootstrap.database_missing(wired.pool), settings.status_host)
    try:
        keep(wired, stop)
    finally:
        wired.pool.close()


def keep(wired: Submission, stop: threading.Event) -> None:
    """Write what is due until ``stop`` is set; outlives a database that is away for a while."""
    timekeeper = Timekeeper(wired)
    swept_at = -SWEEP_EVERY_S
    available = True
    while not stop.is_set():
        try:
            wait_s = timekeeper.keep_once()
            if time.monotonic() - swept_at > SWEEP_EVERY_S:
                swept_at = time.monotonic()
                with translated(), wired.pool.connection() as conn:
                    sweep(conn)
            if not available:
                log.info("timekeeper.goes_on")
            available = True
        except StoreUnavailable as error:
            if available:
                log.warning("timekeeper.waits", reason=str(error))
            available, wait_s = False, FAILURE_S
        stop.wait(wait_s)


class Timekeeper:
    """One round after the other. Departments whose time stands still are left alone for a while, each time."""

    def __init__(self, wired: Submission) -> None:
        self._wired = wired
        self._standing_still: dict[str, float] = {}
        """By stream, since when on this machine's clock."""

    def keep_once(self) -> float:
        """One round; returns for how long nothing more is to be done, in seconds."""
        again_before = time.monotonic() - STANDING_STILL_S
        self._standing_still = {name: since for name, since in self._standing_still.items() if since > again_before}
        kept = keep_time(self._wired.ports, DEPARTMENTS_AT_ONCE, self._standing_still)
        metrics.counter("tongbao_timekeeper_milestones_total").inc(kept.instants)
        for stream, unknown in kept.standing_still.items():
            self._standing_still[stream] = time.monotonic()
            log.error("timekeeper.stands_still", department=stream, reason=str(unknown))
        metrics.gauge("tongbao_timekeeper_standing_still_departments").set(len(self._standing_still))
        if kept.departments == DEPARTMENTS_AT_ONCE:
            return 0.0
        until_next_s = seconds_until_due(self._wired.pool, self._standing_still)
        return POLL_S_MAX if until_next_s is None else min(max(until_next_s, POLL_S_MIN), POLL_S_MAX)
