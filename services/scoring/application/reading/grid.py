"""The grid: every department's cards of several periods, one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.questions import (
    Asked,
    Misasked,
    NothingScored,
    Question,
    resolve,
)
from services.scoring.application.reading.records import KnownPeriod, ParkedDepartment
from services.scoring.application.reading.scorecards import read_cards
from services.scoring.application.reading.store import Snapshot
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
    known = snapshot.periods(question.scope, at_most=last + 1, up_to=_named(question.calendar, until))
    if not known:
        raise NothingScored(f'no {question.calendar.name} of "{asked.organisation}" has been opened yet')
    newest = known[0] if until is None else snapshot.periods(question.scope, at_most=1)[0]
    shown, before = known[:last], known[last] if len(known) > last else None
    return Grid(
        question=question,
        periods=shown[::-1],
        before=before,
        cards=read_cards(snapshot, question, known, shown=()),
        earlier=before.window.period if before else None,
        later=_later(question.calendar, shown[0], newest, last),
        latest=shown[0].window.period == newest.window.period,
        parked=snapshot.parked(asked.organisation),
    )


def read_history(
    snapshot: Snapshot, question: Question, department: str, around: KnownPeriod, last: int
) -> list[tuple[KnownPeriod, Card]]:
    """One department's cards of the latest periods, oldest first, or of those up to ``around`` when it is older."""
    known = snapshot.periods(question.scope, at_most=last)
    if around not in known:
        known = snapshot.periods(question.scope, at_most=last, up_to=around.window.period)
    by_period = read_cards(snapshot, question, known, shown=(), department=department)
    return [(period, card) for period in reversed(known) for card in by_period[period.window.period]]


def following(snapshot: Snapshot, question: Question, period: KnownPeriod) -> str | None:
    """The period after this one, if it has been opened."""
    after = question.calendar.following(question.calendar.period(period.window.period)).id
    known = snapshot.periods(question.scope, at_most=1, up_to=after)
    return after if known and known[0].window.period == after else None


def _named(calendar: Calendar, until: str | None) -> str | None:
    if until is None:
        return None
    try:
        return calendar.period(until).id
    except ValueError as mistake:
        raise Misasked("until", str(mistake)) from mistake


def _later(calendar: Calendar, last_shown: KnownPeriod, newest: KnownPeriod, step: int) -> str | None:
    """Where the next page towards the present ends; None when this one is the latest."""
    if last_shown.window.period == newest.window.period:
        return None
    period = calendar.period(last_shown.window.period)
    for _ in range(step):
        period = calendar.following(period)
        if period.id == newest.window.period:
            break
    return period.id
