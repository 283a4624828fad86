"""The departments' store in memory: what is written is copied, so that a fold that fails leaves no trace."""

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.scoring.application.ports import Folded, ItemsExist, Overtaken
from services.scoring.domain.changes import Changes, Entry, PeriodChange
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.items import Item
from services.scoring.domain.keys import PeriodKey, WindowKey
from services.scoring.domain.windows import Window

TotalKey = tuple[str, str, str, str]
PersonalKey = tuple[str, str, str, str, str]
"""As a total's, with the person last."""


class MemoryDepartments:
    """Implements DepartmentStore."""

    def __init__(self) -> None:
        self.states: dict[str, DepartmentState] = {}
        self.items: dict[str, dict[str, Item]] = defaultdict(dict)
        self.windows: dict[str, dict[WindowKey, Window]] = defaultdict(dict)
        self.totals: dict[str, dict[TotalKey, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.personal_totals: dict[str, dict[PersonalKey, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
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
            _copy_described(state)
            state.rules, state.items, state.openings, state.every_item = {}, {}, {}, False
            state.obligations = {
                key: copy.deepcopy(one)
                for key, one in stored.obligations.items()
                if one.due_passed_at is None
                or (one.grace_ends_at is not None and one.grace_passed_at is None)
                or one.period_end > since
            }
            windows = self.windows[stream].items()
            state.windows = {key: copy.deepcopy(one) for key, one in windows if one.end > since}
            state.changes = Changes(state.version)
            found.append(state)
        return found

    def load_items(self, wanted: Mapping[str, tuple[DepartmentState, Collection[str]]]) -> None:
        for stream, (state, names) in wanted.items():
            for name in names:
                if name in self.items[stream]:
                    state.items[name] = copy.deepcopy(self.items[stream][name])

    def load_every_item(self, state: DepartmentState) -> None:
        state.items = copy.deepcopy(self.items[state.stream])
        state.every_item = True

    def load_openings(self, wanted: Mapping[str, tuple[DepartmentState, Collection[PeriodKey]]]) -> None:
        for stream, (state, keys) in wanted.items():
            for (scheme, calendar, period, measure), amount in self.totals[stream].items():
                key = PeriodKey(scheme, calendar, period)
                if key in keys:
                    state.openings[key].totals[measure, ""] = amount
            for (scheme, calendar, period, measure, person), amount in self.personal_totals[stream].items():
                key = PeriodKey(scheme, calendar, period)
                if key in keys:
                    state.openings[key].totals[measure, person] = amount
            for key, change in self.periods[stream].items():
                if key in keys:
                    state.openings[key].opened_at = change.opened_at
                    state.openings[key].version = change.scheme_version
                    state.openings[key].partial = change.partial

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
        kept.obligations = before | {key: copy.deepcopy(one) for key, one in changes.obligations.items()}
        _copy_described(kept)
        kept.items, kept.rules, kept.openings, kept.windows = {}, {}, {}, {}
        self.windows[stream] |= copy.deepcopy(changes.windows)
        self.states[stream] = kept
        self.items[stream] |= copy.deepcopy(changes.items)
        self.entries[stream] += changes.entries
        for reach, total in changes.sums.items():
            for calendar, period in reach.totals:
                self.totals[stream][(reach.scheme, calendar, period, reach.measure)] += total.amount
        for (person, reach), total in changes.personal_sums.items():
            for calendar, period in reach.totals:
                key = (reach.scheme, calendar, period, reach.measure, person)
                self.personal_totals[stream][key] += total.amount
        for period_key, change in changes.periods.items():
            stored = self.periods[stream].setdefault(period_key, change)
            stored.end, stored.partial = change.end, stored.partial or change.partial
            stored.opened_at = stored.opened_at or change.opened_at
            stored.closed_at = change.closed_at or stored.closed_at
            stored.final_at = change.final_at or stored.final_at


def _copy_described(state: DepartmentState) -> None:
    """Let the state share nothing that a fold may change."""
    state.descriptions = list(state.descriptions)
    state.persons = {person: list(told) for person, told in state.persons.items()}
    state.applied, state.closings, state.waivers = dict(state.applied), dict(state.closings), dict(state.waivers)
