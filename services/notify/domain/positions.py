"""How far each stream of scoring-events has been folded, and what may be folded next.

A stream that does not go on where it ended is parked: its department waits until somebody has looked, all others go on.
It leaves the parking place when the event it waits for arrives, by resumption or because it was published again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Event

Placement = Literal["duplicate", "next", "held", "parked"]
"""Dropped; folded; dropped because the stream is parked already; parked by this very record."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a record lies in the topic."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record of the topic, as far as it could be read. ``event`` is None for one that could not be decoded."""

    stream: str
    version: int | None
    event: Event | None
    mistake: str
    whereabouts: Whereabouts


@dataclass(frozen=True, slots=True)
class Parked:
    version: int
    """The version that was expected."""
    reason: str
    whereabouts: Whereabouts


@dataclass(frozen=True, slots=True)
class Position:
    stream: str
    version: int = 0
    last_event_id: UUID | None = None
    recorded_at: datetime | None = None
    parked: Parked | None = None
    resume_requested: bool = False
    """Somebody asked to try the parked record again."""


def place(position: Position, arrival: Arrival) -> tuple[Placement, Position]:
    """What becomes of a record, and the position behind it."""
    if arrival.version is not None and arrival.version <= position.version:
        return "duplicate", position
    event = arrival.event
    mistake = _mistake(position, arrival)
    if event is not None and not mistake:
        return "next", Position(position.stream, event.version, event.id, event.recorded_at)
    awaited = position.version + 1
    parked = position.parked
    if parked is not None and arrival.version != awaited and arrival.whereabouts != parked.whereabouts:
        return "held", position
    parked = Parked(awaited, mistake, arrival.whereabouts)
    return "parked", replace(position, parked=parked, resume_requested=False)


def _mistake(position: Position, arrival: Arrival) -> str:
    awaited = position.version + 1
    if arrival.version is not None and arrival.version != awaited:
        return f"version {awaited} is missing: version {arrival.version} came after version {position.version}"
    if arrival.event is None:
        return arrival.mistake
    if arrival.event.previous_id != position.last_event_id:
        return (
            f"version {awaited} follows event {arrival.event.previous_id}, "
            f"but the last one folded is {position.last_event_id}"
        )
    return ""
