"""Append to streams and read them. Each function is one round trip on a connection that the caller owns.

On a connection in autocommit mode an append is durable when it returns; inside a transaction it holds the heads of
its streams locked until the transaction ends, and is undone with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from shared.contracts.envelope import EVENT_BYTES_MAX, Event, decode_data, encode_data, type_of
from shared.contracts.identifiers import new_id
from shared.eventstore import sql
from shared.eventstore.errors import translated

_queries = sql.load("shared.eventstore")

READ_EVENTS_MAX = 10_000

Connection = psycopg.Connection[Any]


class EventTooLarge(ValueError):
    """An event's encoded data is over EVENT_BYTES_MAX; the edges let nothing of that size in."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Who brought an event about, and on the way of which request."""

    correlation_id: str
    causation_id: str | None
    actor: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the events of one append went. ``recorded_at`` is their instant."""

    first_version: int
    last_version: int
    last_event_id: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Append:
    """The events of one decision for one stream, for append_many. The fields are those of append."""

    stream: str
    topic: str
    events: Sequence[object]
    trace: Trace
    expected_version: int | None = None
    recorded_at: datetime | None = None
    ids: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of the store; ``data`` is the JSON as it was encoded."""

    stream: str
    version: int
    id: UUID
    previous_id: UUID | None
    type: str
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None
    actor: str
    data: bytes

    def opened(self) -> Event:
        """The event as consumers see it. Raises Undecodable for a type or data that no contract here knows."""
        return Event(
            self.id,
            self.type,
            self.stream,
            self.version,
            self.previous_id,
            self.recorded_at,
            self.correlation_id,
            self.causation_id,
            self.actor,
            decode_data(self.type, self.data),
        )


def encoded(events: Sequence[object]) -> tuple[list[str], list[bytes]]:
    """Types and JSON of events, as the SQL functions of the store take them. Raises EventTooLarge."""
    data = [encode_data(event) for event in events]
    for event, raw in zip(events, data, strict=True):
        if len(raw) > EVENT_BYTES_MAX:
            raise EventTooLarge(f"{type_of(event)} takes {len(raw)} bytes, at most {EVENT_BYTES_MAX} are published")
    return [type_of(event) for event in events], data


def append(
    conn: Connection,
    stream: str,
    topic: str,
    events: Sequence[object],
    trace: Trace,
    *,
    expected_version: int | None = None,
    recorded_at: datetime | None = None,
    ids: Sequence[UUID] | None = None,
) -> Receipt:
    """Append at least one event to the stream, which comes into being with its first; waits for the head's lock.

    ``expected_version`` makes the append conditional (0: the stream must be new). Without ``recorded_at`` the store's
    clock stamps the events under the lock. ``ids`` are made up unless the events' ids derive from what they decide.
    Raises Conflict, RecordedTooEarly, AlreadyAppended (then nothing is appended), EventTooLarge, StoreUnavailable.
    """
    types, data = encoded(events)
    given: tuple[Any, ...] = (_ids_for(events, ids), types, data)
    query = _queries.append
    if len(types) == 1:
        query, given = _queries.append_one, (given[0][0], types[0], data[0])
    whence = (trace.correlation_id, trace.causation_id, trace.actor)
    parameters = (stream, topic, *given, *whence, expected_version, recorded_at)
    with translated(), conn.cursor(binary=True) as cursor:
        receipt = cursor.execute(query, parameters, prepare=True).fetchone()
    assert receipt is not None
    return Receipt(*receipt)


def append_many(conn: Connection, appends: Sequence[Append]) -> list[Receipt]:
    """All or none of the appends, in one statement, with one receipt each in their order.

    Several appends to one stream follow one another. Raises what append raises.
    """
    if not appends:
        return []
    rows: list[tuple[Any, ...]] = []
    for number, one in enumerate(appends, 1):
        types, data = encoded(one.events)
        whence = (one.trace.correlation_id, one.trace.causation_id, one.trace.actor)
        for id_, type_, raw in zip(_ids_for(one.events, one.ids), types, data, strict=True):
            rows.append(
                (number, one.stream, one.topic, id_, type_, raw, *whence, one.expected_version, one.recorded_at)
            )
    columns = [list(column) for column in zip(*rows, strict=True)]
    with translated(), conn.cursor(binary=True) as cursor:
        receipts = cursor.execute(_queries.append_many, columns, prepare=True).fetchall()
    return [Receipt(*receipt) for receipt in receipts]


def read(conn: Connection, stream: str, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
    """The events of a stream behind version ``after``, in order, at most ``limit`` (READ_EVENTS_MAX at most)."""
    with translated(), conn.cursor(binary=True) as cursor:
        cursor.execute(_queries.read, (stream, after, min(limit, READ_EVENTS_MAX)), prepare=True)
        return [StoredEvent(*row) for row in cursor]


def head_version(conn: Connection, stream: str) -> int:
    """The version of the stream's last event; 0 for a stream that has none."""
    with translated(), conn.cursor(binary=True) as cursor:
        row = cursor.execute(_queries.head_version, (stream,), prepare=True).fetchone()
    return row[0] if row else 0


def republish(conn: Connection, topic: str | None = None) -> int:
    """Let the relay publish everything again (of one topic, or of all); returns the number of streams.

    For a broker that lost its data. Consumers drop what they have.
    """
    with translated(), conn.cursor() as cursor:
        if topic is None:
            cursor.execute(_queries.republish_all)
        else:
            cursor.execute(_queries.republish_topic, (topic,))
        return cursor.rowcount


def _ids_for(events: Sequence[object], ids: Sequence[UUID] | None) -> list[UUID]:
    if not events:
        raise ValueError("an append needs at least one event")
    if ids is None:
        return [new_id() for _ in events]
    if len(ids) != len(events):
        raise ValueError(f"{len(events)} events need as many ids, not {len(ids)}")
    return list(ids)
