"""Score one department's whole stream in memory, as plainly as the rules can be told: slow, obvious, no database.

It shares nothing with the scoring service but the events, the schemes and the calendars. Where the two disagree, one of
them has misread the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.contracts.envelope import Event
from shared.schemes.model import Scheme
from tests.reference.plain.department import Department
from tests.reference.plain.judging import Announcement
from tests.reference.plain.known import FindScheme

__all__ = ["Announcement", "Department", "FindScheme", "Outcome", "Scored", "score", "scored"]


@dataclass(frozen=True)
class Outcome:
    """What has become of an obligation."""

    state: str
    target: Decimal
    actual: Decimal
    on_time: bool | None
    actual_when_due: Decimal | None
    ordinal: int
    due_at: datetime
    grace_ends_at: datetime | None
    period_end: date
    waived_reason: str | None


@dataclass
class Scored:
    """What the stream comes to. Totals of nothing are left out."""

    totals: dict[tuple[str, str, str, str, str], Decimal]
    """By scheme, calendar, period, measure and person (empty: the department itself)."""
    outcomes: dict[tuple[str, str, str, str], Outcome]
    """By scheme, quota, period and person."""
    announcements: list[Announcement]
    schemes: dict[tuple[str, int], Scheme]
    """By name and version, with the calendars that have been closed."""


def scored(department: Department) -> Scored:
    """What has been taken so far comes to this."""
    outcomes = {
        key: Outcome(
            owed.state,
            owed.target,
            department.actual(owed),
            owed.on_time,
            owed.actual_when_due,
            owed.decisions,
            owed.due_at,
            owed.grace_ends_at,
            owed.period.end,
            owed.waived,
        )
        for key, owed in department.owed.items()
    }
    schemes = {(name, one.version): one for name, applied in department.applied.items() for _, one in applied}
    return Scored(department.totals(), outcomes, department.announcements, schemes)


def score(events: Iterable[Event], find_scheme: FindScheme) -> Scored:
    """What a whole stream comes to."""
    department = Department(find_scheme)
    for event in events:
        department.take(event)
    return scored(department)
