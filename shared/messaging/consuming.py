"""The loop of every consumer: poll, handle, commit. Three outcomes that never blur: handled, not now, crash."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.messaging.ports import AssignmentChanged, Record, Source

POLL_TIMEOUT_MS = 100
RECORDS_MAX = 5000

Handle = Callable[[Sequence[Record]], None]


class NotNow(Exception):
    """Raised by a handler whose batch cannot be handled yet: the database is away, a scheme has not arrived.

    Nothing of the batch may have taken effect; all of it comes again.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after NotNow: doubling from ``first_s`` to ``last_s`` while it goes on."""

    first_s: float = 0.05
    last_s: float = 5.0

    def delay_s(self, attempt: int) -> float:
        """``attempt`` counts from 1."""
        return float(min(self.first_s * 2 ** min(attempt - 1, 30), self.last_s))


def _nothing_remembered(_: object) -> None:
    """For handlers that remember nothing of the partitions they serve."""


def _not_told(_records: int, _reason: str) -> None:
    """For callers that need not know of batches put back."""


def run_consumer(
    source: Source,
    handle: Handle,
    stop: threading.Event,
    *,
    on_assignment_changed: AssignmentChanged = _nothing_remembered,
    on_not_now: Callable[[int, str], None] = _not_told,
    backoff: Backoff = Backoff(),
    records_max: int = RECORDS_MAX,
    poll_timeout_ms: int = POLL_TIMEOUT_MS,
) -> None:
    """Handle the source's records until ``stop`` is set; returns then, with the source closed.

    ``handle`` gets one non-empty batch at a time, in this thread; when it returns, the batch is committed. It may raise
    NotNow: the batch is put back and tried again after a while, ``on_not_now(records, reason)`` being told. Any other
    exception ends the loop and is the caller's: the process crashes, and the batch comes again after its restart.
    """
    refusals = 0
    try:
        source.start(on_assignment_changed)
        while not stop.is_set():
            records = source.poll(poll_timeout_ms, records_max)
            if not records:
                continue
            try:
                handle(records)
            except NotNow as refusal:
                refusals += 1
                source.rewind()
                on_not_now(len(records), refusal.reason)
                stop.wait(backoff.delay_s(refusals))
            else:
                refusals = 0
                source.commit()
    finally:
        source.close()
