"""A rulebook made runnable: what a scheme says, after it has been read and checked. Immutable."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from shared.calendars import Calendar, Due, Duration, Workdays
from shared.schemes.formulas import Formula

FactType = Literal[
    "submitted",
    "accepted",
    "returned",
    "rejected",
    "adopted",
    "instructed",
    "measured",
    "called",
    "answered",
    "adjusted",
    "met",
    "missed",
    "met_late",
]
DateName = Literal[
    "happened_on",
    "submitted_on",
    "accepted_on",
    "published_on",
    "instructed_on",
    "measured_on",
    "adjusted_on",
    "called_on",
    "answered_on",
    "closed_on",
]
"""``closed_on`` is the last day of the period of a quota's outcome."""
AttributeType = Literal["text", "choice", "choices", "integer", "number", "boolean", "date", "time", "files"]
Severity = Literal["info", "warning", "critical"]
Joiners = Literal["exempt", "full", "prorated"]
OutletsBy = Literal["tier"]
SubjectKind = Literal["department", "person", "group", "organisation"]
DateFunction = Literal["days", "workdays", "hours", "time_of", "weekday_of", "day_of", "month_of"]
Bound = Decimal | date | time


@dataclass(frozen=True)
class Bands:
    """Names for the ranges of a numeric field: each begins at its bound and ends before the next one."""

    steps: tuple[tuple[str, Decimal], ...]
    """Name and lower bound, ascending."""

    def of(self, value: Decimal) -> str | None:
        """The name of the range that holds the value; None below the first."""
        found = None
        for name, bound in self.steps:
            if value < bound:
                break
            found = name
        return found


@dataclass(frozen=True)
class Attribute:
    name: str
    title: str
    type: AttributeType
    of: tuple[str, ...] = ()
    required: bool = False
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True)
class Condition:
    """One line of ``where``: a field of the fact, or a function of its dates, and what must hold of it.

    ``values`` and ``none_of`` are text as the scheme writes it: numbers in their shortest form, ``true`` and
    ``false``, the name of a band. An attribute of several choices holds one of these values when any of its choices is
    one. A field that the fact does not have fulfils no condition but ``none_of``.
    """

    field: str
    """As the scheme writes it: ``words``, or ``workdays(happened_on, submitted_on)``."""
    values: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    at_least: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    function: DateFunction | None = None
    of: tuple[str, ...] = ()
    """What the function is of: names of dates or instants of the fact, such as ``submitted_at``."""
    bands: Bands | None = None
    """Where the values are names of these."""


@dataclass(frozen=True)
class ReviewPath:
    stages: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    """Attributes of the item that send it this way; empty: every item."""


@dataclass(frozen=True)
class Kind:
    name: str
    title: str
    attributes: Mapping[str, Attribute]
    review: tuple[ReviewPath, ...]
    """The first whose ``when`` holds is the item's. Where none does, as where there are none, an item needs no review
    and counts as accepted when it is submitted."""
    roles: tuple[str, ...] = ()
    """Of contributors; empty: any."""
    roles_required: tuple[str, ...] = ()


@dataclass(frozen=True)
class FixedAmount:
    value: Decimal


@dataclass(frozen=True)
class TableAmount:
    """By one to four fields of the fact. What the table does not hold gives ``otherwise``; None: it is not counted."""

    by: tuple[str, ...]
    rows: Mapping[tuple[str, ...], Decimal]
    otherwise: Decimal | None = None
    bands: Mapping[str, Bands] = field(default_factory=dict)
    """Of its numeric fields."""
    times: "TableAmount | None" = None
    """What the amount is multiplied by; its ``otherwise`` is never None."""


@dataclass(frozen=True)
class FormulaAmount:
    """Over the fact's numeric fields and the facts of its department."""

    formula: Formula


Amount = FixedAmount | TableAmount | FormulaAmount


@dataclass(frozen=True)
class PerItem:
    """What several facts of one item give together. ``count`` belongs to ``top``, ``field`` to ``highest_per``."""

    take: Literal["all", "highest", "first", "latest", "top", "highest_per"] = "all"
    count: int = 0
    field: str = ""


@dataclass(frozen=True)
class PerPeriod:
    """What counts of a subject's credits of one measure in each period of a calendar."""

    calendar: str
    take: Literal["at_most", "best", "beyond"]
    number: Formula
    """A plain number, or over the department's facts."""


@dataclass(frozen=True)
class OnTime:
    """By when a fact dated in a period of ``calendar`` must be known to be on time."""

    calendar: str
    due: Due


@dataclass(frozen=True)
class Credit:
    """Which of an item's departments are credited: the first, each in full, or all by shares."""

    to: Literal["department", "each", "shares"] = "department"
    weights: tuple[int, ...] = ()
    """Of the shares, by place; further departments have the last weight. Equal shares: (1,); the first only: (1, 0)."""


@dataclass(frozen=True)
class PersonsCredit:
    """Which contributors are credited beside their department: in full each, or equally sharing."""

    roles: tuple[str, ...]
    """Empty: all roles."""
    share: Literal["whole", "equal"] = "whole"


