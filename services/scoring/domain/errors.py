"""What a fold can meet that stops it."""

from dataclasses import dataclass
from datetime import date

from services.scoring.domain.keys import PeriodKey


class CannotFold(Exception):
    """The event contradicts what its stream said before, or what its scheme says: the department is to be parked.

    The event may have taken effect in part: the state and its changes are worthless afterwards.
    """


@dataclass(frozen=True, slots=True)
class Needs:
    """What of a department's past has to be in memory for a fold, beside what its events name."""

    since: date = date.max
    """Obligations and windows with days since then."""
    items: frozenset[str] = frozenset()
    openings: frozenset[PeriodKey] = frozenset()
    """Periods whose totals, and whether they have opened, have to be known."""
    every_item: bool = False

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            min(self.since, other.since),
            self.items | other.items,
            self.openings | other.openings,
            self.every_item or other.every_item,
        )


class NotResident(Exception):
    """The event needs more of the past than the state holds: load that, and fold again.

    The state and its changes are worthless, as after CannotFold.
    """

    def __init__(self, needs: Needs) -> None:
        super().__init__(f"not resident: {needs}")
        self.needs = needs
