"""Departments, locked, on which commands are carried out one after the other; all is written at the end."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.submission.application.keep_time import due, rulebook_of
from services.submission.application.ports import Place, Ports, StoredRecord, Transaction
from services.submission.domain.joint import id_in
from services.submission.domain.record_commands import RecordCommand, Situation, decide_record
from services.submission.domain.records import Record, RecordKey
from services.submission.domain.refusals import (
    DepartmentHasLeft,
    DepartmentImporting,
    FieldMistake,
    NotJoined,
    Refused,
    UnknownDepartment,
)
from services.submission.domain.rulebooks import Rulebook
from services.submission.domain.timetable import next_instant
from shared.contracts.department_events import TOPIC
from shared.contracts.identifiers import department_stream
from shared.eventstore import Append, Receipt, Trace
from shared.schemes.model import Scheme


@dataclass(slots=True)
class Desk:
    """``places`` and ``records`` are as they will be when all is written, ``stored`` as it is written until now."""

    transaction: Transaction
    organisation: str
    trace: Trace
    places: dict[str, Place]
    rulebooks: dict[str, Rulebook]
    records: dict[RecordKey, Record] = field(default_factory=dict)
    stored: dict[RecordKey, StoredRecord] = field(default_factory=dict)
    _appends: list[Append] = field(default_factory=list)
    _recorded: dict[RecordKey, int] = field(default_factory=dict)
    """Of the records that are new or changed: which append says so last."""

    @classmethod
    def over(
        cls, ports: Ports, transaction: Transaction, organisation: str, departments: Iterable[str], trace: Trace
    ) -> "Desk":
        """Lock those of the departments that there are, in the order of their streams."""
        streams = {department_stream(organisation, department) for department in departments}
        places = {place.department: place for place in transaction.lock(streams).values()}
        rulebooks = {name: rulebook_of(ports, place) for name, place in places.items()}
        return cls(transaction, organisation, trace, places, rulebooks)

    @classmethod
    def over_all(cls, ports: Ports, transaction: Transaction, organisation: str, trace: Trace) -> "Desk":
        """Lock all departments of the organisation."""
        prefix = len(department_stream(organisation, ""))
        names = [stream[prefix:] for stream in transaction.departments_of(organisation)]
        return cls.over(ports, transaction, organisation, names, trace)

    def place(self, department: str, named_in: str) -> Place:
        """Raises UnknownDepartment, about the field that names it."""
        place = self.places.get(department)
        if place is None:
            raise UnknownDepartment(FieldMistake(named_in, f"there is no department “{department}”"))
        return place

    def schemes(self, department: str) -> tuple[Scheme, ...]:
        return self.rulebooks[department].schemes

    def read(self, keys: Collection[RecordKey]) -> None:
        """Make records known, as far as there are any."""
        unread = [key for key in keys if key not in self.records]
        if unread:
            found = self.transaction.records(self.organisation, unread)
            self.stored.update(found)
            self.records.update({key: stored.record for key, stored in found.items()})

    def known(self, keys: Iterable[RecordKey]) -> dict[RecordKey, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    def append_in_all(self, departments: tuple[str, ...], event: object, at: datetime, id: UUID) -> int:
        """Append an item's event in all departments that contributed; which append is that of the first of them."""
        appends = [self.append(name, event, at, id_in(id, name, departments)) for name in departments]
        return appends[0]

    def carry_out(self, department: str, command: RecordCommand, at: datetime, id: UUID | None = None) -> bool:
        """Decide on a command in a department that was advanced to ``at``; whether it changes anything.

        The records that it is concerned with have been read. Raises a Refused.
        """
        last_on = self.places[department].last_on
        situation = Situation(department, self.schemes(department), at, last_on, self.records)
        recorded = decide_record(command, situation)
        if recorded is None:
            return False
        self.records[recorded.key] = recorded.record
        self._recorded[recorded.key] = self.append(department, recorded.event, at, id)
        return True

    def now(self, departments: Collection[str]) -> datetime:
        """The present of departments that are live: one instant for them together."""
        return max(self.places[department].now for department in departments)

    def advance(self, departments: Iterable[str], at: datetime) -> None:
        """Write what is due up to an instant, which is the present from then on.

        Raises WorkdaysUnknown: then nothing is written in any of them.
        """
        found = [due(replace(self.places[name], now=at), self.schemes(name), self.trace) for name in departments]
        for each in found:
            self._appends.extend(each.appends)
            clock = self.places[each.place.department].now
            self.places[each.place.department] = replace(each.place, now=clock, last_recorded_at=at)

    def append(self, department: str, event: object, at: datetime, id: UUID | None = None) -> int:
        """Of a department that was advanced to ``at``; which append it is among all."""
        stream = self.places[department].stream
        ids = None if id is None else [id]
        self._appends.append(Append(stream, TOPIC, [event], self.trace, recorded_at=at, ids=ids))
        return len(self._appends) - 1

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A Refused within the block leaves the desk as it was before."""
        kept = (dict(self.places), dict(self.rulebooks), dict(self.records), dict(self._recorded), len(self._appends))
        try:
            yield
        except Refused:
            self.places, self.rulebooks, self.records, self._recorded, appends = kept
            del self._appends[appends:]
            raise

    def tell(self, department: str, *events: object) -> datetime:
        """Tell a department what holds from now on; one whose past is being imported hears it where its stream stands.

        Returns the instant. Raises WorkdaysUnknown.
        """
        place = self.places[department]
        at = place.now if place.live else place.last_recorded_at
        if place.live:
            self.advance([department], at)
        self._appends.append(Append(place.stream, TOPIC, events, self.trace, recorded_at=at))
        return at

    def rule(self, department: str, rulebook: Rulebook) -> None:
        """From now on the department is under this rulebook. Raises WorkdaysUnknown."""
        self.rulebooks[department] = rulebook
        self.change(department, edition=rulebook.edition)

    def change(self, department: str, **changes: object) -> None:
        """Change the place itself; what comes next in its time is worked out anew."""
        place: Place = replace(self.places[department], **changes)  # type: ignore[arg-type]
        next_at = next_instant(place.timetable, self.schemes(department))
        self.places[department] = replace(place, next_milestone_at=next_at)

    def write(self) -> Sequence[Receipt]:
        """Append all events, store places and records; one receipt an append."""
        if not self._appends:
            return []
        receipts = self.transaction.append(self._appends)
        self.transaction.save(list(self.places.values()))
        if self._recorded:
            written = {key: self._written(key, receipts[append]) for key, append in self._recorded.items()}
            self.transaction.save_records(self.organisation, list(written.values()))
            self.stored.update(written)
        return receipts

    def _written(self, key: RecordKey, receipt: Receipt) -> StoredRecord:
        return StoredRecord(key, self.records[key], receipt.last_version, receipt.recorded_at)


def check_open(place: Place, named_in: str) -> None:
    """Whether the department takes commands that happen now, and on something new.

    Raises DepartmentImporting, NotJoined or DepartmentHasLeft, about the field that names it.
    """
    check_live(place, named_in)
    if place.now < place.joins_at:
        raise NotJoined(FieldMistake(named_in, f"“{place.department}” joins on {place.joined_on}"))
    check_not_left(place, place.now, named_in)


def check_not_left(place: Place, at: datetime, named_in: str) -> None:
    """Raises DepartmentHasLeft."""
    if place.timetable.leaves is not None and at >= place.timetable.leaves:
        detail = f"the last day of “{place.department}” was {place.last_on}"
        raise DepartmentHasLeft(FieldMistake(named_in, detail))


def check_live(place: Place, named_in: str) -> None:
    """Whether the department takes commands that happen now. Raises DepartmentImporting."""
    if not place.live:
        detail = f"the past of “{place.department}” is being imported; it takes imports only, until it goes live"
        raise DepartmentImporting(FieldMistake(named_in, detail))
