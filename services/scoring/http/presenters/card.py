"""A department's card as it is shown: how settled it is, its rank, its lines, its quotas, its last periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.application.reading.scorecards import OneCard
from services.scoring.domain.cards.evaluation import headline
from services.scoring.http.presenters.figures import figure
from services.scoring.http.presenters.frame import Address
from services.scoring.http.presenters.obligations import QuotaRows, quota_rows
from services.scoring.http.presenters.tally import tally
from shared.calendars import Period
from shared.web.formats import day, instant, number, period
from shared.web.languages import translate

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineRow:
    line: str
    title: str
    value: str
    url: str
    open: bool
    headline: bool


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """One of the last periods, as a link."""

    title: str
    figure: str
    state: str | None
    height: float
    """Of its bar, 0 to 100."""
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class CardView:
    title: str
    of: str | None
    """The group; of a person the department."""
    roles: Sequence[str]
    period: str
    days: str
    standing: str | None
    awarded: bool
    disqualified: bool
    settled: str
    """How far the period has come, in words, with the instant."""
    provisional: bool
    restated: str | None
    partial: bool
    lines: Sequence[LineRow]
    quotas: Sequence[QuotaRows]
    history: Sequence[PeriodStep]
    earlier_url: str | None
    later_url: str | None


def present(
    read: OneCard,
    history: Sequence[tuple[KnownPeriod, Card]],
    later: str | None,
    open_line: str | None,
    department: str,
    address: Address,
    as_of: str | None,
) -> CardView:
    """``department`` is the department's title."""
    card, zone = read.card, read.question.scheme.time_zone
    window = read.period.period
    return CardView(
        title=card.title,
        of=card.group if card.person is None else department,
        roles=card.roles,
        period=period(window.id),
        days=_days(window),
        standing=_standing(card),
        awarded=bool(card.standing and card.standing.awarded),
        disqualified=card.disqualified,
        settled=_settled(read),
        provisional=card.state == "closed" and card.provisional,
        restated=translate("card.restated", at=instant(card.restated_at, zone)) if card.restated_at else None,
        partial=card.partial,
        lines=_lines(read, open_line, address),
        quotas=quota_rows(card.obligations, read.scheme, read.question.scope.organisation, zone, as_of),
        history=_history(read.question, history, window.id, address),
        earlier_url=_earlier(history, window.id, address),
        later_url=address(period=later) if later else None,
    )


def _days(window: Period) -> str:
    if window.open:
        return translate("card.days.open", first=day(window.first))
    return translate("card.days", first=day(window.first), last=day(window.last))


def _standing(card: Card) -> str | None:
    standing = card.standing
    if standing is None:
        return None
    within = translate("card.rank.within", group=standing.within) if standing.within else ""
    return translate("card.rank", rank=standing.rank, of=standing.of) + within


def _settled(read: OneCard) -> str:
    card, zone = read.card, read.question.scheme.time_zone
    if card.final_at is not None:
        return translate("card.settled.final", at=instant(card.final_at, zone))
    if card.closed_at is None:
        return translate("card.settled.running")
    at = instant(card.closed_at, zone)
    return translate("card.settled.provisional" if card.provisional else "card.settled.closed", at=at)


def _lines(read: OneCard, open_line: str | None, address: Address) -> list[LineRow]:
    first = headline(read.scorecard)
    return [
        LineRow(
            line=name,
            title=read.scheme.lines[name].title,
            value=number(value),
            url=address(line=name),
            open=name == open_line,
            headline=name == first and len(read.card.values) > 1,
        )
        for name, value in read.card.values.items()
    ]


def _history(
    question: Question, history: Sequence[tuple[KnownPeriod, Card]], current: str, address: Address
) -> list[PeriodStep]:
    if len(history) < 2:
        return []
    figures = [figure(card, question.calendar.name) for _, card in history]
    highest = max(max(each.value or _NOTHING, each.target or _NOTHING) for each in figures)
    return [
        PeriodStep(
            title=period(known.period.id),
            figure=number(each.value),
            state=tally(card.obligations).state,
            height=round(float(max(each.value or _NOTHING, _NOTHING) / highest) * 100, 1) if highest > 0 else 0.0,
            url=address(period=known.period.id, line=None),
            current=known.period.id == current,
        )
        for (known, card), each in zip(history, figures, strict=True)
    ]


def _earlier(history: Sequence[tuple[KnownPeriod, Card]], current: str, address: Address) -> str | None:
    names = [known.period.id for known, _ in history]
    place = names.index(current) if current in names else 0
    return address(period=names[place - 1]) if place > 0 else None
