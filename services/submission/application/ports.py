"""What the use cases need of the world, and the words in which they talk to it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.submission.domain.item_state import ItemState
from services.submission.domain.records import Record, RecordKey, RecordKind
from services.submission.domain.rulebooks import Closing, Rulebook
from services.submission.domain.timetable import Timetable
from shared.contracts.department_events import ItemSubmitted
from shared.contracts.directory_events import TokenDescribed
from shared.directory.entities import Department, Organisation, PublishedScheme, Standing
from shared.eventstore import Append, Receipt, StoredEvent, Trace


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with what the store knows of it. ``version`` is that of its last event in the department's stream."""

    state: ItemState
    submitted_at: datetime
    changed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class KeyUse:
    """An idempotency key as one request uses it; ``fingerprint`` stands for all that the request said."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token as it was last seen, at this version of its directory stream."""

    token: str
    version: int


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a use case runs."""

    trace: Trace
    department: str | None = None
    """The only department it may see; None: all of the organisation."""
    key: KeyUse | None = None
    unconfirmed: TokenUse | None = None
    """The token, where the append itself must confirm that it is in force still."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item after a command. ``replayed``: this very request was carried out before, and this is its answer."""

    item: StoredItem
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One decided event on one item, and all that was assumed in deciding it."""

    organisation: str
    department: str
    event_id: UUID
    event: object
    after: ItemState
    item_version: int | None
    """The version of the item that was decided on; None for a new one."""
    edition: int
    """Of the rulebook by which it was decided."""
    day_begins: datetime
    """The day for which it was decided, in the scheme's zone: from this instant …"""
    day_ends: datetime
    """… until before this one."""
    asker: Asker


@dataclass(frozen=True, slots=True)
class Place:
    """A department as the store has it, locked for the length of a transaction."""

    stream: str
    organisation: str
    department: str
    live: bool
    joined_on: date
    joins_at: datetime
    changed_from: date
    last_on: date | None
    """Of a department that is no more."""
    edition: int
    """Of the rulebook that was applied to it."""
    timetable: Timetable
    next_milestone_at: datetime | None
    last_recorded_at: datetime
    now: datetime
    """The clock, read after the locks were held; never before ``last_recorded_at``."""


CheckVersion = Callable[[int | None], None]
"""Called with the version an entity stands at (None: it does not exist); raises when the request expects another."""


class Clock(Protocol):
    """The event store's clock, as well as it can be told without asking it each time."""

    def now(self) -> datetime: ...

    def correct(self, now: datetime) -> None:
        """The store has just said what time it is."""
        ...


class Rulebooks(Protocol):
    """The rulebook of each organisation; remembered between requests."""

    def of(self, organisation: str) -> Rulebook: ...

    def reread(self, organisation: str) -> Rulebook:
        """From the store, whatever is remembered."""
        ...


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows, newest first; None: all. ``before`` is the last one of the page before."""

    organisation: str
    department: str | None = None
    kind: str | None = None
    state: str | None = None
    scheme: str | None = None
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    before_at: datetime | None = None
    before_item: UUID | None = None


class Items(Protocol):
    def find(self, organisation: str, item: UUID) -> StoredItem | None: ...

    def append(self, attempt: Attempt) -> StoredItem:
        """Write event, state and key in one transaction, durable on return.

        The event goes into the stream of every department that contributed to the item.

        Raises a Stale, a Refused about the department, KeyUsed or TokenLapsed; then nothing is written.
        """
        ...

    def answered(self, key: KeyUse) -> StoredItem | None:
        """The item as the answer to this key showed it. Raises KeyReused when the key stood for another request."""
        ...

    def page(self, wanted: ItemFilter, limit: int) -> Sequence[StoredItem]: ...

    def events(self, organisation: str, item: UUID) -> Sequence[StoredEvent]:
        """The item's own events, oldest first."""
        ...

    def standings(self, organisation: str, outlet: str) -> Sequence[Standing]: ...


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the version and the instant of the last event that says so, in its department's stream."""

    key: RecordKey
    record: Record
    version: int
    recorded_at: datetime


