"""A department's stream folded by the real rules, event by event, with all that comes about kept in memory."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from services.scoring.application.rehearsal.playing.record import Record
from services.scoring.application.rehearsal.playing.rehearsal import Closing, Rehearsal
from services.scoring.application.rehearsal.playing.rulebook import Rulebook
from services.scoring.domain.department import DepartmentState, Opening
from services.scoring.domain.fold import fold
from services.scoring.domain.keys import PeriodKey
from shared.contracts.department_events import CalendarClosed
from shared.contracts.envelope import open_envelope, read_envelope
from shared.schemes import Scheme
from tests.reference.streams import StreamWriter


class _EveryPeriod(dict[PeriodKey, Opening]):
    """Nothing has to be loaded: all periods are here, and none is forgotten."""

    def __bool__(self) -> bool:
        return True

    def __missing__(self, key: PeriodKey) -> Opening:
        opening = self[key] = Opening()
        return opening

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: PeriodKey, default: Any = None) -> Opening:
        return self[key]

    def __delitem__(self, key: PeriodKey) -> None:
        """It is kept."""


def recorded(writer: StreamWriter, rulebook: Rulebook) -> Record:
    """Everything that was recorded of a department, each with its instant."""
    state = DepartmentState(writer.organisation, writer.department, writer.stream, every_item=True)
    record, openings = Record(writer.department), _EveryPeriod()
    for value in writer.values:
        envelope = read_envelope(value)
        state.openings = openings
        fold(state, envelope, open_envelope(envelope).data, rulebook)
        changes = state.take_changes()
        record.take(state, replace(changes, periods=copy.deepcopy(changes.periods)), envelope.time)
    return record


def rehearsed(writers: Iterable[StreamWriter], versions: Sequence[Scheme]) -> Rehearsal:
    """What has come of streams, to be asked for cards as of any instant."""
    rulebook, streams = Rulebook(versions), {writer.department: writer for writer in writers}
    records = {name: recorded(writer, rulebook) for name, writer in streams.items()}
    told = [event for writer in streams.values() for event in writer.events()]
    closings = {
        one.data.calendar: Closing(one.recorded_at, one.data.calendar, one.data.last_on)
        for one in told
        if isinstance(one.data, CalendarClosed)
    }
    organisation = next(iter(streams.values())).organisation
    return Rehearsal(organisation, rulebook, list(streams), records.__getitem__, list(closings.values()))
