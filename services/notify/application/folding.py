"""Folding a batch of scoring-events into alerts, exactly once: all that it changes is written in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from services.notify.application.changes import ACTOR, Change
from services.notify.domain.alerts import ObligationKey, Standing, decide, event_id, evolve, key_of
from services.notify.domain.positions import Arrival, Position, place
from services.notify.domain.subjects import AnyObligation, Opened, Resolved
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import BulletinIssued


class Overtaken(Exception):
    """Another consumer moved these positions meanwhile; nothing of the batch was written."""


class FoldStore(Protocol):
    """The tables that a batch reads and writes, within one transaction."""

    def positions(self, streams: Iterable[str]) -> dict[str, Position]:
        """Of streams that have one."""

    def move_positions(self, moves: Sequence[tuple[Position, Position]]) -> None:
        """Compare and set, from the first of each pair to the second. Raises Overtaken."""

    def standings(self, keys: Iterable[ObligationKey]) -> dict[ObligationKey, Standing]:
        """The unresolved alerts of these obligations, locked until the transaction ends."""

    def record(self, changes: Sequence[Change]) -> None:
        """Write alerts, their changes, their events and the deliveries that follow."""

    def tell_of_bulletins(self, issued: Sequence[Event]) -> None:
        """Write the deliveries to those who asked to hear of issues."""


@dataclass(slots=True)
class FoldReport:
    folded: int = 0
    duplicates: int = 0
    parked: tuple[Position, ...] = ()
    """Streams that this batch parked."""
    changes: Sequence[Change] = ()


def fold(arrivals: Sequence[Arrival], transaction: AbstractContextManager[FoldStore]) -> FoldReport:
    """Fold a batch in its order. Raises Overtaken and whatever the store raises; then nothing was written."""
    report = FoldReport()
    with transaction as store:
        before = store.positions({arrival.stream for arrival in arrivals})
        events, after = _place(arrivals, before, report)
        moves = [
            (before.get(stream, Position(stream)), position)
            for stream, position in sorted(after.items())
            if before.get(stream) != position
        ]
        if moves:
            store.move_positions(moves)
        keys = {key_of(event.data.obligation) for event in events if _concerns_obligation(event)}
        if keys:
            report.changes = decide_all(events, store.standings(keys))
            store.record(report.changes)
        issued = [event for event in events if isinstance(event.data, BulletinIssued)]
        if issued:
            store.tell_of_bulletins(issued)
    return report


def decide_all(events: Iterable[Event], standings: Mapping[ObligationKey, Standing]) -> list[Change]:
    """What the events change, in their order."""
    current = dict(standings)
    changes = []
    for event in events:
        if not _concerns_obligation(event):
            continue
        key = key_of(event.data.obligation)
        standing = current.get(key, Standing())
        for decided in decide(standing, event.id, event.data):
            changes.append(_change(event, decided, _is_historical(standing, decided)))
            standing = evolve(standing, decided)
        current[key] = standing
    return changes


def _place(
    arrivals: Sequence[Arrival], before: Mapping[str, Position], report: FoldReport
) -> tuple[list[Event], dict[str, Position]]:
    """The events to fold, and every stream's position behind the batch."""
    after: dict[str, Position] = {}
    events: list[Event] = []
    for arrival in arrivals:
        position = after.get(arrival.stream) or before.get(arrival.stream) or Position(arrival.stream)
        placement, after[arrival.stream] = place(position, arrival)
        if placement == "next" and arrival.event is not None:
            events.append(arrival.event)
        report.duplicates += placement == "duplicate"
    report.folded = len(events)
    report.parked = tuple(
        position for stream, position in after.items() if position.parked and before.get(stream) != position
    )
    return events, after


def _concerns_obligation(event: Event) -> bool:
    return isinstance(getattr(event.data, "obligation", None), AnyObligation)


def _is_historical(standing: Standing, decided: Opened | Resolved) -> bool:
    """Was the alert opened on the imported past? A late make-up of it may be as live as can be."""
    opened = standing.due_soon if decided.alert.condition == "due_soon" else standing.missed
    return (opened or decided.alert).obligation.historical


def _change(event: Event, decided: Opened | Resolved, historical: bool) -> Change:
    identity = event_id(decided, str(event.id))
    return Change(event.stream, identity, decided, historical, event.correlation_id, str(event.id), ACTOR)
