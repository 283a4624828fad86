"""Fold one department's happenings of a batch, and stop where that cannot go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.scoring.application import parking
from services.scoring.application.incoming import Happening
from services.scoring.application.ports import StoreAway
from services.scoring.domain import sequence
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import CannotFold, NotResident
from services.scoring.domain.fold import Schemes, fold
from shared.contracts.envelope import Envelope, Undecodable
from shared.directory.schemebook import UnknownScheme
from shared.operations import logging

log = logging.get(__name__)


class Broke(Exception):
    """The happening at ``place`` cannot be folded. The state is worthless: load it again and fold up to there only."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


@dataclass(slots=True)
class Tally:
    """What became of one department's happenings."""

    folded: int = 0
    duplicates: int = 0
    held_back: int = 0
    parked: str | None = None
    """Why the department was parked in this batch, if it was."""
    resumed: bool = False


def fold_group(
    state: DepartmentState,
    group: Sequence[Happening],
    broken: Broke | None,
    requested: bool,
    schemes: Schemes,
    now: Callable[[], datetime],
) -> Tally:
    """Fold what comes next in the stream, drop what is known, and park the department where neither can be done.

    ``broken`` says where an earlier attempt broke: the department is parked there. ``requested``: an operator asked to
    try again what the department is parked for. Raises Broke, NotResident and what ``schemes`` raises.
    """
    tally = Tally()
    for place, (record, envelope, data) in enumerate(group):
        if envelope is not None and sequence.is_known(state, envelope):
            tally.duplicates += 1
            continue
        if state.parked is not None and not parking.may_go_on(state.parked, envelope, requested=requested):
            tally.held_back += 1
            continue
        problem = _problem(state, envelope, data)
        if problem is None and broken is not None and broken.place == place:
            problem = sequence.OutOfSequence("broken", broken.reason)
        if problem is not None:
            parking.park(state, problem.kind, problem.reason, record, envelope, now())
            tally.parked = problem.reason
            requested = False
            continue
        assert envelope is not None
        _fold_one(state, place, envelope, data, schemes)
        tally.folded += 1
        if state.parked is not None:
            parking.resume(state, envelope, now())
            tally.resumed = True
    return tally


def _problem(state: DepartmentState, envelope: Envelope | None, data: Any) -> sequence.OutOfSequence | None:
    """Why an event that is not known cannot even be tried."""
    if envelope is None:
        return sequence.OutOfSequence("undecodable", str(data))
    problem = sequence.check(state, envelope)
    if problem is None and type(data) is Undecodable:
        return sequence.OutOfSequence("undecodable", data.reason)
    return problem


def _fold_one(state: DepartmentState, place: int, envelope: Envelope, data: Any, schemes: Schemes) -> None:
    try:
        fold(state, envelope, data, schemes)
    except (NotResident, UnknownScheme, StoreAway):
        raise
    except CannotFold as reason:
        raise Broke(place, str(reason)) from reason
    except Exception as mistake:  # whatever it is, it is this department's alone: the others go on
        log.exception("fold.broke", stream=state.stream, version=envelope.version)
        raise Broke(place, f"{type(mistake).__name__}: {mistake}") from mistake
