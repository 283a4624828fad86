"""Score recorded streams once more, as if another version of their scheme had been in force."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.playing.player import Player
from services.scoring.application.rehearsal.playing.record import Record, Summary
from services.scoring.application.rehearsal.playing.rehearsal import Closing, Rehearsal
from services.scoring.application.rehearsal.playing.rulebook import rulebook_of
from shared.contracts import department_events as events
from shared.contracts.envelope import Event
from shared.schemes.model import Scheme

EVENTS_A_STEP = 1_000
"""After so many events at the latest it is said how far the replay has come."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay has come."""

    departments: int
    of: int
    events: int
    """Read so far, over all departments."""
    left_out: int
    """How many of the scheme's items, calendars' ends and waivers the draft knows nothing of."""


def replay(
    organisation: str,
    streams: Mapping[str, Sequence[Event]],
    draft: Scheme,
    until: datetime | None = None,
    zone: ZoneInfo | None = None,
) -> Generator[Progress, None, Rehearsal]:
    """Fold the recorded events of departments under the draft alone, from its first day on; the result is returned.

    What other schemes brought about is left out, and so are all milestones: the draft's own come in between, by their
    instants, up to and at ``until``; None: up to each stream's own last event. ``streams`` is asked for one department
    after the other and may load each only then. ``zone`` is the organisation's; None: the draft's. Close the generator
    to stop.

    Raises CannotFold and UnknownYear. The result has no ledger, and is known only as of the end.
    """
    selection = _Selection(draft)
    records: dict[str, Record] = {}
    read = 0
    for department in streams:
        player = Player(rulebook_of((draft,)), organisation, department, zone or draft.time_zone, Summary(department))
        stream = [event for event in streams[department] if until is None or event.recorded_at <= until]
        beginning = _beginning(stream)
        for place, event in enumerate(stream):
            read += 1
            if place == beginning - 1:
                kept = [one.data for one in stream[:beginning] if selection.keeps(one)]
                player.begin([*kept, _applied(draft)], event.recorded_at)
            elif place >= beginning and selection.keeps(event):
                player.tell(event.data, event.recorded_at)
            if read % EVENTS_A_STEP == 0:
                yield Progress(len(records), len(streams), read, selection.left_out)
        if stream:
            player.pass_time(until or stream[-1].recorded_at)
        records[department] = player.record
        yield Progress(len(records), len(streams), read, selection.left_out)
    closings = list(selection.closings.values())
    return Rehearsal(organisation, rulebook_of((draft,)), tuple(records), records.__getitem__, closings)


def _beginning(stream: Sequence[Event]) -> int:
    """How many events stand at the stream's first instant, before time has passed: they describe the department."""
    count = 0
    for event in stream:
        if event.recorded_at != stream[0].recorded_at or isinstance(event.data, events.MilestonesReached):
            break
        count += 1
    return count


def _applied(draft: Scheme) -> events.SchemeApplied:
    return events.SchemeApplied(draft.name, draft.version, draft.digest, draft.effective_from)


_OF_OTHERS = (events.SchemeApplied, events.SchemeBackdated, events.MilestonesReached)
_OF_DEPARTMENTS = (
    events.DepartmentRegistered,
    events.DepartmentChanged,
    events.DepartmentWentLive,
    events.DepartmentLeft,
    events.PersonDescribed,
)


@dataclass(slots=True)
class _Selection:
    """Which events the draft is about: those of its scheme that it has words for."""

    draft: Scheme
    known: set[str] = field(default_factory=set)
    """Items, calls and adjustments that were kept; what is said of them later is kept too."""
    closings: dict[str, Closing] = field(default_factory=dict)
    left_out: int = 0

    def keeps(self, event: Event) -> bool:
        data = event.data
        if isinstance(data, _OF_DEPARTMENTS):
            return True
        if isinstance(data, _OF_OTHERS):
            return False
        scheme = getattr(data, "scheme", None)
        if scheme is None:
            return named(data) in self.known
        if scheme != self.draft.name:
            return False
        if not self._understands(data):
            self.left_out += 1
            return False
        if isinstance(data, events.CalendarClosed):
            self.closings.setdefault(data.calendar, Closing(event.recorded_at, data.calendar, data.last_on))
        elif not isinstance(data, events.ObligationWaived):
            self.known.add(named(data))
        return True

    def _understands(self, data: Any) -> bool:
        """Whether the draft has the kind, the calendar or the quota that an event of its scheme names."""
        if isinstance(data, events.ItemSubmitted):
            return data.kind in self.draft.kinds
        if isinstance(data, events.CalendarClosed):
            calendar = self.draft.calendars.get(data.calendar)
            return calendar is not None and _may(calendar.closed_on, data.last_on)
        if isinstance(data, events.ObligationWaived):
            quota = self.draft.quotas.get(data.quota)
            return quota is not None and _may(self.draft.calendars[quota.calendar].period, data.period)
        return True


def named(data: Any) -> str:
    """Which item, call or adjustment that an event is about."""
    for name in ("item", "call", "adjustment"):
        found = getattr(data, name, None)
        if found is not None:
            return f"{name} {found}"
    raise TypeError(f"{type(data).__name__} is about no item, call or adjustment")


def _may(ask: Any, value: object) -> bool:
    """Whether the calendar takes the value."""
    try:
        ask(value)
    except ValueError:
        return False
    return True
