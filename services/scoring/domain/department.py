"""What the fold remembers of one department, and what it has changed since that was last stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.scoring.domain import descriptions as described
from services.scoring.domain.changes import Changes
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar, Description, PersonDescription
from services.scoring.domain.items import Item
from services.scoring.domain.keys import PeriodKey, QuotaPeriod, WindowKey
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import Rules
from services.scoring.domain.windows import Window

ParkedKind = Literal["gap", "fork", "undecodable", "broken"]


@dataclass(slots=True)
class Parked:
    """The department stands still before ``version``, whose record (or what came in its stead) lies at ``offset``."""

    version: int
    kind: ParkedKind
    reason: str
    partition: int
    offset: int
    at: datetime


@dataclass(slots=True)
class Opening:
    """A period as it stands before the next events, where these need to know."""

    opened_at: datetime | None = None
    version: int = 0
    """Of the scheme, under which it has opened: by that version it is owed for."""
    partial: bool = False
    """Of one that has opened: the department, or its scheme, began after the period did."""
    totals: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    """By measure and person (empty: the department's own). Kept up to date by entries."""


@dataclass(slots=True)
class DepartmentState:
    """One department as of ``version``: owned, and changed in place, by the fold.

    ``items`` may hold a part of the department's items only; whoever feeds the fold sees to it that those which an
    event names are there. ``obligations`` are all that are not due yet, and all with days since ``resident_since``;
    ``windows`` are all with days since then.
    """

    organisation: str
    department: str
    stream: str
    version: int = 0
    last_event_id: UUID | None = None
    recorded_at: datetime | None = None
    joined_on: date | None = None
    left_on: date | None = None
    """The department's last day."""
    live: bool = True
    live_at: datetime | None = None
    descriptions: list[Description] = field(default_factory=list)
    persons: dict[str, list[PersonDescription]] = field(default_factory=dict)
    applied: dict[str, list[AppliedScheme]] = field(default_factory=dict)
    closings: dict[str, list[ClosedCalendar]] = field(default_factory=dict)
    rules: dict[str, Rules] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    every_item: bool = False
    """Whether ``items`` are all that the department has."""
    windows: dict[WindowKey, Window] = field(default_factory=dict)
    obligations: dict[QuotaPeriod, Obligation] = field(default_factory=dict)
    waivers: dict[QuotaPeriod, str] = field(default_factory=dict)
    """Why the department, or a person, is exempted from a quota, opened already or not."""
    resident_since: date = date.min
    dated_before: date = date.max
    """All that the department and its persons have ever earned is dated before this day. ``date.max``: that is not
    known."""
    openings: dict[PeriodKey, Opening] = field(default_factory=dict)
    """Of periods that the next events open, or that somebody joins in their course."""
    entries: int = 0
    """How many ledger entries the event under way has brought about."""
    parked: Parked | None = None
    parkings: int = 0
    changes: Changes = field(default_factory=lambda: Changes(0))

    def described_on(self, day: date) -> Description:
        """The description that holds on a day; before the first it is the first that holds."""
        return described.described_on(self.descriptions, day)

    def facts_on(self, day: date, place: int) -> Mapping[str, Decimal]:
        """The department's facts on a day, of those descriptions that stood before a place of the stream."""
        return described.facts_on(self.descriptions, day, place)

    def person_on(self, person: str, day: date) -> PersonDescription | None:
        """The description of a person that holds on a day; None where the person is not there."""
        return described.person_on(self.persons.get(person, ()), day)

    def take_changes(self) -> Changes:
        """Hand over what has changed and begin anew."""
        changes, self.changes = self.changes, Changes(self.version)
        self.openings = {}
        return changes
