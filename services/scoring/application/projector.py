"""Fold batches of records into the database: every event of a stream once, in order, or the stream is parked."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.scoring.application.folding import Broke, Tally, fold_group
from services.scoring.application.hot_states import HotStates
from services.scoring.application.incoming import Arrival, Happening, by_department, opened
from services.scoring.application.ports import DepartmentStore, Folded, ItemsExist, Overtaken, StoreAway
from services.scoring.application.residence import Residence
from services.scoring.domain.changes import Changes
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import Needs, NotResident
from services.scoring.domain.fold import Schemes
from shared.contracts.envelope import type_of
from shared.directory.schemebook import UnknownScheme
from shared.messaging import NotNow, Record


class WaitsForScheme(NotNow):
    """A stream names a scheme that has not arrived in this service's directory."""


@dataclass(slots=True)
class Projected:
    """What became of one batch's records."""

    folded: int = 0
    duplicates: int = 0
    held_back: int = 0
    """Records of parked departments: they come again when the department is resumed."""
    strays: int = 0
    """Records that name no department at all."""
    parked: dict[str, str] = field(default_factory=dict)
    """By stream, why the department was parked in this batch."""
    resumed: list[str] = field(default_factory=list)
    announced: Counter[str] = field(default_factory=Counter)
    """How many announcements of each event type."""

    def count(self, stream: str, tally: Tally, changes: Changes) -> None:
        self.folded += tally.folded
        self.duplicates += tally.duplicates
        self.held_back += tally.held_back
        for one in changes.announced:
            self.announced[type_of(one.event)] += 1
        if tally.parked is not None:
            self.parked[stream] = tally.parked
        if tally.resumed:
            self.resumed.append(stream)


class Projector:
    """Takes the records of the partitions that one consumer serves. For one thread."""

    def __init__(
        self,
        store: DepartmentStore,
        schemes: Schemes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hot: HotStates | None = None,
    ) -> None:
        """``now`` only says when a department was parked or resumed; nothing is judged by it."""
        self._store = store
        self._schemes = schemes
        self._now = now
        self._hot = hot or HotStates()
        self._residence = Residence(store, schemes, self._hot)
        self._resuming: set[str] = set()
        self._doubt_submissions = False

    def project(self, records: Sequence[Record]) -> Projected:
        """Fold the records and have what they bring about written in one transaction, which may still be under way.

        Raises NotNow when that cannot be done at present, or could not be done with records of before: everything since
        the last settle() has to come again then.
        """
        groups, strays = by_department(records)
        return self.project_groups(groups, strays)

    def project_groups(self, groups: dict[str, list[Arrival]], strays: int = 0) -> Projected:
        """As project, for those who have looked into the records already. ``groups`` are by stream."""
        projected = Projected(strays=strays)
        with self._refusals():
            self._store.write(self._fold(groups, projected))
        self._hot.trim()
        return projected

    def settle(self) -> None:
        """Wait until everything that was projected is stored. Raises NotNow as project does."""
        with self._refusals():
            self._store.settle()
        self._doubt_submissions = False

    def settled(self) -> bool:
        """Whether settle() would not wait."""
        return self._store.settled()

    def forget(self) -> None:
        """Drop all remembered states; they are loaded again when they are needed."""
        self._hot.clear()

    def lose(self, partitions: Iterable[int]) -> None:
        """These partitions are served by another consumer from now on."""
        self._hot.drop_partitions(partitions)

    def resume(self, stream: str) -> bool:
        """Try again what the department is parked for; its records come again from there. False: that is under way."""
        if stream in self._resuming:
            return False
        self._resuming.add(stream)
        return True

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Whatever fails, the remembered states may be ahead of what is stored: they are dropped."""
        try:
            yield
        except UnknownScheme as unknown:
            self.forget()
            raise WaitsForScheme(str(unknown)) from unknown
        except ItemsExist as exist:
            self.forget()
            self._doubt_submissions = True
            raise NotNow(str(exist)) from exist
        except (Overtaken, StoreAway) as refused:
            self.forget()
            raise NotNow(str(refused)) from refused
        except BaseException:
            self.forget()
            raise

    def _fold(self, groups: dict[str, list[Arrival]], projected: Projected) -> Iterator[Folded]:
        """Fold department by department: first those that are in memory, then the others, loaded together."""
        incomplete: dict[str, list[Happening]] = {}
        for stream in sorted(groups):
            group = opened(groups[stream])
            state = None if self._doubt_submissions else self._residence.ready(stream, group)
            if state is None:
                incomplete[stream] = group
            else:
                yield from self._finish(*self._fold_department(state, group), group, projected)
        states = self._residence.settle(incomplete, doubt_submissions=self._doubt_submissions)
        for stream, group in incomplete.items():
            yield from self._finish(*self._fold_department(states[stream], group), group, projected)

    def _finish(
        self, state: DepartmentState, tally: Tally, group: Sequence[Happening], projected: Projected
    ) -> Iterator[Folded]:
        """Count what became of the group, remember the state, and hand over what is to be stored, if anything is."""
        changes = state.take_changes()
        projected.count(state.stream, tally, changes)
        self._residence.keep(group[0][0].partition, state)
        if tally.folded or changes.parking:
            yield Folded(state, changes)

    def _fold_department(self, state: DepartmentState, group: Sequence[Happening]) -> tuple[DepartmentState, Tally]:
        """Attempt after attempt, each with more of the past in memory or with one event fewer to fold."""
        broken: Broke | None = None
        needs = Needs()
        requested = state.stream in self._resuming
        while True:
            try:
                tally = fold_group(state, group, broken, requested, self._schemes, self._now)
            except Broke as broke:
                broken = broke
            except NotResident as missing:
                needs |= missing.needs
            else:
                if state.parked is None or tally.parked is not None:
                    self._resuming.discard(state.stream)
                return state, tally
            state = self._residence.settle_again(state.stream, group, needs, doubt_submissions=self._doubt_submissions)
