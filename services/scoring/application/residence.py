"""What a batch needs in memory before it can be folded: departments, the items it names, totals of opening periods."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from services.scoring.application.hot_states import HotStates
from services.scoring.application.incoming import Happening, items_named, periods_opened
from services.scoring.application.ports import DepartmentStore
from services.scoring.domain.department import DepartmentState, PeriodKey
from services.scoring.domain.fold import Schemes
from shared.schemes import SchemeMistakes

OBLIGATIONS_RESIDENT = timedelta(days=62)
"""How far behind a department's first event of a batch its obligations are loaded; older ones follow when needed."""

Groups = Mapping[str, Sequence[Happening]]


class Residence:
    """Brings states into memory and keeps the hot ones there."""

    def __init__(self, store: DepartmentStore, schemes: Schemes, hot: HotStates) -> None:
        self._store = store
        self._schemes = schemes
        self._hot = hot

    def ready(self, stream: str, group: Sequence[Happening]) -> DepartmentState | None:
        """The department's state, if everything that its happenings need is in memory."""
        state = self._hot.get(stream)
        if state is None or items_named(group, state) or periods_opened(group):
            return None
        return state

    def settle(self, groups: Groups, *, doubt_submissions: bool) -> dict[str, DepartmentState]:
        """The departments' states with all that their happenings need; blocks on the database for what is missing.

        ``doubt_submissions`` also looks for the items that are submitted: they may be there already.
        """
        cold = {stream: _since(group) for stream, group in groups.items() if self._hot.get(stream) is None}
        if cold:
            self._load(cold, groups)
        states = {}
        for stream in groups:
            state = self._hot.get(stream)
            assert state is not None
            states[stream] = state
        self._load_named(states, groups, doubt_submissions)
        return states

    def settle_again(
        self, stream: str, group: Sequence[Happening], since: date | None, *, doubt_submissions: bool
    ) -> DepartmentState:
        """The department as it is stored, with obligations since the day, after folding it has failed."""
        self._hot.drop([stream])
        groups = {stream: group}
        day = _since(group)
        self._load({stream: day if since is None else min(since, day)}, groups)
        return self.settle(groups, doubt_submissions=doubt_submissions)[stream]

    def keep(self, partition: int, state: DepartmentState) -> None:
        """Remember a state that was just folded, as the most recently used."""
        self._hot.keep(partition, state)

    def _load(self, cold: Mapping[str, date], groups: Groups) -> None:
        loaded = {state.stream: state for state in self._store.load(cold)}
        for stream, since in cold.items():
            state = loaded.get(stream)
            if state is None:
                organisation, _, department = stream.partition("/")
                state = DepartmentState(organisation, department, stream)
            state.obligations_since = since
            self._find_rules(state)
            self._hot.keep(groups[stream][0][0].partition, state)

    def _find_rules(self, state: DepartmentState) -> None:
        for scheme, applied in state.applied.items():
            try:
                state.rules[scheme] = self._schemes(state.organisation, applied)
            except SchemeMistakes:
                # A text that was published once and is no longer understood: the fold refuses the events that need it.
                continue

    def _load_named(self, states: Mapping[str, DepartmentState], groups: Groups, doubt_submissions: bool) -> None:
        items: dict[str, tuple[DepartmentState, Collection[str]]] = {}
        openings: dict[str, tuple[DepartmentState, Collection[PeriodKey]]] = {}
        for stream, state in states.items():
            group = groups[stream]
            missing = items_named(group, state, doubt_submissions=doubt_submissions)
            if missing:
                items[stream] = (state, missing)
            opened = periods_opened(group)
            if opened:
                state.opening = {key: {} for key in opened}
                openings[stream] = (state, opened)
        if items:
            self._store.load_items(items)
        if openings:
            self._store.load_openings(openings)


def _since(group: Sequence[Happening]) -> date:
    """The first instant in the group, less OBLIGATIONS_RESIDENT."""
    for _, envelope, _ in group:
        if envelope is not None:
            return envelope.time.date() - OBLIGATIONS_RESIDENT
    return date.max
