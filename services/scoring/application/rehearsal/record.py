"""What the fold has made of one department, event by event, so that it can be looked at as of any instant."""

from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from services.scoring.domain.changes import Changes, PeriodChange
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.descriptions import (
    AppliedScheme,
    ClosedCalendar,
    Description,
    PersonDescription,
)
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.obligations import Obligation
from shared.contracts.scoring_events import QuotaDueSoon

Kept = TypeVar("Kept")


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


class Reminder(NamedTuple):
    at: datetime
    key: QuotaPeriod


@dataclass(slots=True)
class Record:
    """Everything that was recorded of one department, each with its instant, in the order of its stream."""

    department: str
    entries: list[LedgerEntry] = field(default_factory=list)
    obligations: dict[QuotaPeriod, list[tuple[datetime, Obligation]]] = field(default_factory=dict)
    """How each stood after each change."""
    periods: dict[PeriodKey, list[tuple[datetime, PeriodChange]]] = field(default_factory=dict)
    finals: dict[PeriodKey, int] = field(default_factory=dict)
    """The place in the stream at which each became final."""
    descriptions: list[tuple[datetime, Description]] = field(default_factory=list)
    persons: list[tuple[datetime, str, PersonDescription]] = field(default_factory=list)
    applied: list[tuple[datetime, AppliedScheme]] = field(default_factory=list)
    closings: list[tuple[datetime, ClosedCalendar]] = field(default_factory=list)
    left: list[tuple[datetime, date | None]] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)

    def take(self, state: DepartmentState, changes: Changes, at: datetime) -> None:
        """Keep what the event at this instant, after which the state stands so, has brought about."""
        self.entries += [LedgerEntry._make(entry) for entry in changes.entries]
        for key, obligation in changes.obligations.items():
            self.obligations.setdefault(key, []).append((at, copy(obligation)))
        for period, change in changes.periods.items():
            self._take_period(period, change, at, state.version)
        self.descriptions += [(at, one) for one, _ in changes.descriptions]
        self.persons += [(at, name, one) for name, one, _ in changes.persons]
        self.applied += [(at, one) for one, _ in changes.applied]
        self.closings += [(at, one) for one, _ in changes.closings]
        if changes.span:
            self.left.append((at, state.left_on))
        for decided in changes.announced:
            if isinstance(decided.event, QuotaDueSoon):
                owed = decided.event.obligation
                self.reminders.append(
                    Reminder(at, QuotaPeriod(owed.scheme, owed.quota, owed.period, owed.person or ""))
                )

    def _take_period(self, key: PeriodKey, change: PeriodChange, at: datetime, place: int) -> None:
        """Join what was recorded of the period before with what is new."""
        known = self.periods.setdefault(key, [])
        if change.final_at is not None:
            self.finals[key] = place
        if known:
            before = known[-1][1]
            if change.opened_at is None:
                change.partial = before.partial
            change.opened_at = change.opened_at or before.opened_at
            change.closed_at = change.closed_at or before.closed_at
            change.final_at = change.final_at or before.final_at
        known.append((at, change))


def latest(kept: list[tuple[datetime, Kept]], as_of: datetime | None) -> Kept | None:
    """The last that was recorded until an instant; None: until the end."""
    if as_of is None:
        return kept[-1][1] if kept else None
    found = None
    for at, one in kept:
        if at > as_of:
            break
        found = one
    return found


def until(kept: list[tuple[datetime, Kept]], as_of: datetime | None) -> list[Kept]:
    """All that was recorded until an instant; None: until the end."""
    return [one for at, one in kept if as_of is None or at <= as_of]
