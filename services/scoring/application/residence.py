"""What a batch needs in memory before it can be folded: departments, the items it names, totals of opening periods."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from services.scoring.application.hot_states import HotStates
from services.scoring.application.incoming import Happening, items_named, periods_opened
from services.scoring.application.ports import DepartmentStore
from services.scoring.domain.department import DepartmentState, Opening
from services.scoring.domain.errors import Needs
from services.scoring.domain.fold import Schemes
from services.scoring.domain.keys import PeriodKey
from shared.schemes import SchemeMistakes

RESIDENT = timedelta(days=62)
"""How far behind a department's first event of a batch its obligations and windows are loaded; older ones follow when
they are needed."""

Groups = Mapping[str, Sequence[Happening]]

_NOTHING = Needs()


class Residence:
    """Brings states into memory and keeps the hot ones there."""

    def __init__(self, store: DepartmentStore, schemes: Schemes, hot: HotStates) -> None:
        self._store = store
        self._schemes = schemes
        self._hot = hot

    def ready(self, stream: str, group: Sequence[Happening]) -> DepartmentState | None:
        """The department's state, if everything that its happenings name is in memory."""
        state = self._hot.get(stream)
        if state is None or items_named(group, state) or periods_opened(group, state):
            return None
        return state

    def settle(self, groups: Groups, *, doubt_submissions: bool) -> dict[str, DepartmentState]:
        """The departments' states with all that their happenings name; blocks on the database for what is missing.

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
        self._load_named(states, groups, _NOTHING, doubt_submissions)
        return states

    def settle_again(
        self, stream: str, group: Sequence[Happening], needs: Needs, *, doubt_submissions: bool
    ) -> DepartmentState:
        """The department as it is stored, with all that it was found to need when folding it failed."""
        self._hot.drop([stream])
        groups = {stream: group}
        self._load({stream: min(needs.since, _since(group))}, groups)
        state = self._hot.get(stream)
        assert state is not None
        if needs.every_item:
            self._store.load_every_item(state)
        self._load_named({stream: state}, groups, needs, doubt_submissions)
        return state

    def keep(self, partition: int, state: DepartmentState) -> None:
        """Remember a state that was just folded, as the most recently used."""
        self._hot.keep(partition, state)

    def _load(self, cold: Mapping[str, date], groups: Groups) -> None:
        loaded = {state.stream: state for state in self._store.load(cold)}
        for stream, since in cold.items():
            state = loaded.get(stream)
            if state is None:
                organisation, _, department = stream.partition("/")
                state = DepartmentState(organisation, department, stream, dated_before=date.min)
            state.resident_since = since
            self._find_rules(state)
            self._hot.keep(groups[stream][0][0].partition, state)

    def _find_rules(self, state: DepartmentState) -> None:
        for scheme, applied in state.applied.items():
            try:
                state.rules[scheme] = self._schemes(state.organisation, applied, state.closings.get(scheme, ()))
            except SchemeMistakes:
                # A text that was published once and is no longer understood: the fold refuses the events that need it.
                continue

    def _load_named(
        self, states: Mapping[str, DepartmentState], groups: Groups, needs: Needs, doubt_submissions: bool
    ) -> None:
        """``needs`` are those of each department beside what its happenings name."""
        items: dict[str, tuple[DepartmentState, Collection[str]]] = {}
        openings: dict[str, tuple[DepartmentState, Collection[PeriodKey]]] = {}
        for stream, state in states.items():
            group = groups[stream]
            missing = items_named(group, state, doubt_submissions=doubt_submissions)
            missing |= needs.items - state.items.keys()
            if missing:
                items[stream] = (state, missing)
            opened = periods_opened(group, state) | needs.openings
            if opened:
                state.openings = {key: Opening() for key in opened}
                openings[stream] = (state, opened)
        if items:
            self._store.load_items(items)
        if openings:
            self._store.load_openings(openings)


def _since(group: Sequence[Happening]) -> date:
    """The first instant in the group, less RESIDENT."""
    for _, envelope, _ in group:
        if envelope is not None:
            return envelope.time.date() - RESIDENT
    return date.max
