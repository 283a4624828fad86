"""Commands on many departments or items at once, and on the directory: one transaction, a few round trips."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from services.submission.adapters.encoding import decode_begins, decode_state, encode_begins, encode_lines, encode_state
from services.submission.adapters.records import record_keys, records, saved_columns
from services.submission.application.errors import UnknownOrganisation
from services.submission.application.ports import (
    Backdating,
    ImportedLine,
    ItemRow,
    KnownToken,
    NewItems,
    Place,
    StoredItem,
    StoredRecord,
)
from services.submission.domain.records import RecordKey, RecordKind
from services.submission.domain.rulebooks import Closing
from services.submission.domain.timetable import Timetable
from shared.contracts.directory_events import TOPIC as DIRECTORY_TOPIC
from shared.contracts.directory_events import TokenDescribed
from shared.contracts.envelope import type_of
from shared.contracts.identifiers import department_stream
from shared.directory import apply as directory_apply
from shared.directory import queries as directory
from shared.directory.entities import Department, Organisation, PublishedScheme, Standing
from shared.eventstore import Append, Connection, Receipt, StoredEvent, Trace, append, append_many, read, sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool

_queries = sql.load("services.submission.adapters")


class StoreTransaction:
    """What ``Transactions.begin`` hands out. ``connection`` is for what else must be in the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def now(self) -> datetime:
        now: datetime = self.connection.execute(_queries.now).fetchall()[0][0]
        return now

    def lock_organisation(self, organisation: str) -> Organisation:
        self.connection.execute(_queries.lock_organisation, (organisation_stream(organisation),))
        found = directory.organisation(self.connection, organisation)
        if found is None:
            raise UnknownOrganisation(organisation)
        return found

    def lock(self, streams: Collection[str]) -> dict[str, Place]:
        rows = self.connection.execute(_queries.lock, (sorted(streams),)).fetchall()
        return {row[0]: _place(row) for row in rows}

    def lock_due(self, limit: int, without: Collection[str]) -> dict[str, Place]:
        rows = self.connection.execute(_queries.claim_due, (list(without), limit)).fetchall()
        return self.lock([row[0] for row in rows]) if rows else {}

    def departments_of(self, organisation: str | None) -> list[str]:
        rows = self.connection.execute(_queries.departments_of, (organisation, organisation))
        return [row[0] for row in rows]

    def append(self, appends: Sequence[Append]) -> list[Receipt]:
        return append_many(self.connection, appends)

    def register(self, place: Place) -> None:
        timetable = place.timetable
        self.connection.execute(
            _queries.register,
            (
                department_stream(place.organisation, place.department),
                place.organisation,
                place.department,
                place.live,
                place.joined_on,
                place.joins_at,
                place.changed_from,
                place.edition,
                encode_begins(dict(timetable.begins)),
                timetable.reached,
                place.next_milestone_at,
            ),
        )

    def save(self, places: Collection[Place]) -> None:
        columns = (
            [place.stream for place in places],
            [place.live for place in places],
            [place.changed_from for place in places],
            [place.last_on for place in places],
            [place.edition for place in places],
            [encode_begins(dict(place.timetable.begins)) for place in places],
            [place.timetable.reached for place in places],
            [place.timetable.leaves for place in places],
            [place.next_milestone_at for place in places],
        )
        self.connection.execute(_queries.save, columns)

    def items(self, organisation: str, items: Collection[UUID]) -> dict[UUID, StoredItem]:
        rows = self.connection.execute(_queries.items, (list(items), organisation))
        return {row[0]: StoredItem(decode_state(row[1]), row[2], row[3], row[4]) for row in rows}

    def take_items(self, places: Sequence[NewItems]) -> list[int]:
        """One statement a department, all of them sent before the first answer is awaited."""
        with self.connection.pipeline():
            cursors = [self.connection.execute(_queries.take_items, _lines(new), prepare=True) for new in places]
        return [cursor.fetchall()[0][0] for cursor in cursors]

    def save_items(self, items: Collection[ItemRow]) -> None:
        columns = (
            [UUID(item.state.item) for item in items],
            [item.organisation for item in items],
            [item.state.department for item in items],
            [item.state.scheme for item in items],
            [item.state.kind for item in items],
            [item.state.state for item in items],
            [item.submitted_at for item in items],
            [item.changed_at for item in items],
            ["{" + ",".join(map(str, item.versions)) + "}" for item in items],
            [encode_state(item.state) for item in items],
        )
        self.connection.execute(_queries.save_items, columns)

    def items_of(self, organisation: str, department: str) -> list[ItemRow]:
        rows = self.connection.execute(_queries.items_of, (organisation, department))
        return [ItemRow(row[0], decode_state(row[1]), row[2], row[3], tuple(row[4])) for row in rows]

    def replace_items(self, items: Collection[ItemRow], surplus: Collection[str]) -> None:
        replaced = [UUID(item.state.item) for item in items]
        self.connection.execute(_queries.remove_items, ([*replaced, *(UUID(item) for item in surplus)],))
        self.save_items(items)

    def events(self, stream: str, after: int, limit: int) -> list[StoredEvent]:
        return read(self.connection, stream, after, limit)

    def records(self, organisation: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, StoredRecord]:
        return records(self.connection, organisation, keys)

    def records_named(self, organisation: str, kind: RecordKind, names: Collection[str]) -> Collection[RecordKey]:
        return record_keys(self.connection, organisation, kind, names)

    def save_records(self, organisation: str, records: Collection[StoredRecord]) -> None:
        self.connection.execute(_queries.save_records, (organisation, *saved_columns(records)))

    def closings(self, organisation: str) -> Sequence[Closing]:
        return closings(self.connection, organisation)

    def save_closing(self, organisation: str, closing: Closing) -> None:
        said = (closing.scheme, closing.calendar, closing.last_on)
        self.connection.execute(_queries.save_closing, (organisation, *said))

    def backdatings(self, organisation: str) -> Sequence[Backdating]:
        return [Backdating(*row) for row in self.connection.execute(_queries.backdatings, (organisation,))]

    def save_backdating(self, organisation: str, backdating: Backdating) -> None:
        said = (backdating.scheme, backdating.scheme_version, backdating.from_on, backdating.reason)
        self.connection.execute(_queries.save_backdating, (organisation, *said))

    def imported(self, organisation: str, keys: Collection[str]) -> dict[str, ImportedLine]:
        rows = self.connection.execute(_queries.imported, (organisation, list(keys)))
        return {row[0]: ImportedLine(row[0], row[1], row[2]) for row in rows}

    def save_imported(self, organisation: str, lines: Collection[ImportedLine]) -> None:
        columns = ([line.key for line in lines], [line.digest for line in lines], [line.item for line in lines])
        self.connection.execute(_queries.save_imported, (organisation, *columns))

    def standings(self, organisation: str, outlets: Collection[str]) -> Mapping[str, Sequence[Standing]]:
        found: dict[str, list[Standing]] = {}
        for row in self.connection.execute(_queries.standings, (organisation, list(outlets))):
            found.setdefault(row[0], []).append(Standing(*row))
        return found

    def organisation(self, organisation: str) -> Organisation | None:
        return directory.organisation(self.connection, organisation)

    def department(self, organisation: str, department: str) -> Department | None:
        return directory.department(self.connection, organisation, department)

    def outlet_version(self, organisation: str, outlet: str) -> int | None:
        return directory.outlet_version(self.connection, organisation, outlet)

    def published(self, organisation: str) -> Sequence[PublishedScheme]:
        return directory.schemes(self.connection, organisation)

    def token(self, token: str) -> KnownToken | None:
        known = directory.token(self.connection, token)
        digest = directory.secret_of_token(self.connection, token)
        if known is None or digest is None:
            return None
        scope = (known.role, known.organisation, known.department)
        event = TokenDescribed(known.token, digest, known.title, *scope, known.expires_at, known.revoked_at)
        return KnownToken(event, known.version)

    def describe(self, stream: str, event: object, trace: Trace, expected_version: int | None) -> Receipt:
        receipt = append(self.connection, stream, DIRECTORY_TOPIC, [event], trace, expected_version=expected_version)
        directory_apply.describe(self.connection, receipt.last_version, event)
        return receipt


