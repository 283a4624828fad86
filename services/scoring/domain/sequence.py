"""Whether an event is the next one of its stream."""

from typing import NamedTuple

from services.scoring.domain.department import DepartmentState, ParkedKind
from shared.contracts.envelope import Envelope


class OutOfSequence(NamedTuple):
    kind: ParkedKind
    reason: str


def is_known(state: DepartmentState, envelope: Envelope) -> bool:
    """Whether the event was folded before. Another event under the last folded version is not known: see check."""
    version = envelope.version
    return version < state.version or (version == state.version and envelope.id == state.last_event_id)


def check(state: DepartmentState, envelope: Envelope) -> OutOfSequence | None:
    """What is wrong with folding this event, which is not known, next; None when nothing is."""
    version, expected = envelope.version, state.version + 1
    if version > expected:
        return OutOfSequence("gap", f"version {expected} is missing: version {version} came after {state.version}")
    if version < expected:
        return OutOfSequence(
            "fork", f"version {version} is event {envelope.id}, but event {state.last_event_id} was folded as such"
        )
    if envelope.previousid != state.last_event_id:
        return OutOfSequence(
            "fork",
            f"version {version} follows event {envelope.previousid}, but {state.last_event_id} was folded last",
        )
    return None
