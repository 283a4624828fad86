"""Writing milestones: into the streams of departments whose next one has passed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from services.submission.application.ports import Place, Ports, Transaction
from services.submission.domain.refusals import WorkdaysUnknown
from services.submission.domain.rulebooks import Rulebook
from services.submission.domain.timetable import passed
from shared.contracts.department_events import TOPIC
from shared.contracts.identifiers import new_id
from shared.eventstore import Append, Trace
from shared.schemes.model import Scheme

ACTOR = "system:timekeeper"
INSTANTS_AT_ONCE_MAX = 200
"""Of one department, after a long standstill; whoever calls comes again for the rest."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be appended to a department's stream before anything else, and the department behind it."""

    appends: tuple[Append, ...]
    place: Place


def due(place: Place, schemes: tuple[Scheme, ...], trace: Trace, instants_max: int | None = None) -> Due:
    """The department's milestones up to its present, or the first of them.

    They are recorded now; in an imported past, at their own instants. Raises WorkdaysUnknown: then nothing that comes
    later may be appended either.
    """
    if place.next_milestone_at is None or place.next_milestone_at > place.now:
        return Due((), place)
    found = passed(place.timetable, schemes, place.now, instants_max)
    trace = replace(trace, actor=ACTOR)
    if not found.events:
        return Due((), replace(place, next_milestone_at=found.next_at))
    if place.live:
        last_recorded_at = place.now
        appends = [Append(place.stream, TOPIC, found.events, trace, recorded_at=place.now)]
    else:
        last_recorded_at = found.events[-1].instant
        appends = [Append(place.stream, TOPIC, [each], trace, recorded_at=each.instant) for each in found.events]
    behind = replace(
        place,
        timetable=found.timetable,
        next_milestone_at=found.next_at,
        last_recorded_at=last_recorded_at,
    )
    return Due(tuple(appends), behind)


def catch_up(ports: Ports, stream: str) -> None:
    """Write what is due in one department, before a command that found it so. Raises WorkdaysUnknown."""
    with ports.transactions.begin() as transaction:
        kept = _write(ports, transaction, transaction.lock([stream]))
    for unknown in kept.standing_still.values():
        raise unknown


@dataclass(frozen=True, slots=True)
class Kept:
    """In how many departments something was due, and how many instants' milestones were written."""

    departments: int
    instants: int
    standing_still: Mapping[str, WorkdaysUnknown]
    """By stream: departments whose time cannot go on, and why. Nothing was written in them."""


def keep_time(ports: Ports, departments_max: int, without: Collection[str] = ()) -> Kept:
    """Write what is due in live departments where nothing happens, at most so many at once.

    Departments that somebody else has locked are left to them; ``without`` are streams not to be looked at.
    """
    with ports.transactions.begin() as transaction:
        return _write(ports, transaction, transaction.lock_due(departments_max, without))


def _write(ports: Ports, transaction: Transaction, places: dict[str, Place]) -> Kept:
    trace = Trace(str(new_id()), None, ACTOR)
    found: list[Due] = []
    standing_still: dict[str, WorkdaysUnknown] = {}
    for place in places.values():
        try:
            found.append(due(place, rulebook_of(ports, place).schemes, trace, INSTANTS_AT_ONCE_MAX))
        except WorkdaysUnknown as unknown:
            standing_still[place.stream] = unknown
    appends = [append for each in found for append in each.appends]
    if appends:
        transaction.append(appends)
    if found:
        transaction.save([each.place for each in found])
    return Kept(len(places), sum(len(append.events) for append in appends), standing_still)


def rulebook_of(ports: Ports, place: Place) -> Rulebook:
    """The rulebook that was applied to a department, which is locked so that it cannot change meanwhile."""
    rulebook = ports.rulebooks.of(place.organisation)
    return rulebook if rulebook.edition == place.edition else ports.rulebooks.reread(place.organisation)
