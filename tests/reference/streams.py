"""Write a department's stream as the submission service would: versions, ids, milestones at their instants."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shared.calendars import start_instant
from shared.contracts import department_events as happened
from shared.contracts.envelope import Envelope, Event, decode, encode, encode_data, type_of
from shared.contracts.identifiers import department_stream, derived_id
from shared.messaging import Record
from shared.schemes.model import Scheme
from shared.schemes.schedule import next_milestones

TICK = timedelta(microseconds=1)
STAFFED = {"staff": Decimal(12)}


class StreamWriter:
    """One department's stream, written event by event at rising instants."""

    def __init__(self, organisation: str, department: str) -> None:
        self.stream = department_stream(organisation, department)
        self.organisation = organisation
        self.department = department
        self.values: list[bytes] = []
        self.now = datetime(1970, 1, 1, tzinfo=UTC)
        self._last_id: UUID | None = None
        self._schemes: list[Scheme] = []
        self._closed: list[tuple[str, date]] = []
        self._begin = self.now
        self._reached = self.now
        self._leaves: datetime | None = None

    def register(
        self,
        schemes: Sequence[Scheme],
        joined_on: date,
        *,
        group: str | None = None,
        tags: tuple[str, ...] = (),
        facts: Mapping[str, Decimal] = STAFFED,
        live: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Register the department and apply the schemes; its time begins at the end of the last of them."""
        zone = schemes[0].time_zone
        first_day = max(joined_on, min(scheme.effective_from for scheme in schemes))
        self._begin = max(start_instant(first_day, zone), at or self.now) if live else start_instant(first_day, zone)
        self.now = at or self._begin
        self._reached = self._begin - TICK
        title = f"department {self.department}"
        self.append(
            happened.DepartmentRegistered(
                self.organisation, self.department, title, group, tags, dict(facts), joined_on, live
            )
        )
        for scheme in schemes:
            self.apply(scheme)

    def apply(self, scheme: Scheme) -> None:
        """Put the department under a version of a scheme, from that version's first day on."""
        self.append(happened.SchemeApplied(scheme.name, scheme.version, scheme.digest, scheme.effective_from))
        for calendar, last_on in self._closed:
            scheme = _closed(scheme, calendar, last_on)
        self._schemes.append(scheme)

    def close(self, calendar: str, last_on: date, at: datetime) -> None:
        """Let an open calendar of the department's scheme end with a day."""
        self.tell(happened.CalendarClosed(self._schemes[0].name, calendar, last_on), at)
        self._closed.append((calendar, last_on))
        self._schemes = [_closed(scheme, calendar, last_on) for scheme in self._schemes]

    def leave(self, last_on: date, at: datetime, reason: str = "") -> None:
        """Let the department be no more behind its last day."""
        self.tell(happened.DepartmentLeft(last_on, reason=reason), at)
        self._leaves = start_instant(last_on + timedelta(days=1), self._schemes[0].time_zone)

    def tell(self, data: object, at: datetime) -> None:
        """Append an event at an instant not before the last, behind the milestones that come before it."""
        self.pass_time(at)
        self.append(data)

    def pass_time(self, until: datetime) -> None:
        """Write all milestones up to and at an instant, each at its own."""
        while True:
            reached = next_milestones(self._schemes, self._begin, self._reached, self._leaves)
            if reached is None or reached.instant > until:
                break
            self._reached = reached.instant
            self.now = max(self.now, reached.instant)
            self.append(reached)
        self.now = max(self.now, until)

    def append(self, data: object) -> None:
        """Append an event at the present instant as it is, whatever milestones are due."""
        version = len(self.values) + 1
        id = derived_id("test", self.stream, str(version), type_of(data))
        envelope = Envelope(
            id=id,
            source="tests",
            type=type_of(data),
            subject=self.stream,
            time=self.now,
            version=version,
            previousid=self._last_id,
            correlationid=f"request-{version}",
            actor="token:test",
            data=_raw(data),
        )
        self.values.append(encode(envelope))
        self._last_id = id

    def events(self) -> list[Event]:
        return [decode(value) for value in self.values]

    def records(self, partition: int = 0, first_offset: int = 0) -> list[Record]:
        """The stream as it lies on a topic that holds nothing else."""
        return [
            Record(happened.TOPIC, partition, first_offset + place, self.stream, value)
            for place, value in enumerate(self.values)
        ]


def altered(value: bytes, **attributes: Any) -> bytes:
    """The same event with some attributes of its envelope, or its ``data``, replaced."""
    envelope = msgspec.json.decode(value)
    envelope.update(attributes)
    return msgspec.json.encode(envelope)


def _raw(data: object) -> Any:
    return msgspec.Raw(encode_data(data))


def _closed(scheme: Scheme, calendar: str, last_on: date) -> Scheme:
    """A version may do without the calendar."""
    return scheme.with_closed(calendar, last_on) if calendar in scheme.calendars else scheme
