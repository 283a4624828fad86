"""What the fold has made of one department, event by event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple, TypeVar

from services.scoring.domain.changes import Changes, PeriodChange
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar, Description, PersonDescription
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.reaches import Reach
from shared.contracts.scoring_events import QuotaDueSoon

_NOTHING = Decimal(0)
_figures_of = attrgetter(*(one.name for one in fields(Obligation)))
"""All that an obligation is made of; many times faster than copying it."""

Kept = TypeVar("Kept")
Total = tuple[str, str, str, str]
"""Names a sum of the ledger: person (empty: the department itself), calendar, period, measure."""
CalendarPeriod = tuple[str, str]


class LedgerEntry(NamedTuple):
    """One line of the ledger, as the fold writes it."""

    organisation: str
    department: str
    place: int
    """In the department's stream."""
    number: int
    """Among the entries of one event."""
    scheme: str
    version: int
    measure: str
    item: str
    fact: str
    amount: Decimal
    dated: date
    cause: str
    recorded_at: datetime
    person: str | None


class Counted(NamedTuple):
    """By how much an event has changed some sums of the ledger."""

    at: datetime
    place: int
    person: str
    reach: Reach
    amount: Decimal


class Reminder(NamedTuple):
    at: datetime
    key: QuotaPeriod


@dataclass(slots=True)
class Record:
    """Everything that was recorded of one department, each with its instant, so that it can be seen as of any instant.

    In the order of the department's stream.
    """

    department: str
    entries: list[LedgerEntry] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    obligations: dict[QuotaPeriod, list[tuple[datetime, Obligation]]] = field(default_factory=dict)
    """How each stood after each change."""
    periods: dict[PeriodKey, list[tuple[datetime, PeriodChange]]] = field(default_factory=dict)
    finals: dict[CalendarPeriod, int] = field(default_factory=dict)
    """The place in the stream at which each became final."""
    descriptions: list[tuple[datetime, Description]] = field(default_factory=list)
    persons: list[tuple[datetime, tuple[str, PersonDescription]]] = field(default_factory=list)
    applied: list[tuple[datetime, AppliedScheme]] = field(default_factory=list)
    closings: list[tuple[datetime, ClosedCalendar]] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)

    def take(self, state: DepartmentState, changes: Changes, at: datetime) -> None:
        """Keep what the event at this instant, after which the state stands so, has brought about."""
        self.entries += [LedgerEntry._make(entry) for entry in changes.entries]
        self.counted += [Counted(at, state.version, *one) for one in _sums(changes)]
        for key, obligation in changes.obligations.items():
            self.obligations.setdefault(key, []).append((at, Obligation(*_figures_of(obligation))))
        self.reminders += [Reminder(at, key) for key in _reminded(changes)]
        self.take_time(state, changes, at)

    def totals(self, as_of: datetime | None) -> dict[Total, Decimal]:
        """The sums of the ledger as they stood at an instant; None: at the end."""
        totals: dict[Total, Decimal] = {}
        for one in self.counted:
            if as_of is not None and one.at > as_of:
                break
            add(totals, one.person, one.reach, one.amount)
        return totals

    def restated(self, as_of: datetime | None) -> dict[CalendarPeriod, datetime]:
        """When the latest change of each final period was recorded until an instant."""
        found: dict[CalendarPeriod, datetime] = {}
        for one in self.counted:
            if as_of is not None and one.at > as_of:
                break
            found.update((period, one.at) for period in one.reach.totals if self.was_final(period, one.place))
        return found

    def was_final(self, period: CalendarPeriod, place: int) -> bool:
        """Whether a period had become final before a place of the stream."""
        return self.finals.get(period, place) < place

    def take_time(self, state: DepartmentState, changes: Changes, at: datetime) -> None:
        """Keep how far periods have come, and what the stream says of the department."""
        for period, change in changes.periods.items():
            self._take_period(period, change, at, state.version)
        self.descriptions += [(at, one) for one, _ in changes.descriptions]
        self.persons += [(at, (name, one)) for name, one, _ in changes.persons]
        self.applied += [(at, one) for one, _ in changes.applied]
        self.closings += [(at, one) for one, _ in changes.closings]

    def _take_period(self, key: PeriodKey, change: PeriodChange, at: datetime, place: int) -> None:
        """Join what was recorded of the period before with what is new."""
        known = self.periods.setdefault(key, [])
        if change.final_at is not None:
            self.finals[key.calendar, key.period] = place
        if known:
            before = known[-1][1]
            if change.opened_at is None:
                change.partial = before.partial
            change.opened_at = change.opened_at or before.opened_at
            change.closed_at = change.closed_at or before.closed_at
            change.final_at = change.final_at or before.final_at
        known.append((at, change))


@dataclass(slots=True)
class Summary(Record):
    """Only how everything stands at the end, for streams too long to keep all of: there is no ledger and no as-of."""

    sums: dict[Total, Decimal] = field(default_factory=dict)
    restatements: dict[CalendarPeriod, datetime] = field(default_factory=dict)

    def take(self, state: DepartmentState, changes: Changes, at: datetime) -> None:
        for person, reach, amount in _sums(changes):
            add(self.sums, person, reach, amount)
            final = (period for period in reach.totals if self.was_final(period, state.version))
            self.restatements.update((period, at) for period in final)
        for key, obligation in changes.obligations.items():
            self.obligations[key] = [(at, obligation)]
        self.take_time(state, changes, at)

    def totals(self, as_of: datetime | None) -> dict[Total, Decimal]:
        """Raises ValueError for any instant but the end."""
        if as_of is not None:
            raise ValueError("only how everything stands at the end is kept")
        return self.sums

    def restated(self, as_of: datetime | None) -> dict[CalendarPeriod, datetime]:
        """Raises ValueError for any instant but the end."""
        if as_of is not None:
            raise ValueError("only how everything stands at the end is kept")
        return self.restatements


def add(totals: dict[Total, Decimal], person: str, reach: Reach, amount: Decimal) -> None:
    """Let an amount count wherever it reaches."""
    for calendar, period in reach.totals:
        key = (person, calendar, period, reach.measure)
        totals[key] = totals.get(key, _NOTHING) + amount


def latest(kept: Iterable[tuple[datetime, Kept]], as_of: datetime | None) -> Kept | None:
    """The last that was recorded until an instant; None: until the end."""
    found = None
    for at, one in kept:
        if as_of is not None and at > as_of:
            break
        found = one
    return found


def until(kept: Iterable[tuple[datetime, Kept]], as_of: datetime | None) -> list[Kept]:
    """All that was recorded until an instant; None: until the end."""
    return [one for at, one in kept if as_of is None or at <= as_of]


def _sums(changes: Changes) -> Iterator[tuple[str, Reach, Decimal]]:
    yield from (("", reach, total.amount) for reach, total in changes.sums.items())
    yield from ((person, reach, total.amount) for (person, reach), total in changes.personal_sums.items())


def _reminded(changes: Changes) -> Iterator[QuotaPeriod]:
    for decided in changes.announced:
        if isinstance(decided.event, QuotaDueSoon):
            owed = decided.event.obligation
            yield QuotaPeriod(owed.scheme, owed.quota, owed.period, owed.person or "")
