"""What the store hands over: plain rows, as they stood at the instant that was asked for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from services.scoring.domain.cards.book import FigureState, QuotaFigure, Subject
from services.scoring.domain.joint import JointKind
from services.scoring.domain.obligations import Part
from shared.calendars import OPEN_END, Period

Amounts = Mapping[tuple[str, str, str], Mapping[Subject, Decimal]]
"""By calendar, period and measure; then by department or person. What is absent is nothing."""

_DAY = timedelta(days=1)
_NEVER = datetime(OPEN_END.year - 1, 1, 1, tzinfo=UTC)
"""No instant that hangs on a known day is as late."""

PeriodKey = tuple[str, str]
"""Calendar and period."""


@dataclass(frozen=True, slots=True)
class KnownPeriod:
    """A period that has been opened for at least one department of the organisation."""

    period: Period
    scheme_version: int
    """The highest version by which a department is scored in it."""
    opened_at: datetime


class ObligationRecord(NamedTuple):
    """One quota of one department, or of one of its persons, for one period, as it stood. There may be thousands."""

    department: str
    person: str
    """Empty: the department's own."""
    scheme: str
    quota: str
    calendar: str
    period: str
    period_first: date
    period_end: date
    scheme_version: int
    measure: str
    target: Decimal
    actual: Decimal
    state: FigureState
    due_soon_since: datetime | None
    due_at: datetime
    due_passed: bool
    grace_ends_at: datetime | None
    on_time: bool | None
    actual_when_due: Decimal | None
    waived_reason: str | None
    decided_at: datetime | None
    too_late: bool = False
    """Whether it can no longer be met, only met late."""
    part: Part | None = None
    """Of a part in what others owe."""
    joint: JointKind | None = None
    """Of what departments owe together: whether a group or the organisation owes it. The department is empty then."""
    group: str = ""
    """The group that owes it."""
    departments: Sequence[str] = ()
    """Who takes part in what is owed together."""
    waiting_for: Sequence[str] = ()
    """Departments without which that cannot be judged, though it has fallen due for others."""

    @property
    def last_on(self) -> date | None:
        """The period's last day; None where nobody has closed it yet."""
        return None if self.period_end == OPEN_END else self.period_end - _DAY

    @property
    def falls_due_at(self) -> datetime | None:
        """None where that hangs on a last day which nobody knows yet: ``due_at`` is the end of all days then."""
        return self.due_at if self.due_at < _NEVER else None

    @property
    def grace_lasts_until(self) -> datetime | None:
        """None also where that hangs on a last day which nobody knows yet."""
        return None if self.grace_ends_at is None or self.grace_ends_at >= _NEVER else self.grace_ends_at

    @property
    def place(self) -> "ObligationPlace":
        who = self.person or self.group
        return ObligationPlace(self.due_at, self.department, self.scheme, self.quota, self.period, who)

    @property
    def subject(self) -> Subject:
        if self.joint is not None:
            return Subject(self.joint, self.group)
        if self.person:
            return Subject("person", self.person, self.department)
        return Subject("department", self.department)

    def figure(self) -> QuotaFigure:
        """What lines are computed from."""
        return QuotaFigure(
            self.subject,
            self.quota,
            self.calendar,
            self.period,
            self.period_first,
            self.period_end,
            self.target,
            self.actual,
            self.state,
            self.on_time,
            self.due_passed,
            self.actual_when_due,
            self.scheme_version,
            self.too_late,
            self.part,
        )


@dataclass(frozen=True)
class Owed:
    """Obligations that belong to a window, in the order they fall due: those whose own period ends in it.

    What is asked of them is worked out once, for they may be remembered from one question to the next.
    """

    window: Period
    records: Sequence[ObligationRecord]

    @cached_property
    def figures(self) -> Mapping[tuple[Subject, str], Sequence[QuotaFigure]]:
        """By subject and quota."""
        found: dict[tuple[Subject, str], list[QuotaFigure]] = defaultdict(list)
        for record in self.records:
            figure = record.figure()
            found[figure.subject, figure.quota].append(figure)
        return dict(found)

    @cached_property
    def shown(self) -> Mapping[Subject, Sequence[ObligationRecord]]:
        """By subject, those that a card shows: of its own period and of shorter ones that belong to it, and without
        what departments only add to their group's quotas."""
        longest = self.window.end - self.window.first
        found: dict[Subject, list[ObligationRecord]] = defaultdict(list)
        for record in self.records:
            if record.state != "part" and record.period_end - record.period_first <= longest:
                found[record.subject].append(record)
        return dict(found)

    def of(self, subject: Subject) -> Sequence[ObligationRecord]:
        """What the subject's card shows."""
        return self.shown.get(subject, ())


@dataclass(frozen=True, slots=True)
class ObligationPlace:
    """Where an obligation stands in the list of them."""

    due_at: datetime
    department: str
    scheme: str
    quota: str
    period: str
    person: str
    """Of what departments owe together, the group."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry, with the title its item bears today."""

    department: str
    stream_version: int
    entry: int
    scheme: str
    scheme_version: int
    measure: str
    item: str
    item_title: str
    fact: str
    amount: Decimal
    dated: date
    recorded_at: datetime
    cause: str
    person: str | None

    @property
    def place(self) -> "LedgerPlace":
        return LedgerPlace(self.department, self.stream_version, self.entry)


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where an entry stands; the ledger is listed in this order, so a page can begin after any place."""

    department: str
    stream_version: int
    entry: int


@dataclass(frozen=True, slots=True)
class DescribedItem:
    department: str
    item: str
    scheme: str
    kind: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class ParkedDepartment:
    """A department whose stream could not be folded further."""

    department: str
    title: str
    version: int
    """The version that was expected next."""
    kind: str
    """gap, fork, undecodable or broken."""
    reason: str
    parked_at: datetime
    resume_requested_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How well the organisation's scorecards keep up."""

    recorded_at: datetime | None
    """When the newest event that has been folded was recorded; none before the first."""
    parked: int


class Adoptions(NamedTuple):
    """Of the items that a measure counts in a period, how many were adopted at least once, in it or since."""

    department: str
    measure: str | None
    """None: of all measures together, each item once."""
    items: int
    adopted: int


class Change(NamedTuple):
    """What became known of a department, and what it changed."""

    kind: str
    """entry, decision, waiver, backdating, description or person."""
    recorded_at: datetime
    stream_version: int
    number: int
    key: str
    cause: str
    """The type of the event that brought it about."""
    reason: str | None
    """In words, where somebody gave one."""
    changed: Mapping[str, object]

    @property
    def place(self) -> "ChangePlace":
        return ChangePlace(self.stream_version, self.kind, self.number, self.key)


class ChangePlace(NamedTuple):
    """Where a change stands; they are listed in this order, so a page can begin after any place."""

    stream_version: int
    kind: str
    number: int
    key: str