class StoredRecords(Protocol):
    """Persons, calls, adjustments and waivers, as they stand now."""

    def of(self, organisation: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, StoredRecord]:
        """Those of the keys that there are."""
        ...

    def page(
        self, organisation: str, kind: RecordKind, department: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[StoredRecord]:
        """By name and department, behind ``after``; of all departments' calls each once."""
        ...


@dataclass(frozen=True, slots=True)
class Backdating:
    """The past is scored again by a version, from an earlier day on than its own."""

    scheme: str
    scheme_version: int
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as a batch writes it: ``versions`` are those of its new events, or of all where that is said."""

    organisation: str
    state: ItemState
    submitted_at: datetime
    changed_at: datetime
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewItems:
    """New items of one department, which is locked, in their order."""

    place: Place
    at: datetime
    items: Sequence[tuple[ItemSubmitted, ItemState]]
    trace: Trace


@dataclass(frozen=True, slots=True)
class ImportedLine:
    key: str
    digest: bytes
    item: UUID | None
    """The item that it was about, if it was about one."""


@dataclass(frozen=True, slots=True)
class Described:
    """An entity of the directory after a command. ``version`` is that of its directory stream."""

    version: int
    created: bool


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token as it was last described, also when it is revoked or expired."""

    event: TokenDescribed
    version: int


class Transaction(Protocol):
    """One transaction of the store; all that is locked stays so until it ends."""

    def now(self) -> datetime: ...

    def lock_organisation(self, organisation: str) -> Organisation:
        """Commands on one organisation's directory follow one another. Raises UnknownOrganisation."""
        ...

    def lock(self, streams: Collection[str]) -> dict[str, Place]:
        """By department: those that exist, locked in the order of their streams."""
        ...

    def lock_due(self, limit: int, without: Collection[str]) -> dict[str, Place]:
        """By stream: live departments whose next milestones have passed and that nobody else holds locked."""
        ...

    def departments_of(self, organisation: str | None) -> list[str]:
        """The names of the organisation's department streams; None: of all organisations'."""
        ...

    def append(self, appends: Sequence[Append]) -> list[Receipt]: ...

    def register(self, place: Place) -> None: ...

    def save(self, places: Collection[Place]) -> None: ...

    def items(self, organisation: str, items: Collection[UUID]) -> dict[UUID, StoredItem]: ...

    def take_items(self, places: Sequence[NewItems]) -> list[int]:
        """Append the events of new items and store their states; the first version of each department's."""
        ...

    def save_items(self, items: Collection[ItemRow]) -> None: ...

    def items_of(self, organisation: str, department: str) -> list[ItemRow]:
        """All items of a department, with the versions of all their events."""
        ...

    def replace_items(self, items: Collection[ItemRow], surplus: Collection[str]) -> None:
        """Put whole items, with all their versions, in the place of what is held; take ``surplus`` away."""
        ...

    def events(self, stream: str, after: int, limit: int) -> list[StoredEvent]: ...

    def records(self, organisation: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, StoredRecord]:
        """Those of the keys that there are."""
        ...

    def records_named(self, organisation: str, kind: RecordKind, names: Collection[str]) -> Collection[RecordKey]:
        """In whichever departments they are."""
        ...

    def save_records(self, organisation: str, records: Collection[StoredRecord]) -> None: ...

    def closings(self, organisation: str) -> Sequence[Closing]: ...

    def save_closing(self, organisation: str, closing: Closing) -> None: ...

    def backdatings(self, organisation: str) -> Sequence[Backdating]:
        """In the order in which they were commanded."""
        ...

    def save_backdating(self, organisation: str, backdating: Backdating) -> None: ...

    def imported(self, organisation: str, keys: Collection[str]) -> dict[str, ImportedLine]: ...

    def save_imported(self, organisation: str, lines: Collection[ImportedLine]) -> None: ...

    def standings(self, organisation: str, outlets: Collection[str]) -> Mapping[str, Sequence[Standing]]: ...

    def organisation(self, organisation: str) -> Organisation | None: ...

    def department(self, organisation: str, department: str) -> Department | None: ...

    def outlet_version(self, organisation: str, outlet: str) -> int | None: ...

    def published(self, organisation: str) -> Sequence[PublishedScheme]: ...

    def token(self, token: str) -> KnownToken | None: ...

    def describe(self, stream: str, event: object, trace: Trace, expected_version: int | None) -> Receipt:
        """Append to a directory stream and bring the directory's tables to what the event says."""
        ...


class Transactions(Protocol):
    def begin(self) -> AbstractContextManager[Transaction]:
        """Commits at the end of the block, undoes everything when it raises."""
        ...


@dataclass(frozen=True)
class Ports:
    """All of the above, given to every use case."""

    items: Items
    records: StoredRecords
    transactions: Transactions
    rulebooks: Rulebooks
    clock: Clock
