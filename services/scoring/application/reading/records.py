"""What the store hands over: plain rows, as they stood at the instant that was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

ObligationState = Literal["open", "met", "missed", "met_late", "waived"]

Amounts = Mapping[str, Mapping[str, Decimal]]
"""By department, then by measure. What is absent is nothing."""


@dataclass(frozen=True, slots=True)
class Window:
    """One period of one calendar: the days from ``first`` up to, not including, ``end``."""

    period: str
    first: date
    end: date


@dataclass(frozen=True, slots=True)
class KnownPeriod:
    """A period that has been opened for at least one department of the organisation."""

    window: Window
    scheme_version: int
    """The highest version by which a department is scored in it."""
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A department in a period: under which version, how far the period has come, and how the department was
    described on the period's last day."""

    department: str
    title: str
    group: str | None
    tags: tuple[str, ...]
    scheme_version: int
    partial: bool
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None
    restated_at: datetime | None
    """When the latest ledger entry of a period that was already final was recorded."""


@dataclass(frozen=True, slots=True)
class ObligationRecord:
    """One quota of one department for one period, as it stood."""

    department: str
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
    state: ObligationState
    due_soon_since: datetime | None
    due_at: datetime
    decided_at: datetime | None

    @property
    def place(self) -> "ObligationPlace":
        return ObligationPlace(self.due_at, self.department, self.scheme, self.quota, self.period)


@dataclass(frozen=True, slots=True)
class ObligationPlace:
    """Where an obligation stands in the list of them."""

    due_at: datetime
    department: str
    scheme: str
    quota: str
    period: str


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
