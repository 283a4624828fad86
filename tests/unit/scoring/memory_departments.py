"""The departments' store in memory: what is written is copied, so that a fold that fails leaves no trace."""

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.scoring.application.ports import Folded, ItemsExist, Overtaken
from services.scoring.domain.department import Changes, DepartmentState, Entry, PeriodChange, PeriodKey
from services.scoring.domain.items import Item

TotalKey = tuple[str, str, str, str]


class MemoryDepartments:
    """Implements DepartmentStore."""

    def __init__(self) -> None:
        self.states: dict[str, DepartmentState] = {}
        self.items: dict[str, dict[str, Item]] = defaultdict(dict)
        self.totals: dict[str, dict[TotalKey, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.entries: dict[str, list[Entry]] = defaultdict(list)
        self.periods: dict[str, dict[PeriodKey, PeriodChange]] = defaultdict(dict)
        self.written: list[Folded] = []
        self.refuse: Exception | None = None

    def load(self, streams: Mapping[str, date]) -> list[DepartmentState]:
        found = []
        for stream, since in streams.items():
            stored = self.states.get(stream)
            if stored is None:
                continue
            state = copy.copy(stored)
            state.applied = dict(stored.applied)
            state.descriptions = list(stored.descriptions)
            state.rules, state.items, state.opening = {}, {}, {}
            state.obligations = {
                key: copy.copy(one)
                for key, one in stored.obligations.items()
                if one.due_passed_at is None or one.period_end > since
            }
            state.changes = Changes(state.version)
            found.append(state)
        return found

    def load_items(self, wanted: Mapping[str, tuple[DepartmentState, Collection[str]]]) -> None:
        for stream, (state, names) in wanted.items():
            for name in names:
                if name in self.items[stream]:
                    state.items[name] = copy.deepcopy(self.items[stream][name])

    def load_openings(self, wanted: Mapping[str, tuple[DepartmentState, Collection[PeriodKey]]]) -> None:
        for stream, (state, keys) in wanted.items():
            for (scheme, calendar, period, measure), amount in self.totals[stream].items():
                key = PeriodKey(scheme, calendar, period)
                if key in keys:
                    state.opening[key][measure] = amount

    def write(self, folded: Iterable[Folded]) -> None:
        folded = list(folded)
        if self.refuse is not None:
            refused, self.refuse = self.refuse, None
            raise refused
        for state, changes in folded:
            stored = self.states.get(state.stream)
            if (0 if stored is None else stored.version) != changes.version_before:
                raise Overtaken(state.stream)
            if changes.new_items & set(self.items[state.stream]):
                raise ItemsExist(state.stream)
        for state, changes in folded:
            self._store(state, changes)
        self.written.extend(folded)

    def settle(self) -> None:
        """Nothing is under way when ``write`` has returned."""

    def settled(self) -> bool:
        return True

    def _store(self, state: DepartmentState, changes: Changes) -> None:
        stream = state.stream
        kept = copy.copy(state)
        before = self.states[stream].obligations if stream in self.states else {}
        kept.obligations = before | {key: copy.copy(one) for key, one in changes.obligations.items()}
        kept.descriptions = list(state.descriptions)
        kept.applied = dict(state.applied)
        kept.items, kept.rules, kept.opening = {}, {}, {}
        self.states[stream] = kept
        self.items[stream] |= copy.deepcopy(changes.items)
        self.entries[stream] += changes.entries
        for reach, total in changes.sums.items():
            for calendar, period in reach.totals:
                self.totals[stream][(reach.scheme, calendar, period, reach.measure)] += total.amount
        for period_key, change in changes.periods.items():
            self.periods[stream].setdefault(period_key, change)
