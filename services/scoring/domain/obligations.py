"""Quotas of one department or person, period by period, and how they are judged."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from services.scoring.domain.items import Item
from services.scoring.domain.keys import QuotaPeriod
from shared.contracts.scoring_events import Outcome

Announcement = Literal["met", "missed", "met_late", "restated"]

Standing = Outcome | Literal["part"]
"""``part``: the department's part in a quota that its group or the organisation owes; it is never judged by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a department takes part with in what its group or the organisation owes: frozen when the period opens."""

    group: str | None
    since: date
    """The period's first day, or the later one on which the department's time in it begins."""
    facts: dict[str, Decimal]
    """The department's, as far as the target is worked out from them."""
    actual_in_grace: Decimal | None = None
    """What had come when the time of grace ended, once that has been folded."""


@dataclass(slots=True)
class Obligation:
    """One quota of one department or person for one period. What is owed is frozen; ``actual`` is kept running.

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
    state: Standing
    ordinal: int
    opened_at: datetime
    due_at: datetime
    due_passed_at: datetime | None = None
    """The instant of the due milestone, once it has been folded: later events come after the due instant."""
    due_soon_since: datetime | None = None
    """The instant of the first reminder milestone, once it has been folded, whether or not anybody was reminded."""
    decided_at: datetime | None = None
    person: str = ""
    """Who owes it, if not the department."""
    grace_ends_at: datetime | None = None
    grace_passed_at: datetime | None = None
    """The instant of the end of grace, once that has been folded: only then it is missed."""
    on_time: bool | None = None
    """Of one that is met: whether it was before the due instant."""
    actual_when_due: Decimal | None = None
    waived_reason: str | None = None
    outcome: Item | None = None
    """What being met or missed counts for, where a measure counts that."""
    part: Part | None = None
    """Of a part in what others owe."""

    @property
    def key(self) -> QuotaPeriod:
        return QuotaPeriod(self.scheme, self.quota, self.period, self.person)

    @property
    def too_late(self) -> bool:
        """Whether what is missing now is missed."""
        return (self.due_passed_at if self.grace_ends_at is None else self.grace_passed_at) is not None


class Verdict(NamedTuple):
    state: Outcome
    announcement: Announcement


_VERDICTS: dict[tuple[Standing, bool, bool], Verdict] = {
    # state, target reached, too late
    ("open", True, False): Verdict("met", "met"),
    ("open", True, True): Verdict("met", "met"),
    ("open", False, True): Verdict("missed", "missed"),
    ("met", False, False): Verdict("open", "restated"),
    ("met", False, True): Verdict("missed", "restated"),
    ("missed", True, True): Verdict("met_late", "met_late"),
    ("met_late", False, True): Verdict("missed", "restated"),
}


def end_grace(obligation: Obligation, instant: datetime) -> None:
    """The time of grace is over: what comes from here on is late."""
    obligation.grace_passed_at = instant
    if obligation.part is not None:
        obligation.part = replace(obligation.part, actual_in_grace=obligation.actual)


def judge(obligation: Obligation) -> Verdict | None:
    """What its figures make of the obligation now; None when that is what it was.

    A waived one stays waived, and a part in what others owe is not judged.
    """
    reached = obligation.actual >= obligation.target
    return _VERDICTS.get((obligation.state, reached, obligation.too_late))


def take(obligation: Obligation, verdict: Verdict) -> None:
    """Let the obligation be what the verdict says."""
    obligation.state = verdict.state
    if verdict.state in ("met", "met_late"):
        obligation.on_time = obligation.due_passed_at is None
    else:
        obligation.on_time = None
