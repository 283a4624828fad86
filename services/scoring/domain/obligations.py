"""Quotas of one department, period by period, and how they are judged."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.contracts.scoring_events import Outcome

Announcement = Literal["met", "missed", "met_late", "restated"]


@dataclass(slots=True)
class Obligation:
    """One quota of one department for one period. What it owes is frozen; ``actual`` is kept running.

    Changed in place by the fold; belongs to its department's state.
    """

    scheme: str
    quota: str
    period: str
    calendar: str
    scheme_version: int
    measure: str
    period_first: date
    period_end: date
    target: Decimal
    actual: Decimal
    state: Outcome
    ordinal: int
    opened_at: datetime
    due_at: datetime
    due_passed_at: datetime | None
    """The instant of the due milestone, once it has been folded: later events come after the due instant."""
    due_soon_since: datetime | None
    """The instant of the first reminder milestone, once it has been folded, whether or not anybody was reminded."""
    decided_at: datetime | None


class Verdict(NamedTuple):
    state: Outcome
    announcement: Announcement


_VERDICTS: dict[tuple[Outcome, bool, bool], Verdict] = {
    # state, target reached, due instant passed
    ("open", True, False): Verdict("met", "met"),
    ("open", True, True): Verdict("met", "met"),
    ("open", False, True): Verdict("missed", "missed"),
    ("met", False, False): Verdict("open", "restated"),
    ("met", False, True): Verdict("missed", "restated"),
    ("missed", True, True): Verdict("met_late", "met_late"),
    ("met_late", False, True): Verdict("missed", "restated"),
}


def judge(obligation: Obligation) -> Verdict | None:
    """What its figures make of the obligation now; None when that is what it was. A waived one stays waived."""
    reached = obligation.actual >= obligation.target
    return _VERDICTS.get((obligation.state, reached, obligation.due_passed_at is not None))
