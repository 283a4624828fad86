"""What the projector needs of a database, and how that can fail."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from services.scoring.domain.changes import Changes
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.keys import PeriodKey


class Overtaken(Exception):
    """Another consumer has folded one of these departments further: nothing was written. Load them again."""


class ItemsExist(Exception):
    """An item that was folded as new is stored already: nothing was written. Load submitted items too, fold again."""


class StoreAway(Exception):
    """The database cannot be reached now; nothing is known to have been written."""


class Folded(NamedTuple):
    """A department after some events, and what they changed."""

    state: DepartmentState
    changes: Changes


class DepartmentStore(Protocol):
    """Keeps the departments' states. All methods block on the database and may raise StoreAway."""

    def load(self, streams: Mapping[str, date]) -> list[DepartmentState]:
        """The departments that have a position, without items, with obligations and windows since the given days.

        Their ``rules`` are empty: whoever has the schemes puts them in.
        """

    def load_items(self, wanted: Mapping[str, tuple[DepartmentState, Collection[str]]]) -> None:
        """Make the named items resident in their departments' states, where they exist."""

    def load_every_item(self, state: DepartmentState) -> None:
        """Make all items of the department resident, and say so in its state."""

    def load_openings(self, wanted: Mapping[str, tuple[DepartmentState, Collection[PeriodKey]]]) -> None:
        """Put the periods' present totals, and when they opened, into ``openings`` of their departments' states.

        There is an opening for each of the periods already.
        """

    def write(self, folded: Iterable[Folded]) -> None:
        """Store everything in one transaction, if no department was folded further in the meantime.

        Each department is asked for when the one before has been taken in; asking may load others from this store.

        It may return before that is done; what goes wrong is then raised by the next call of any method, and what was
        to be written after it is not. Raises Overtaken and ItemsExist; nothing is written then.
        """

    def settle(self) -> None:
        """Wait until everything is stored. Raises what ``write`` raises."""

    def settled(self) -> bool:
        """Whether settle() would not wait."""
