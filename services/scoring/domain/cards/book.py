"""What a scorecard is computed from: who has a card, what was earned, what was owed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from services.scoring.domain.obligations import Part
from shared.schemes.model import Scheme, SubjectKind

FigureState = Literal["open", "met", "missed", "met_late", "waived", "part"]
"""``part``: what one department adds to a quota that its group or the organisation owes. Never judged by itself."""


class Subject(NamedTuple):
    """Whom a figure is of. A tuple, for figures are looked up by it tens of thousands of times for one page."""

    kind: SubjectKind
    name: str
    """Of the department, of the group, of the person within its department; empty for the organisation."""
    department: str | None = None
    """Of a person."""

    @property
    def home(self) -> str:
        """The department that it is, or that it belongs to."""
        return self.department or self.name


ORGANISATION = Subject("organisation", "")


class Member(NamedTuple):
    """A subject that has a card for a period, described as on the period's last day.

    A tuple, for there are thousands where a card stands on many periods.
    """

    subject: Subject
    title: str
    group: str | None
    """Of a person: the department's, as are the tags."""
    tags: tuple[str, ...]
    roles: tuple[str, ...]
    facts: Mapping[str, Decimal]
    """What is known of the subject; of a person its own facts above those of the department."""
    scheme_version: int
    partial: bool
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None
    restated_at: datetime | None
    """When the latest change of a period that was already final was recorded."""


class QuotaFigure(NamedTuple):
    """One quota of one subject for one of the quota's own periods, as it stood."""

    subject: Subject
    quota: str
    calendar: str
    period: str
    period_first: date
    period_end: date
    target: Decimal
    actual: Decimal
    state: FigureState
    on_time: bool | None
    """Of one that is met: whether it was before the due instant, and not only within the time of grace."""
    due_passed: bool
    actual_when_due: Decimal | None = None
    """What had come when it fell due; None before that."""
    scheme_version: int = 0
    """By which it is owed."""
    too_late: bool = False
    """Whether it can no longer be met, only met late."""
    part: Part | None = None
    """Of a part in what others owe."""


class Book(Protocol):
    """The figures of one scheme of one organisation, as they were known at one instant.

    Asked for one column or cell at a time: an implementation that has to fetch does so beforehand, by ``needs``.
    """

    def scheme(self, version: int) -> Scheme:
        """The version that a member of a period is scored by."""
        ...

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        """The departments and the persons that have a card for the period, in a lasting order."""
        ...

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterable[Decimal]:
        """What each of these departments or persons has earned; 0 where there is nothing. Never asked for groups."""
        ...

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        """A department's or a person's figures of a quota whose own period is this one, or belongs to it."""
        ...
