"""Folds recorded events into the generation in the making, never further than the live tables are."""

import threading
import time
from collections.abc import Callable, Sequence

from services.scoring.application.generations.ports import Bookmarks, Targets
from services.scoring.application.incoming import Arrival
from services.scoring.application.projector import Projector
from shared.contracts.envelope import Undecodable, read_envelope
from shared.messaging import Assignment, NotNow, Record, Source
from shared.messaging.consuming import Backoff
from shared.operations import logging

POLL_TIMEOUT_MS = 100
FOLLOW_EVERY_S = 0.1
"""How often new targets are asked for."""
GATHER_S_MAX = 2.0
IDLE_POLLS = 3
"""After so many polls without a record there is nothing more for the moment."""
SAVE_EVERY_S = 5.0
REFUSALS_MAX = 8
"""After so many refusals in a row the worker gives up."""

_BACKOFF = Backoff()

log = logging.get(__name__)


class Worker:
    """Reads some partitions of a topic from where the last run stopped. For one thread."""

    def __init__(
        self, source: Source, projector: Projector, bookmarks: Bookmarks, batch_max: int, backoff: Backoff = _BACKOFF
    ) -> None:
        self._source = source
        self._projector = projector
        self._bookmarks = bookmarks
        self._batch_max = batch_max
        self._backoff = backoff
        self._targets = Targets(-1, {})
        self._followed_at = self._saved_at = 0.0
        self._idle_polls = 0
        self._next: dict[int, int] = {}
        self._held_back: dict[int, int] = {}
        """By partition, the first record that lies beyond its department's target."""
        self._saved: dict[int, int] = {}
        self._topics: dict[int, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Fold until ``stop`` is set; what was read is stored then. Raises NotNow when that fails time and again."""
        self._work(stop, lambda: False)

    def run_to_the_end(self, stop: threading.Event) -> None:
        """As run, but only until there is nothing more to read, as far as is known."""
        self._work(stop, lambda: self._idle_polls >= IDLE_POLLS and not any(self._source.lag().values()))

    def _work(self, stop: threading.Event, enough: Callable[[], bool]) -> None:
        self._saved = dict(self._bookmarks.offsets())
        refusals = 0
        try:
            self._source.start(self._go_on)
            while not stop.is_set() and not enough():
                try:
                    self._follow()
                    self._fold(self._gather(stop))
                    refusals = 0
                except NotNow as refusal:
                    refusals += 1
                    if refusals > REFUSALS_MAX:
                        raise
                    log.info("rebuild.put_back", reason=refusal.reason)
                    self._put_back()
                    stop.wait(self._backoff.delay_s(refusals))
            self._save()
        finally:
            self._source.close()

    def _go_on(self, assignment: Assignment) -> None:
        for place in assignment.gained:
            self._topics[place.number] = place.topic
            if place.number in self._saved:
                self._source.seek(place.topic, place.number, self._saved[place.number])

    def _follow(self) -> None:
        """When there are new targets, return to what was beyond the old ones."""
        now = time.monotonic()
        if now < self._followed_at + FOLLOW_EVERY_S:
            return
        self._followed_at = now
        if self._bookmarks.round() == self._targets.round:
            return
        self._targets = self._bookmarks.targets()
        for partition, offset in self._held_back.items():
            self._source.seek(self._topics[partition], partition, offset)
            self._next[partition] = offset
        self._held_back.clear()

    def _gather(self, stop: threading.Event) -> list[Record]:
        """A batch as large as there are records at hand: the larger, the fewer times the same rows are written."""
        until = time.monotonic() + GATHER_S_MAX
        gathered = records = self._source.poll(POLL_TIMEOUT_MS, self._batch_max)
        while records and len(gathered) < self._batch_max and time.monotonic() < until and not stop.is_set():
            records = self._source.poll(POLL_TIMEOUT_MS, self._batch_max - len(gathered))
            gathered += records
        self._idle_polls = 0 if gathered else self._idle_polls + 1
        return gathered

    def _fold(self, records: Sequence[Record]) -> None:
        wanted = self._wanted(records)
        if wanted:
            self._projector.project_groups(wanted)
        if not wanted or time.monotonic() > self._saved_at + SAVE_EVERY_S:
            self._save()

    def _wanted(self, records: Sequence[Record]) -> dict[str, list[Arrival]]:
        """The records up to their departments' targets."""
        wanted: dict[str, list[Arrival]] = {}
        versions = self._targets.versions
        for record in records:
            self._next[record.partition] = record.offset + 1
            try:
                envelope = read_envelope(record.value)
            except Undecodable:
                continue  # a department is parked before such a record, and no target lies beyond that
            stream = envelope.subject
            if envelope.version <= versions.get(stream, 0):
                wanted.setdefault(stream, []).append((record, envelope))
            else:
                self._held_back.setdefault(record.partition, record.offset)
        return wanted

    def _save(self) -> None:
        self._projector.settle()
        offsets = {**self._next, **self._held_back}
        if offsets != self._saved:
            self._bookmarks.save(offsets)
            self._saved = offsets
        self._saved_at = time.monotonic()

    def _put_back(self) -> None:
        """Return to the last bookmark: what was stored behind it is dropped when it comes again."""
        self._held_back.clear()
        for partition in list(self._next):
            offset = self._saved.get(partition, 0)
            self._source.seek(self._topics[partition], partition, offset)
            self._next[partition] = offset
