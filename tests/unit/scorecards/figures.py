"""Schemes and a book of figures written by hand, for the tests of the evaluator: no reader, no database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from services.scoring.domain.cards.book import FigureState, Member, QuotaFigure, Subject
from services.scoring.domain.cards.nodes import children
from services.scoring.domain.obligations import Part
from shared.calendars import Calendar, Due, Period, RegularCalendar
from shared.schemes.formulas import Formula
from shared.schemes.model import (
    Audience,
    DepartmentFact,
    FixedAmount,
    Line,
    Measure,
    PerItem,
    Quota,
    Rank,
    Scheme,
    Scorecard,
    SubjectKind,
    Target,
)

OPENED = datetime(2014, 2, 28, 16, tzinfo=UTC)

CALENDARS: tuple[Calendar, ...] = (
    RegularCalendar("day", "day"),
    RegularCalendar("week", "week"),
    RegularCalendar("month", "month"),
    RegularCalendar("half", "half_year"),
    RegularCalendar("year", "year"),
)


def department(name: str) -> Subject:
    return Subject("department", name)


def person(name: str, of: str) -> Subject:
    return Subject("person", name, of)


def group(name: str) -> Subject:
    return Subject("group", name)


def line(name: str, formula: str, subject: SubjectKind = "department", otherwise: Decimal | None = None) -> Line:
    return Line(name, name, "", Formula.parse(formula, otherwise), "", subject)


def quota(name: str, calendar: str, subject: SubjectKind = "department", at_least: Target | None = None) -> Quota:
    return Quota(
        name=name,
        title=name,
        cite="",
        measure="reports",
        calendar=calendar,
        at_least=at_least or FixedAmount(Decimal(2)),
        applies_to=Audience(),
        due=Due(),
        remind=(),
        severity="warning",
        joiners="exempt",
        subject=subject,
    )


def card(
    calendar: str,
    lines: Sequence[str],
    subject: SubjectKind = "department",
    rank: Rank | None = None,
    **said: Any,
) -> Scorecard:
    return Scorecard(f"{calendar}_{subject}", calendar, tuple(lines), None, rank, subject, **said)


def ranked(by: str, **said: Any) -> Rank:
    return Rank(**{"by": by, "within": "all", "awards": {}, **said})


def scheme(
    lines: Mapping[str, str] | Sequence[Line],
    cards: Sequence[Scorecard] = (),
    *,
    quotas: Sequence[Quota] = (),
    measures: Sequence[str] = ("reports", "adoption"),
    facts: Mapping[str, Decimal] | None = None,
    calendars: Sequence[Calendar] = CALENDARS,
    classes: Mapping[str, Audience] | None = None,
    version: int = 1,
) -> Scheme:
    """With lines alone, a month's card that shows them all. Facts are named with what holds where they are unknown."""
    all_lines = [line(name, text) for name, text in lines.items()] if isinstance(lines, Mapping) else list(lines)
    shown = list(cards) or [card("month", [each.name for each in all_lines])]
    return Scheme(
        name="district",
        version=version,
        title="",
        effective_from=date(2014, 1, 1),
        time_zone=ZoneInfo("Asia/Shanghai"),
        calendars={calendar.name: calendar for calendar in calendars},
        kinds={},
        measures={name: _measure(name) for name in measures},
        quotas={each.name: each for each in quotas},
        lines={each.name: each for each in all_lines},
        scorecards={each.name: each for each in shown},
        digest=str(version),
        facts={name: DepartmentFact(name, name, otherwise) for name, otherwise in (facts or {}).items()},
        classes=classes or {},
    )


def _measure(name: str) -> Measure:
    return Measure(name, name, "", "submitted", (), "points", FixedAmount(Decimal(1)), PerItem(), "submitted_on")


def member(subject: Subject, group: str | None = None, **said: Any) -> Member:
    described: dict[str, Any] = {
        "title": subject.name.title(),
        "tags": (),
        "roles": (),
        "facts": {},
        "scheme_version": 1,
        "partial": False,
        "opened_at": OPENED,
        "closed_at": None,
        "final_at": None,
        "restated_at": None,
        **said,
    }
    return Member(subject=subject, group=group, **described)


class DictBook:
    """Figures in dictionaries. Whoever is named for no period of his own has a card for all of them."""

    def __init__(self, *schemes: Scheme, everyone: Sequence[Member] = ()) -> None:
        self._schemes = {scheme.version: scheme for scheme in schemes}
        self.everyone = list(everyone)
        self.only: dict[tuple[str, str], list[Member]] = {}
        self.amounts: dict[tuple[Subject, str, str, str], Decimal] = {}
        self.figures: list[QuotaFigure] = []

    def earn(self, subject: Subject, period: str, calendar: str = "month", **amounts: str | int) -> "DictBook":
        for measure, amount in amounts.items():
            self.amounts[subject, calendar, period, measure] = Decimal(amount)
        return self

    def owe(
        self, subject: Subject, quota: str, period: str, state: str, actual: int, *, target: int = 2, **said: Any
    ) -> "DictBook":
        """One obligation; due has passed unless it is open."""
        newest = self._schemes[max(self._schemes)]
        calendar = newest.calendars[newest.quotas[quota].calendar]
        days = calendar.period(period)
        figure = QuotaFigure(
            subject,
            quota,
            calendar.name,
            period,
            days.first,
            days.end,
            Decimal(target),
            Decimal(actual),
            cast(FigureState, state),
            {"met": True}.get(state),
            state != "open",
            scheme_version=newest.version,
        )
        self.figures.append(figure._replace(**said))
        return self

    def take_part(
        self, subject: Subject, quota: str, period: str, actual: int, by_due: int, group: str | None = None
    ) -> "DictBook":
        """A department's part in what its group or the organisation owes, which has fallen due."""
        self.owe(subject, quota, period, "part", actual, target=0, actual_when_due=Decimal(by_due), too_late=True)
        figure = self.figures.pop()
        self.figures.append(figure._replace(part=Part(group, figure.period_first, {})))
        return self

    def scheme(self, version: int) -> Scheme:
        return self._schemes[version]

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        return self.only.get((calendar, period), self.everyone)

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterator[Decimal]:
        for subject in subjects:
            assert subject.kind in ("department", "person"), "groups are summed by the evaluator"
            yield self.amounts.get((subject, calendar, period, measure), Decimal(0))

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        scheme = self._schemes[max(self._schemes)]
        if quota not in scheme.quotas:
            return []
        whole = scheme.calendars[calendar].period(period)
        belonging = {each.id for each in self._belonging(scheme, scheme.quotas[quota].calendar, whole)}
        return [
            each
            for each in self.figures
            if each.subject == subject and each.quota == quota and each.period in belonging
        ]

    @staticmethod
    def _belonging(scheme: Scheme, calendar: str, whole: Period) -> list[Period]:
        return [whole] if calendar == whole.calendar else children(scheme, calendar, whole)
