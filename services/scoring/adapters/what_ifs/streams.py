"""An organisation's recorded streams, read from department-events into a file, and from there stream by stream."""

import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from services.scoring.adapters.stores import connection
from services.scoring.application.what_ifs.ports import Step, Streams, Unanswerable
from shared.contracts.department_events import TOPIC
from shared.contracts.envelope import Event, Undecodable, decode, read_envelope
from shared.contracts.identifiers import department_stream
from shared.eventstore import sql
from shared.messaging import Assignment, Record, Source
from shared.operations.database import Pool

EVENTS_MAX = 2_000_000
BYTES_MAX = 2 * 1024**3
"""Of one organisation."""
RECORDS_AT_ONCE = 2_000
POLL_TIMEOUT_MS = 100
SILENCE_S_MAX = 60.0

_sql = sql.load("services.scoring.adapters.what_ifs", "what_ifs.sql")


class RecordedStreams:
    """Implements Recorded. ``open_source`` gives a source that reads all of the topic from its beginning."""

    def __init__(self, pool: Pool, open_source: Callable[[], Source], silence_s_max: float = SILENCE_S_MAX) -> None:
        self._pool = pool
        self._open_source = open_source
        self._silence_s_max = silence_s_max

    @contextmanager
    def streams(self, organisation: str, step: Step) -> Iterator[Streams]:
        with connection(self._pool) as conn:
            wanted = dict(conn.execute(_sql.positions, (f"{organisation}/",)).fetchall())
        if sum(wanted.values()) > EVENTS_MAX:
            raise Unanswerable(f"the organisation has more than {EVENTS_MAX} events")
        with TemporaryFile() as file:
            spool = _Spool(file, wanted)
            self._fill(spool, step)
            yield _SpooledStreams(file, spool.places, organisation)

    def _fill(self, spool: "_Spool", step: Step) -> None:
        source = self._open_source()
        heard_at = time.monotonic()
        try:
            source.start(_whatever_is_assigned)
            while spool.lacking:
                step(spool.held / spool.of)
                records = source.poll(POLL_TIMEOUT_MS, RECORDS_AT_ONCE)
                if records:
                    heard_at = time.monotonic()
                elif time.monotonic() > heard_at + self._silence_s_max:
                    raise Unanswerable(f"{TOPIC} does not give {spool.lacking} streams of the organisation as a whole")
                for record in records:
                    spool.take(record)
        finally:
            source.close()


def _whatever_is_assigned(_: Assignment) -> None:
    """A reader has all partitions from the beginning to the end."""


class _Spool:
    """Takes each event of the wanted streams once, up to their versions."""

    def __init__(self, file: IO[bytes], wanted: Mapping[str, int]) -> None:
        self.of = sum(wanted.values())
        self.held = 0
        self.lacking = len(wanted)
        self.places = {stream: array("Q") for stream in sorted(wanted)}
        """By stream, offset and length of each event."""
        self._wanted = wanted
        self._file = file
        self._bytes = 0

    def take(self, record: Record) -> None:
        places = self.places.get(record.key)
        if places is None:
            return
        try:
            version = read_envelope(record.value).version
        except Undecodable:
            return  # the live tables have not got past it, so that nothing behind it is wanted
        if version != len(places) // 2 + 1 or version > self._wanted[record.key]:
            return
        places.extend((self._bytes, len(record.value)))
        self._file.write(record.value)
        self._bytes += len(record.value)
        self.held += 1
        self.lacking -= version == self._wanted[record.key]
        if self._bytes > BYTES_MAX:
            raise Unanswerable(f"the organisation's events take more than {BYTES_MAX} bytes")


class _SpooledStreams(Mapping[str, Sequence[Event]]):
    """By department."""

    def __init__(self, file: IO[bytes], places: Mapping[str, "array[int]"], organisation: str) -> None:
        self._file = file
        self._places = places
        self._organisation = organisation

    def __getitem__(self, department: str) -> Sequence[Event]:
        places = self._places[department_stream(self._organisation, department)]
        return [self._event(*places[number : number + 2]) for number in range(0, len(places), 2)]

    def __iter__(self) -> Iterator[str]:
        return (stream.partition("/")[2] for stream in self._places)

    def __len__(self) -> int:
        return len(self._places)

    def _event(self, offset: int, length: int) -> Event:
        self._file.seek(offset)
        return decode(self._file.read(length))
