"""Plays one department's events in memory: numbers them, puts the milestones in between, and folds them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.scoring.application.rehearsal.playing.record import Record
from services.scoring.application.rehearsal.playing.rulebook import TICK, Rulebook
from services.scoring.domain.department import DepartmentState, Opening
from services.scoring.domain.fold import fold
from services.scoring.domain.keys import PeriodKey
from shared.calendars import start_instant
from shared.contracts.department_events import CalendarClosed, DepartmentLeft
from shared.contracts.envelope import Envelope, type_of
from shared.contracts.identifiers import department_stream

_DAY = timedelta(days=1)
_UNREAD = msgspec.Raw()
"""The fold is handed the data as it is; nobody reads it from the envelope."""


class Player:
    """One department of a rehearsal. Everything that ever happened to it is in memory."""

    def __init__(self, rulebook: Rulebook, organisation: str, department: str, zone: ZoneInfo, record: Record) -> None:
        """``zone`` is the organisation's: in it the last day of a department ends that leaves.

        ``record`` is empty, and keeps what comes about.
        """
        stream = department_stream(organisation, department)
        self.state = DepartmentState(organisation, department, stream, every_item=True)
        self.record = record
        self._openings = self.state.openings = _Openings()
        self._rulebook = rulebook
        self._zone = zone
        self._schemes = rulebook.schemes
        self._begin = self._reached = datetime.max.replace(tzinfo=UTC)
        self._leaves: datetime | None = None

    def begin(self, events: Iterable[object], at: datetime) -> None:
        """How the stream begins, at the instant at which the department joins; its time runs from then on."""
        for data in events:
            self.append(data, at)
        self._begin = self._rulebook.begin(at)
        self._reached = self._begin - TICK

    def tell(self, data: object, at: datetime) -> None:
        """One more event, not before the last one, behind the milestones up to and at its instant.

        Raises CannotFold and UnknownYear.
        """
        self.pass_time(at)
        self.append(data, at)

    def pass_time(self, until: datetime) -> None:
        """All milestones up to and at an instant. Raises UnknownYear."""
        schedule = self._rulebook.schedule(self._schemes, self._begin, self._leaves)
        while (reached := schedule.after(self._reached)) is not None and reached.instant <= until:
            self._reached = reached.instant
            self.append(reached, reached.instant)

    def append(self, data: object, at: datetime) -> None:
        """The next event as it is, whatever milestones come before it. Raises CannotFold."""
        state = self.state
        version = state.version + 1
        envelope = Envelope(
            id=UUID(int=version),
            source="rehearsal",
            type=type_of(data),
            subject=state.stream,
            time=at,
            version=version,
            previousid=state.last_event_id,
            correlationid="rehearsal",
            actor="rehearsal",
            data=_UNREAD,
        )
        fold(state, envelope, data, self._rulebook)
        self.record.take(state, state.take_changes(), at)
        state.openings = self._openings
        if isinstance(data, CalendarClosed):
            self._schemes = state.rules[data.scheme].versions
        elif isinstance(data, DepartmentLeft):
            self._leaves = start_instant(data.last_on + _DAY, self._zone)


class _Openings(dict[PeriodKey, Opening]):
    """All periods as they stand: whatever has been entered since the beginning was entered here too."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: PeriodKey) -> Opening:
        opening = self[key] = Opening()
        return opening

    def get(self, key: PeriodKey, default: Any = None) -> Opening:
        return self[key]

    def pop(self, key: PeriodKey, default: Any = None) -> Opening:
        return self[key]

    def __delitem__(self, key: PeriodKey) -> None:
        """Nothing is forgotten."""
