"""Standing still before an event that cannot be folded, and going on when an operator or the missing event says so."""

from datetime import datetime

from services.scoring.domain.changes import Decided
from services.scoring.domain.department import DepartmentState, Parked, ParkedKind
from shared.contracts.envelope import Envelope
from shared.contracts.identifiers import derived_id
from shared.contracts.scoring_events import DepartmentParked, DepartmentResumed
from shared.messaging import Record

REASON_CHARACTERS_MAX = 1000


def park(
    state: DepartmentState, kind: ParkedKind, reason: str, record: Record, cause: Envelope | None, now: datetime
) -> None:
    """Let the department stand still before its next version, and announce it.

    One that is parked already for the same version keeps the place in the topic from which it is to go on.
    """
    expected = state.version + 1
    partition, offset = record.partition, record.offset
    before = state.parked
    if before is not None and before.version == expected and before.partition == partition:
        offset = min(offset, before.offset)
    state.parked = Parked(expected, kind, reason[:REASON_CHARACTERS_MAX], partition, offset, now)
    state.parkings += 1
    event = DepartmentParked(state.organisation, state.department, expected, state.parked.reason, now)
    _announce(state, "department.parked", event, cause)


def resume(state: DepartmentState, cause: Envelope, now: datetime) -> None:
    """The department's parked version has been folded after all: announce that it goes on."""
    state.parked = None
    event = DepartmentResumed(state.organisation, state.department, cause.version, now)
    _announce(state, "department.resumed", event, cause)


def may_go_on(parked: Parked, envelope: Envelope | None, *, requested: bool) -> bool:
    """Whether to try this event although the department is parked.

    On request everything is tried. A gap also closes by itself, when the store is published again.
    """
    if requested:
        return True
    return parked.kind == "gap" and envelope is not None and envelope.version == parked.version


def _announce(state: DepartmentState, what: str, event: object, cause: Envelope | None) -> None:
    """The number of the parking makes the ids differ when the same version is parked again."""
    version = str(getattr(event, "version", ""))
    id = derived_id(what, state.organisation, state.department, version, str(state.parkings))
    state.changes.parking = True
    state.changes.announced.append(Decided(id, event, cause))
