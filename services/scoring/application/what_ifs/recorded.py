"""The recorded streams as they are: what the live tables hold of one scheme, in memory."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.playing.player import Player
from services.scoring.application.rehearsal.playing.record import Record, Summary
from services.scoring.application.rehearsal.playing.rehearsal import Closing, Rehearsal
from services.scoring.application.rehearsal.playing.replay import EVENTS_A_STEP, Progress, named
from services.scoring.application.rehearsal.playing.rulebook import rulebook_of
from shared.contracts import department_events as events
from shared.contracts.envelope import Event
from shared.schemes.model import Scheme


def recorded(
    organisation: str,
    streams: Mapping[str, Sequence[Event]],
    versions: Sequence[Scheme],
    zone: ZoneInfo,
    then: events.SchemeBackdated | None = None,
) -> Generator[Progress, None, Rehearsal]:
    """Fold what is recorded of one scheme, milestones and all; the result is returned.

    ``versions`` are all that were published, ``then`` is one more event at the end of each stream that it is about.
    Raises CannotFold.
    """
    rulebook = rulebook_of(tuple(versions))
    closings: dict[str, Closing] = {}
    records: dict[str, Record] = {}
    read = 0
    for department in streams:
        player = Player(rulebook, organisation, department, zone, Summary(department))
        mine = _Mine(versions[0].name)
        stream = streams[department]
        for event in stream:
            read += 1
            data = mine.part_of(event.data)
            if data is not None:
                player.append(data, event.recorded_at)
            if isinstance(data, events.CalendarClosed):
                closings.setdefault(data.calendar, Closing(event.recorded_at, data.calendar, data.last_on))
            if read % EVENTS_A_STEP == 0:
                yield Progress(len(records), len(streams), read, 0)
        if then is not None and any(one.version == then.version for one in player.state.applied.get(then.scheme, ())):
            player.append(then, stream[-1].recorded_at)
        records[department] = player.record
        yield Progress(len(records), len(streams), read, 0)
    return Rehearsal(organisation, rulebook, tuple(records), records.__getitem__, list(closings.values()))


@dataclass(slots=True)
class _Mine:
    """What of a stream is about one scheme, or about the department itself."""

    scheme: str
    known: set[str] = field(default_factory=set)
    """Items, calls and adjustments of the scheme."""

    def part_of(self, data: Any) -> Any:
        """The event, or what of its milestones is the scheme's; None for what is another scheme's."""
        if isinstance(data, events.MilestonesReached):
            milestones = tuple(one for one in data.milestones if one.scheme == self.scheme)
            return replace(data, milestones=milestones) if milestones else None
        if isinstance(data, _OF_DEPARTMENTS):
            return data
        scheme = getattr(data, "scheme", None)
        if scheme is None:
            return data if named(data) in self.known else None
        if scheme != self.scheme:
            return None
        if isinstance(data, _NAMED):
            self.known.add(named(data))
        return data


_OF_DEPARTMENTS = (
    events.DepartmentRegistered,
    events.DepartmentChanged,
    events.DepartmentWentLive,
    events.DepartmentLeft,
    events.PersonDescribed,
)
_NAMED = (events.ItemSubmitted, events.CallIssued, events.AdjustmentMade)
