"""A rulebook made runnable: what a scheme says, after it has been read and checked. Immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from shared.calendars import Calendar, Duration
from shared.schemes.formulas import Formula

FactType = Literal["submitted", "accepted", "returned", "rejected", "adopted", "instructed"]
DateName = Literal["happened_on", "submitted_on", "accepted_on", "published_on", "instructed_on"]
AttributeType = Literal["text", "choice", "choices", "integer", "number", "boolean", "date"]
PerItem = Literal["all", "highest"]
Severity = Literal["info", "warning", "critical"]
Joiners = Literal["exempt", "full"]
OutletsBy = Literal["tier"]


@dataclass(frozen=True)
class Attribute:
    name: str
    title: str
    type: AttributeType
    of: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class ReviewPath:
    stages: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    name: str
    title: str
    attributes: Mapping[str, Attribute]
    review: tuple[ReviewPath, ...]
    """Empty: an item needs no review and counts as accepted when it is submitted."""


@dataclass(frozen=True)
class Condition:
    """One line of ``where``: the fact's field holds one of these values.

    All values are text as the scheme writes it: numbers in their shortest form, ``true`` and ``false``. An
    attribute of several choices holds one of these values when any of its choices is one.
    """

    field: str
    values: frozenset[str]


@dataclass(frozen=True)
class FixedAmount:
    value: Decimal


@dataclass(frozen=True)
class TableAmount:
    """``by`` names one to four fields of the fact; a combination the table does not hold gives nothing."""

    by: tuple[str, ...]
    rows: Mapping[tuple[str, ...], Decimal]


@dataclass(frozen=True)
class Measure:
    name: str
    title: str
    cite: str
    count: FactType
    where: tuple[Condition, ...]
    unit: str
    amount: FixedAmount | TableAmount
    per_item: PerItem
    dated: DateName


@dataclass(frozen=True)
class AppliesTo:
    """All departments when all three are empty; otherwise those that any of them names."""

    departments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Quota:
    name: str
    title: str
    cite: str
    measure: str
    calendar: str
    at_least: Decimal
    applies_to: AppliesTo
    due_after_end: Duration
    remind: tuple[Duration, ...]
    """How long before the due instant each reminder falls, longest first."""
    severity: Severity
    joiners: Joiners
    """What a department owes for a period that had begun before it: nothing (the default), or all."""


@dataclass(frozen=True)
class Line:
    name: str
    title: str
    cite: str
    formula: Formula


@dataclass(frozen=True)
class Rank:
    by: str
    within: Literal["group", "all"]
    awards: Mapping[str, int]
    """By group (or ``all``): how many of the first are named."""


@dataclass(frozen=True)
class Scorecard:
    calendar: str
    lines: tuple[str, ...]
    final_after: Duration | None
    """How long after the period's end its figures become final."""
    rank: Rank | None


@dataclass(frozen=True)
class Bulletin:
    """A circular (通报) for each period of a calendar."""

    name: str
    calendar: str
    issue_after_close: Duration
    """How long after the period's end it is issued."""


@dataclass(frozen=True)
class Scheme:
    name: str
    version: int
    title: str
    effective_from: date
    """The first day on which this version holds, in ``time_zone``."""
    time_zone: ZoneInfo
    calendars: Mapping[str, Calendar]
    kinds: Mapping[str, Kind]
    measures: Mapping[str, Measure]
    quotas: Mapping[str, Quota]
    lines: Mapping[str, Line]
    """In an order in which each line stands behind those that its formula uses."""
    scorecards: Mapping[str, Scorecard]
    """By the name of their calendar."""
    digest: str
    """SHA-256 of the text's UTF-8, in hexadecimal."""
    outlets_by: OutletsBy | None = None
    """Which property of an outlet the scheme values; None where it values none."""
    bulletins: Mapping[str, Bulletin] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Schemes are keys of caches, and their mappings have no hash of their own."""
        return hash((self.name, self.version, self.digest))
