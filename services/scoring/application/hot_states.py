"""The departments' states that a consumer keeps in memory between batches, within limits."""

from collections.abc import Iterable
from itertools import islice

from services.scoring.domain.department import DepartmentState

DEPARTMENTS_HOT_MAX = 20_000
ITEMS_HOT_MAX = 250_000


class HotStates:
    """States by stream, least recently used first. A state that is here is as the database has it, or will have it."""

    def __init__(self, departments_max: int = DEPARTMENTS_HOT_MAX, items_max: int = ITEMS_HOT_MAX) -> None:
        self._states: dict[str, tuple[int, DepartmentState]] = {}
        self._departments_max = departments_max
        self._items_max = items_max

    def get(self, stream: str) -> DepartmentState | None:
        held = self._states.get(stream)
        return None if held is None else held[1]

    def keep(self, partition: int, state: DepartmentState) -> None:
        """Remember the state of a department whose records come from this partition."""
        self._states.pop(state.stream, None)
        self._states[state.stream] = (partition, state)

    def drop(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._states.pop(stream, None)

    def drop_partitions(self, partitions: Iterable[int]) -> None:
        """Forget the departments of partitions that another consumer serves now."""
        lost = set(partitions)
        self._states = {stream: held for stream, held in self._states.items() if held[0] not in lost}

    def clear(self) -> None:
        self._states.clear()

    def trim(self) -> None:
        """Bring the memory back within its limits; called between batches.

        Of too many departments the least recently used go. Of too many items, each department's older half does:
        most happens to recent ones, and any other is loaded when it is named.
        """
        excess = len(self._states) - self._departments_max
        self.drop(list(islice(self._states, max(excess, 0))))
        if sum(len(state.items) for _, state in self._states.values()) > self._items_max:
            for _, state in self._states.values():
                state.items = dict(islice(state.items.items(), len(state.items) // 2, None))
                state.every_item = False
