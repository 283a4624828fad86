"""Writing milestones: into the streams of departments whose next one has passed."""

from dataclasses import dataclass, replace

from services.submission.application.ports import Place, Ports, Transaction
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

    They are recorded now; in an imported past, at their own instants.
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
    """Write what is due in one department, before a command that found it so."""
    with ports.transactions.begin() as transaction:
        _write(ports, transaction, transaction.lock([stream]))


@dataclass(frozen=True, slots=True)
class Kept:
    """In how many departments something was due, and how many instants' milestones were written."""

    departments: int
    instants: int


def keep_time(ports: Ports, departments_max: int) -> Kept:
    """Write what is due in live departments where nothing happens, at most so many at once.

    Departments that somebody else has locked are left to them.
    """
    with ports.transactions.begin() as transaction:
        places = transaction.lock_due(departments_max)
        return Kept(len(places), _write(ports, transaction, places))


def _write(ports: Ports, transaction: Transaction, places: dict[str, Place]) -> int:
    trace = Trace(str(new_id()), None, ACTOR)
    found = [due(place, rulebook_of(ports, place), trace, INSTANTS_AT_ONCE_MAX) for place in places.values()]
    appends = [append for each in found for append in each.appends]
    if appends:
        transaction.append(appends)
    if found:
        transaction.save([each.place for each in found])
    return sum(len(append.events) for append in appends)


def rulebook_of(ports: Ports, place: Place) -> tuple[Scheme, ...]:
    """The schemes that were applied to a department, which is locked so that none can be added meanwhile."""
    schemes = ports.rulebooks.of(place.organisation)
    return schemes if len(schemes) == place.schemes else ports.rulebooks.reread(place.organisation)
