"""Writing a batch while the next one is folded."""

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.application.ports import Folded
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.keys import PeriodKey


class WriteBehind:
    """Implements DepartmentStore: one batch at most is being written, by a thread of its own, when a method returns.

    Reads wait for it, so they see all that was written before them; so does the next write.
    """

    def __init__(self, store: PostgresDepartments) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write-behind")
        self._under_way: Future[None] | None = None

    def load(self, streams: Mapping[str, date]) -> list[DepartmentState]:
        self.settle()
        return self._store.load(streams)

    def load_items(self, wanted: Mapping[str, tuple[DepartmentState, Collection[str]]]) -> None:
        self.settle()
        self._store.load_items(wanted)

    def load_every_item(self, state: DepartmentState) -> None:
        self.settle()
        self._store.load_every_item(state)

    def load_openings(self, wanted: Mapping[str, tuple[DepartmentState, Collection[PeriodKey]]]) -> None:
        self.settle()
        self._store.load_openings(wanted)

    def write(self, folded: Iterable[Folded]) -> None:
        rows = self._store.prepare(folded)
        self.settle()
        if rows.positions.streams:
            self._under_way = self._thread.submit(self._store.execute, rows)

    def settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def settled(self) -> bool:
        return self._under_way is None or self._under_way.done()

    def close(self) -> None:
        """Wait for the thread. What it could not write comes again to the next consumer."""
        self._thread.shutdown()
