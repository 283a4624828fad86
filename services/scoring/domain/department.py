"""What the fold remembers of one department, and what it has changed since that was last stored."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from services.scoring.domain.items import Item
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import QuotaPeriod, Reach, Rules
from shared.contracts.envelope import Envelope
from shared.contracts.scoring_events import Outcome

ParkedKind = Literal["gap", "fork", "undecodable", "broken"]


class Description(NamedTuple):
    """What the department is from the day ``from_on`` on. ``place`` is the stream version that said so."""

    from_on: date
    place: int
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: dict[str, Decimal]


class AppliedScheme(NamedTuple):
    scheme: str
    version: int
    from_on: date
    place: int


@dataclass(slots=True)
class Parked:
    """The department stands still before ``version``, whose record (or what came in its stead) lies at ``offset``."""

    version: int
    kind: ParkedKind
    reason: str
    partition: int
    offset: int
    at: datetime


Entry = tuple[str, str, int, int, str, int, str, str, str, Decimal, date, str, datetime, None]
"""One line of the ledger, as its table has it: organisation, department, stream version, number within that event,
scheme, scheme version, measure, item, fact, amount, dated, cause, recorded at, person (none: the department's own)."""


@dataclass(slots=True)
class Sum:
    amount: Decimal
    entries: int


class PeriodKey(NamedTuple):
    scheme: str
    calendar: str
    period: str


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
    outcome: Outcome
    target: Decimal
    actual: Decimal
    recorded_at: datetime
    place: int


@dataclass(slots=True)
class Changes:
    """Everything that the events folded since the last store have brought about."""

    version_before: int
    entries: list[Entry] = field(default_factory=list)
    sums: dict[Reach, Sum] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    new_items: set[str] = field(default_factory=set)
    obligations: dict[QuotaPeriod, Obligation] = field(default_factory=dict)
    periods: dict[PeriodKey, PeriodChange] = field(default_factory=dict)
    descriptions: list[tuple[Description, datetime]] = field(default_factory=list)
    applied: list[tuple[AppliedScheme, datetime]] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    announced: list[Decided] = field(default_factory=list)
    span: bool = False
    """Whether joined_on, live or live_at changed."""
    parking: bool = False
    """Whether the department was parked or resumed."""


@dataclass(slots=True)
class DepartmentState:
    """One department as of ``version``: owned, and changed in place, by the fold.

    ``items`` may hold a part of the department's items only; whoever feeds the fold sees to it that those which an
    event names are there. ``obligations`` are all that are not due yet, and all with days since ``obligations_since``.
    """

    organisation: str
    department: str
    stream: str
    version: int = 0
    last_event_id: UUID | None = None
    recorded_at: datetime | None = None
    joined_on: date | None = None
    live: bool = True
    live_at: datetime | None = None
    descriptions: list[Description] = field(default_factory=list)
    applied: dict[str, list[AppliedScheme]] = field(default_factory=dict)
    rules: dict[str, Rules] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    obligations: dict[QuotaPeriod, Obligation] = field(default_factory=dict)
    obligations_since: date = date.min
    opening: dict[PeriodKey, dict[str, Decimal]] = field(default_factory=dict)
    """Totals by measure of periods that the next events open, as they stand before."""
    parked: Parked | None = None
    parkings: int = 0
    changes: Changes = field(default_factory=lambda: Changes(0))

    def described_on(self, day: date) -> Description:
        """The description that holds on a day; before the first it is the first that holds."""
        found = self.descriptions[0]
        for description in self.descriptions:
            if description.from_on > day:
                break
            found = description
        return found

    def take_changes(self) -> Changes:
        """Hand over what has changed and begin anew."""
        changes, self.changes = self.changes, Changes(self.version)
        return changes
