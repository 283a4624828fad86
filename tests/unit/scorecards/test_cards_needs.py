"""What cards stand on is known before any figure is fetched, and suffices."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from services.scoring.domain.cards.evaluation import evaluate
from services.scoring.domain.cards.needs import Needs, TooLarge, needs
from shared.calendars import Campaign
from shared.schemes.model import Rank, Scheme
from tests.unit.scorecards.figures import (
    CALENDARS,
    DictBook,
    card,
    department,
    line,
    member,
    person,
    quota,
    ranked,
    scheme,
)

LINES = [
    line("total", "reports + previous(reports)"),
    line("adopted", "over(week, adoption) - 2 * missed(weekly)"),
    line("best", "persons_best(mine)"),
    line("mine", "reports", "person"),
    line("place", "rank(total)"),
]


def asked(read: Scheme, *lines: str, calendar: str = "month", period: str = "2014-03") -> Needs:
    return needs([read], calendar, [read.calendars[calendar].period(period)], "department", lines or None)


def measures(found: Needs) -> set[str]:
    return {name for names in found.earning.values() for name in names}


def written(rank: Rank | None = None) -> Scheme:
    cards = [card("month", [each.name for each in LINES if each.subject == "department"], rank=rank)]
    return scheme(LINES, cards, quotas=[quota("weekly", "week")])


def test_only_the_figures_that_the_lines_name_are_asked_for() -> None:
    found = asked(written(), "total")

    assert {period.id for period in found.periods} == {"2014-03", "2014-02"}
    assert [measures(found), found.quotas] == [{"reports"}, set()]
    assert not (found.persons)
    assert not (found.across)


def test_child_periods_and_obligations_are_asked_for_where_lines_name_them() -> None:
    found = asked(written(), "adopted")

    assert {period.id for period in found.earning} == {f"2014-W{week:02}" for week in (9, 10, 11, 12, 13)}
    assert [{period.id for period in found.owing}, found.quotas] == [{"2014-03"}, {"weekly"}]


def test_a_measure_is_asked_for_only_in_the_periods_that_a_line_takes_it_from() -> None:
    found = asked(written(), "total", "adopted")

    by_period = {period.id: set(names) for period, names in found.earning.items()}
    weeks = {f"2014-W{week:02}": {"adoption"} for week in (9, 10, 11, 12, 13)}
    assert by_period == {"2014-03": {"reports"}, "2014-02": {"reports"}, **weeks}


@pytest.mark.parametrize("name", ["best", "place"])
def test_what_stands_on_others_is_said(name: str) -> None:
    found = asked(written(ranked("total")), name)

    assert (found.across, found.persons) == (True, name == "best")


def test_ranks_need_the_lines_that_decide_them() -> None:
    read = scheme(
        {"shown": "1", "total": "reports", "then": "adoption", "no": "missed(weekly)"},
        [card("month", ["shown"], rank=ranked("total", then=("then",)), disqualified="no")],
        quotas=[quota("weekly", "week")],
    )

    found = asked(read)

    assert [measures(found), found.quotas] == [{"reports", "adoption"}, {"weekly"}]


def test_a_calendar_without_a_card_needs_its_members_alone() -> None:
    found = asked(written(), calendar="week", period="2014-W10")

    assert [{period.id for period in found.periods}, measures(found)] == [{"2014-W10"}, set()]


def test_an_open_campaign_may_add_up_weeks_that_add_up_days() -> None:
    read = scheme(
        {"weekly": "over(day, reports)", "total": "over(week, weekly) + over(month, reports) + over(day, reports)"},
        [card("campaign", ["total"])],
        calendars=[*CALENDARS, Campaign("campaign", date(2014, 1, 1))],
    )

    found = asked(read, calendar="campaign", period="campaign")

    days = {period.first for period in found.earning if period.calendar == "day"}
    assert {date(2014, 1, 1), date(2019, 12, 31)} <= days


def test_a_line_that_adds_up_too_many_periods_is_refused_and_never_cut_off() -> None:
    read = scheme(
        {"total": "over(day, reports)"},
        [card("campaign", ["total"])],
        calendars=[*CALENDARS, Campaign("campaign", date(2000, 1, 1), date(2013, 12, 31))],
    )

    with pytest.raises(TooLarge, match="adds up more than 5000 periods"):
        asked(read, calendar="campaign", period="campaign")


def test_a_card_on_too_many_periods_is_refused() -> None:
    read = scheme(
        [line(f"l{n}", f"over(days{n}, reports)") for n in range(6)],
        [card("campaign", [f"l{n}" for n in range(6)])],
        calendars=[Campaign("campaign", date(1990, 1, 1)), *(replace(CALENDARS[0], name=f"days{n}") for n in range(6))],
    )

    with pytest.raises(TooLarge):
        asked(read, calendar="campaign", period="campaign")


class Fetched(DictBook):
    """Answers only what had been asked for beforehand."""

    fetched: Needs

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        assert (calendar, period) in {(each.calendar, each.id) for each in self.fetched.periods}
        found = super().members(calendar, period)
        assert self.fetched.persons or not any(each.subject.kind == "person" for each in found)
        return found

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterator[Decimal]:
        asked_for = {(each.calendar, each.id): measures for each, measures in self.fetched.earning.items()}
        assert measure in asked_for[calendar, period]
        return super().earned(subjects, calendar, period, measure)

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        assert quota in self.fetched.quotas
        assert (calendar, period) in {(each.calendar, each.id) for each in self.fetched.owing}
        return super().quotas(subject, quota, calendar, period)


def test_what_is_needed_suffices_for_the_cards() -> None:
    read = written(ranked("total"))
    book = Fetched(read, everyone=[member(department("a")), member(department("b")), member(person("wang", "a"))])
    book.fetched = asked(read)

    assert len(evaluate(book, "month", "2014-03")) == 2
