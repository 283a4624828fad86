"""What was read of departments, for as long as nothing more has happened to them.

All rows of a department change in the transaction that moves the position of its stream, and in no other: what was read
of it holds while its stream stands at the version that it was read at. So after an event one department is read again,
and not five hundred.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

VALUES_MAX = 200_000
"""So many values are remembered, of all questions together; what was asked for longest ago is forgotten first. Most are
amounts; of the heaviest, what is owed, so many take 200 MB."""
SHARE_MAX = 0.5
"""When more of the departments have moved, all are read again."""


class Told(NamedTuple):
    """A value of a department, and where it stands in the answer."""

    department: str
    key: Hashable
    place: Hashable
    value: Any
    weight: int = 1
    """How many values it counts for."""


Whole = Mapping[Any, Mapping[Any, Any]]
"""By key and place: the values of all departments."""

Read = Callable[[Sequence[str] | None], Iterable[Told]]
"""Reads what is asked for of some departments, or of all."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Never changed: whoever was given it may still be reading."""

    versions: Mapping[str, int]
    whole: dict[Any, dict[Any, Any]]
    places: dict[str, list[tuple[Any, Any]]]
    """By department: where its values stand."""
    weights: dict[str, int]
    """By department."""

    @property
    def weight(self) -> int:
        """The versions weigh too, also where there is nothing else."""
        return len(self.versions) + sum(self.weights.values())


class Memory:
    """Of all readings of a process. Threads may share it."""

    def __init__(self, values_max: int = VALUES_MAX) -> None:
        self._values_max = values_max
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, asked: Hashable, versions: Mapping[str, int], read: Read) -> Whole:
        """The answer to a question about departments that stand at these versions; not to be changed by the caller.

        ``read`` is called for what is not remembered. It sees the departments at these versions.
        """
        with self._lock:
            kept = self._kept.get(asked)
            if kept is not None:
                self._kept.move_to_end(asked)
        if kept is None or kept.versions.keys() - versions.keys():  # a look from before some departments' time
            fresh = _first(versions, read(None))
        else:
            moved = [name for name, version in versions.items() if kept.versions.get(name) != version]
            if not moved:
                return kept.whole
            if len(moved) > len(versions) * SHARE_MAX:
                fresh = _first(versions, read(None))
            else:
                fresh = _replaced(kept, versions, moved, read(moved))
        self._keep(asked, fresh)
        return fresh.whole

    def _keep(self, asked: Hashable, fresh: _Kept) -> None:
        with self._lock:
            self._kept[asked] = fresh
            self._kept.move_to_end(asked)
            weight = sum(one.weight for one in self._kept.values())
            while weight > self._values_max:
                _, oldest = self._kept.popitem(last=False)
                weight -= oldest.weight


def first(told: Iterable[Told]) -> Whole:
    """What is told of departments, in its places."""
    return _first({}, told).whole


def _first(versions: Mapping[str, int], told: Iterable[Told]) -> _Kept:
    whole: dict[Any, dict[Any, Any]] = defaultdict(dict)
    places: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    weights: dict[str, int] = defaultdict(int)
    for department, key, place, value, weight in told:
        whole[key][place] = value
        places[department].append((key, place))
        weights[department] += weight
    return _Kept(dict(versions), dict(whole), dict(places), dict(weights))


def _replaced(kept: _Kept, versions: Mapping[str, int], moved: Sequence[str], told: Iterable[Told]) -> _Kept:
    """The same with other values of the departments that have moved."""
    fresh = _first(versions, told)
    gone = [place for name in moved for place in kept.places.get(name, ())]
    touched = {key for key, _ in gone} | fresh.whole.keys()
    whole = kept.whole | {key: dict(kept.whole.get(key, ())) for key in touched}
    for key, place in gone:
        whole[key].pop(place, None)
    for key, values in fresh.whole.items():
        whole[key] |= values
    places = kept.places | {name: fresh.places.get(name, []) for name in moved}
    weights = kept.weights | {name: fresh.weights.get(name, 0) for name in moved}
    return _Kept(fresh.versions, whole, places, weights)
