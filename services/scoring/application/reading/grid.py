"""The grid: every department's cards of several periods, one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.questions import (
    Asked,
    NothingScored,
    Question,
    known_periods,
    named_period,
    resolve,
)
from services.scoring.application.reading.records import KnownPeriod, ParkedDepartment
from services.scoring.application.reading.scorecards import read_cards
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.book import Subject
from shared.calendars import Calendar

PERIODS_SHOWN = 8
PERIODS_SHOWN_MAX = 24


@dataclass(frozen=True, slots=True)
class Grid:
    question: Question
    periods: Sequence[KnownPeriod]
    """Those shown, oldest first."""
    before: KnownPeriod | None
    """The one before the first shown: what its figures are compared with."""
    cards: Mapping[str, Sequence[Card]]
    """By period; also of ``before``."""
    earlier: str | None
    """The period up to which the page of earlier ones shows; None when there are none."""
    later: str | None
    latest: bool
    """Whether the last one shown is the latest there is."""
    parked: Sequence[ParkedDepartment]


def read_grid(snapshot: Snapshot, asked: Asked, *, until: str | None = None, last: int = PERIODS_SHOWN) -> Grid:
    """The ``last`` periods up to ``until`` (or the running one). Raises Misasked and NothingScored."""
    question = resolve(snapshot, asked)
    known = known_periods(snapshot, question, last + 1, _named(question.calendar, until))
    if not known:
        raise NothingScored(f'no {question.calendar.name} of "{asked.organisation}" has been opened yet')
    newest = known[0] if until is None else known_periods(snapshot, question, 1)[0]
    shown, before = known[:last], known[last] if len(known) > last else None
    return Grid(
        question=question,
        periods=shown[::-1],
        before=before,
        cards=read_cards(snapshot, question, known, headlines=True),
        earlier=before.period.id if before else None,
        later=_later(question.calendar, shown[0], newest, last),
        latest=shown[0].period.id == newest.period.id,
        parked=snapshot.parked(asked.organisation),
    )


def read_history(
    snapshot: Snapshot, question: Question, subject: Subject, around: KnownPeriod, last: int
) -> list[tuple[KnownPeriod, Card]]:
    """One subject's cards of the latest periods, oldest first, or of those up to ``around`` when it is older."""
    known = known_periods(snapshot, question, last)
    if around not in known:
        known = known_periods(snapshot, question, last, around.period.id)
    department = subject.home if subject.kind in ("department", "person") else None
    by_period = read_cards(snapshot, question, known, headlines=True, department=department)
    return [
        (period, card) for period in reversed(known) for card in by_period[period.period.id] if card.subject == subject
    ]


def preceding_and_following(
    snapshot: Snapshot, question: Question, period: KnownPeriod
) -> tuple[str | None, str | None]:
    """The periods before and after this one, as far as they have been opened."""
    known = known_periods(snapshot, question, 2, period.period.id)
    return known[1].period.id if len(known) > 1 else None, following(snapshot, question, period)


def following(snapshot: Snapshot, question: Question, period: KnownPeriod) -> str | None:
    """The period after this one, if it has been opened."""
    after = question.calendar.following(period.period)
    if after is None:
        return None
    known = known_periods(snapshot, question, 1, after.id)
    return after.id if known and known[0].period.id == after.id else None


def _named(calendar: Calendar, until: str | None) -> str | None:
    return None if until is None else named_period(calendar, until, "until")


def _later(calendar: Calendar, last_shown: KnownPeriod, newest: KnownPeriod, step: int) -> str | None:
    """Where the next page towards the present ends; None when this one is the latest."""
    if last_shown.period.id == newest.period.id:
        return None
    period = last_shown.period
    for _ in range(step):
        after = calendar.following(period)
        if after is None:
            break
        period = after
        if period.id == newest.period.id:
            break
    return period.id
