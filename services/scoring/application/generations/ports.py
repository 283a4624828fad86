"""What a rebuild needs of the database and of those who fold for it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from services.scoring.application.generations.differences import Tables


class GivenUp(Exception):
    """The rebuild cannot go on; the sentence says why. The generation stays as it is: another run goes on with it."""


class AlreadyRunning(GivenUp):
    """Another process is rebuilding the same database."""


class Standing(NamedTuple):
    """How far the generation has come towards the versions that it is to reach."""

    events: int
    """Folded, or held already."""
    of: int
    behind: int
    """Departments that have not reached their version yet and are not stuck."""
    lacking: int
    """Events that those have not folded yet."""
    stuck: int
    """Departments that stand before an event that cannot be folded."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A department that the live tables have folded further than the generation can be."""

    stream: str
    version: int
    """Which cannot be folded."""
    reason: str


class Targets(NamedTuple):
    """How far each department is to be folded: never further than the live tables are.

    What they have not folded yet is theirs to fold, for only they announce what comes of it.
    """

    round: int
    """Rises with every change."""
    versions: Mapping[str, int]


class Bookmarks(Protocol):
    """What a worker needs to know and keeps. Methods block on the database and may raise StoreAway."""

    def round(self) -> int:
        """The round of the present targets."""

    def targets(self) -> Targets:
        """The present targets."""

    def offsets(self) -> Mapping[int, int]:
        """By partition, where to go on reading; none for one that has not been read yet."""

    def save(self, offsets: Mapping[int, int]) -> None:
        """Remember where to go on. Everything before is stored."""


class Comparison(Protocol):
    """The live tables as they were at one instant, which are also the targets of a round."""

    def live(self) -> Tables:
        """Their checksums by department and table."""

    def rebuilt(self) -> Tables:
        """The generation's as they are now. Reads everything that has been rebuilt."""

    def unwritten(self) -> Sequence[str]:
        """What an earlier program folded the live tables without, as ``table`` or ``table.column``: not compared."""

    def rows(self, stream: str, table: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Of one department's rows in one table the checksums by their keys: the live ones and the rebuilt ones."""


Reached = Callable[[], bool]


class Generations(Protocol):
    """The generation in the making. Methods block on the database; all may raise StoreAway."""

    def begin(self, *, afresh: bool) -> bool:
        """Make the generation's tables, or go on with those that are there; whether it does go on.

        They are made anew when that is asked for, or when they have not the columns of the live ones. Raises
        AlreadyRunning.
        """

    def aim(self) -> Standing:
        """Aim at the versions that the live tables are at now."""

    def standing(self) -> Standing:
        """How far the generation has come."""

    def stuck(self) -> list[Stuck]:
        """The departments that cannot be folded as far as they are in the live tables."""

    def lacking(self, limit: int) -> list[str]:
        """Some of the departments that are behind, each with the version it stands at and the one it is to reach."""

    def complete(self) -> None:
        """Put the indexes on that only readers need, and gather statistics."""

    def comparison(self) -> AbstractContextManager[Comparison]:
        """Aim at what the live tables hold at this instant, and hold on to it for comparing."""

    def take_over(self, reached: Reached) -> bool:
        """Keep all others from writing, wait until ``reached``, and put the generation in the live one's place.

        False: it took too long, or readers did not finish in time; nothing has changed then.
        """

    def clear(self) -> None:
        """Drop what is left of the generation that was replaced, when nobody works on the new one any more."""


class Workforce(Protocol):
    """Those who read the topic and fold it into the generation, each some partitions."""

    def at_work(self) -> AbstractContextManager[None]:
        """They work for as long as this is open."""

    def check(self) -> None:
        """Raises GivenUp when one of them has failed."""
