"""Several obligations told as one state and one count."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.application.reading.records import ObligationRecord

LEGEND = {"met": "met", "missed": "missed", "met_late": "made_good_late", "waived": "waived"}
"""The legend's states by those of obligations that are decided."""


@dataclass(frozen=True, slots=True)
class Tally:
    state: str | None
    """One of the legend's states; None without obligations."""
    fulfilled: int
    owed: int
    """Waived ones are not owed any more."""


def tally(obligations: Sequence[ObligationRecord]) -> Tally:
    """The state that asks for most attention stands for all."""
    fulfilled = sum(1 for each in obligations if each.state in {"met", "met_late"})
    owed = sum(1 for each in obligations if each.state != "waived")
    return Tally(_state(obligations), fulfilled, owed)


def state_of(obligation: ObligationRecord) -> str:
    """The legend's state of one obligation. In its time of grace it is due soon still."""
    if obligation.state in LEGEND:
        return LEGEND[obligation.state]
    if obligation.due_soon_since is not None or obligation.due_passed:
        return "due_soon"
    return "on_the_way" if obligation.actual > 0 else "not_yet"


def _state(obligations: Sequence[ObligationRecord]) -> str | None:
    states = {state_of(each) for each in obligations}
    for decisive in ("missed", "due_soon"):
        if decisive in states:
            return decisive
    if states == {"not_yet"}:
        return "not_yet"
    if states & {"on_the_way", "not_yet"}:
        return "on_the_way"
    for settled in ("made_good_late", "met", "waived"):
        if settled in states:
            return settled
    return None
