"""What the events folded since the last store have brought about: all that is to be written."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar, Description, PersonDescription
from services.scoring.domain.items import Item
from services.scoring.domain.keys import PeriodKey, QuotaPeriod, WindowKey
from services.scoring.domain.obligations import Obligation, Standing
from services.scoring.domain.reaches import Reach
from services.scoring.domain.windows import Window
from shared.contracts.envelope import Envelope

Entry = tuple[str, str, int, int, str, int, str, str, str, Decimal, date, str, datetime, str | None]
"""One line of the ledger, as its table has it: organisation, department, stream version, number within that event,
scheme, scheme version, measure, item, fact, amount, dated, cause, recorded at, person (None: the department's own)."""


@dataclass(slots=True)
class Sum:
    amount: Decimal
    entries: int


@dataclass(slots=True)
class PeriodChange:
    scheme_version: int
    first: date
    end: date
    partial: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    final_at: datetime | None = None


class Decided(NamedTuple):
    """Something to be announced: an event of the scoring stream with its derived id, and what brought it about.

    ``cause`` is None only where not even the envelope of what caused it could be read.
    """

    id: UUID
    event: object
    cause: Envelope | None


class DecisionRow(NamedTuple):
    """A decision on an obligation as the table of decisions keeps it."""

    key: QuotaPeriod
    ordinal: int
    event_type: str
    outcome: Standing
    target: Decimal
    actual: Decimal
    recorded_at: datetime
    place: int


class WhileOpen(NamedTuple):
    """Until when something was due, while its period had no end."""

    key: QuotaPeriod
    due_at: datetime
    grace_ends_at: datetime | None
    closed_at: datetime


class Waiver(NamedTuple):
    key: QuotaPeriod
    reason: str
    recorded_at: datetime
    place: int


@dataclass(slots=True)
class Changes:
    """Everything that the events folded since the last store have brought about."""

    version_before: int
    entries: list[Entry] = field(default_factory=list)
    sums: dict[Reach, Sum] = field(default_factory=dict)
    """Of the department's own entries."""
    personal_sums: dict[tuple[str, Reach], Sum] = field(default_factory=dict)
    """Of the entries of its persons."""
    items: dict[str, Item] = field(default_factory=dict)
    new_items: set[str] = field(default_factory=set)
    windows: dict[WindowKey, Window] = field(default_factory=dict)
    obligations: dict[QuotaPeriod, Obligation] = field(default_factory=dict)
    while_open: list[WhileOpen] = field(default_factory=list)
    periods: dict[PeriodKey, PeriodChange] = field(default_factory=dict)
    descriptions: list[tuple[Description, datetime]] = field(default_factory=list)
    persons: list[tuple[str, PersonDescription, datetime]] = field(default_factory=list)
    applied: list[tuple[AppliedScheme, datetime]] = field(default_factory=list)
    closings: list[tuple[ClosedCalendar, datetime]] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    reasons: list[tuple[int, str]] = field(default_factory=list)
    """Why something was done, by the version of the event that says so."""
    decisions: list[DecisionRow] = field(default_factory=list)
    announced: list[Decided] = field(default_factory=list)
    span: bool = False
    """Whether joined_on, left_on, live or live_at changed."""
    parking: bool = False
    """Whether the department was parked or resumed."""