@dataclass(frozen=True)
class Measure:
    name: str
    title: str
    cite: str
    count: FactType
    where: tuple[Condition, ...]
    unit: str
    amount: Amount
    per_item: PerItem
    dated: DateName
    together_with: tuple[str, ...] = ()
    """All measures, this one among them, whose facts of one item are taken together; empty: this one alone."""
    difference: Literal["own", "first"] = "own"
    """Whether each fact adds in its own period, or all add in that of the item's first."""
    per_period: PerPeriod | None = None
    late: Literal["include", "exclude", "only"] = "include"
    on_time: OnTime | None = None
    """None where nothing asks whether a fact is on time."""
    credit: Credit = Credit()
    persons: PersonsCredit | None = None
    pay: Mapping[str, int] = field(default_factory=dict)
    """By role, the weight of its part of the amount; empty: nothing is paid."""
    scale: int = 2
    """Decimals of amounts, which are rounded half up."""


@dataclass(frozen=True)
class Audience:
    """All departments when nothing is named; otherwise those that any of them names, but none of ``exempt``.

    With ``roles``, not the departments but their persons of these roles.
    """

    departments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    classes: tuple["Audience", ...] = ()
    roles: frozenset[str] = frozenset()
    exempt: "Audience | None" = None

    def covers(self, department: str, group: str | None, tags: Collection[str]) -> bool:
        """Whether a department that is described so belongs to the audience. Roles are not looked at."""
        if self.exempt is not None and self.exempt.covers(department, group, tags):
            return False
        if not (self.departments or self.groups or self.tags or self.classes):
            return True
        return (
            department in self.departments
            or group in self.groups
            or not self.tags.isdisjoint(tags)
            or any(one.covers(department, group, tags) for one in self.classes)
        )


@dataclass(frozen=True)
class TargetTable:
    """A target for each department, group, class or role. One that is not listed has ``otherwise``; None: no quota."""

    by: Literal["department", "group", "class", "role"]
    rows: Mapping[str, Decimal]
    """The first that fits, in the scheme's order."""
    otherwise: Decimal | None


Target = FixedAmount | TargetTable | FormulaAmount


@dataclass(frozen=True)
class Quota:
    name: str
    title: str
    cite: str
    measure: str
    calendar: str
    at_least: Target
    applies_to: Audience
    due: Due
    remind: tuple[Duration, ...]
    """How long before the due instant each reminder falls, longest first."""
    severity: Severity
    joiners: Joiners
    """What a department owes for a period that had begun before it: nothing (the default), all, or its part."""
    subject: SubjectKind = "department"
    grace: Duration | None = None
    """How long after the due instant it is not missed yet."""
    once: bool = False
    """Owed by one day: what comes later counts too."""


@dataclass(frozen=True)
class Line:
    name: str
    title: str
    cite: str
    formula: Formula
    unit: str = ""
    subject: SubjectKind = "department"


@dataclass(frozen=True)
class Rank:
    """``order`` says which comes first; ``bonus`` is by rank."""

    by: str
    within: Literal["group", "all", "class"]
    awards: Mapping[str, int]
    """By group or class (or ``all``): how many of the first are named."""
    order: Literal["highest", "lowest"] = "highest"
    then: tuple[str, ...] = ()
    """Lines that decide among equals, in turn."""
    ties: Literal["shared", "dense"] = "shared"
    """Behind two firsts comes the third, or the second."""
    bonus: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Scorecard:
    name: str
    calendar: str
    lines: tuple[str, ...]
    final_after: Duration | None
    rank: Rank | None
    subject: SubjectKind = "department"
    disqualified: str | None = None
    """The line that disqualifies when it is not 0."""
    ranked: Literal["none", "last"] = "none"
    """Where the disqualified stand."""
    roles: frozenset[str] = frozenset()
    """Of the persons that have one; empty: all."""


@dataclass(frozen=True)
class Bulletin:
    """A circular (通报) for each period of a calendar."""

    name: str
    calendar: str
    issue_after_close: Duration
    """How long after the period's end it is issued."""
    title: str = ""
    text: str = ""
    """May hold ``{period}``, ``{title}`` and ``{number}``."""


@dataclass(frozen=True)
class DepartmentFact:
    """A number that is known of each department, such as its staff."""

    name: str
    title: str
    otherwise: Decimal = Decimal(0)
    """For a department of which it is not known."""


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
    digest: str
    """SHA-256 of the text's UTF-8, in hexadecimal."""
    outlets_by: OutletsBy | None = None
    """Which property of an outlet the scheme values; None where it values none."""
    bulletins: Mapping[str, Bulletin] = field(default_factory=dict)
    workdays: Workdays = field(default_factory=Workdays)
    classes: Mapping[str, Audience] = field(default_factory=dict)
    facts: Mapping[str, DepartmentFact] = field(default_factory=dict)
    closed: tuple[tuple[str, date], ...] = ()
    """Which open calendars an operator has closed, and the last day of each. Sorted."""

    def __hash__(self) -> int:
        """Schemes are keys of caches, and their mappings have no hash of their own."""
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Scheme) else NotImplemented

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.name, self.version, self.digest, self.closed, self.effective_from

    def scorecard(self, calendar: str, subject: SubjectKind = "department") -> Scorecard | None:
        """The card of a calendar for a kind of subject; there is one at most."""
        for card in self.scorecards.values():
            if card.calendar == calendar and card.subject == subject:
                return card
        return None

    def with_closed(self, calendar: str, last: date) -> "Scheme":
        """The scheme after an operator has closed one of its open calendars with the day ``last``.

        Raises ValueError when the calendar is not one, or has been closed already.
        """
        calendars = {**self.calendars, calendar: self.calendars[calendar].closed_on(last)}
        return replace(self, calendars=calendars, closed=tuple(sorted([*self.closed, (calendar, last)])))