class StoreTransactions:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @contextmanager
    def begin(self) -> Iterator[StoreTransaction]:
        with translated(), self._pool.connection() as conn, conn.transaction():
            yield StoreTransaction(conn)


def _lines(new: NewItems) -> tuple[Any, ...]:
    """The lists of submission_take_items: encoded JSON and names hold no line breaks."""
    states = [state for _, state in new.items]
    data, trace = encode_lines([event for event, _ in new.items]), new.trace
    return (
        new.place.organisation,
        new.place.department,
        type_of(new.items[0][0]),
        "\n".join([state.item for state in states]),
        data,
        "\n".join([state.scheme for state in states]),
        "\n".join([state.kind for state in states]),
        "\n".join([state.state for state in states]),
        encode_lines(states),
        trace.correlation_id,
        trace.causation_id,
        trace.actor,
        new.at,
    )


def seconds_until_due(pool: Pool, without: Collection[str] = ()) -> float | None:
    """How long until the next milestone of any live department, by the store's clock: negative when it has passed.

    ``without`` are streams not to be looked at.
    """
    with translated(), pool.connection() as conn:
        row = conn.execute(_queries.next_due, (list(without),)).fetchall()[0]
    return None if row[0] is None else float(row[0])


def organisation_stream(organisation: str) -> str:
    return f"organisations/{organisation}"


def closings(connection: Connection, organisation: str) -> list[Closing]:
    """The organisation's calendars that were closed."""
    return [Closing(*row) for row in connection.execute(_queries.closings, (organisation,))]


def _place(row: tuple[Any, ...]) -> Place:
    stream, organisation, department, live, joined_on, joins_at, changed_from, last_on, edition, *time = row
    begins, reached, leaves, next_milestone_at, last_recorded_at, now = time
    return Place(
        stream,
        organisation,
        department,
        live,
        joined_on,
        joins_at,
        changed_from,
        last_on,
        edition,
        Timetable(decode_begins(begins), reached, leaves),
        next_milestone_at,
        last_recorded_at,
        now,
    )
