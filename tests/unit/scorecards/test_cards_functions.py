"""What every function of a line comes to, on figures written by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.domain.cards.book import ORGANISATION, Subject
from services.scoring.domain.cards.evaluation import Card, evaluate
from shared.calendars import Campaign, ListedCalendar, RegularCalendar
from shared.schemes.model import Scheme
from tests.unit.scorecards.figures import (
    CALENDARS,
    DictBook,
    card,
    department,
    group,
    line,
    member,
    person,
    quota,
    ranked,
    scheme,
)

A, B = department("a"), department("b")


def values(found: Sequence[Card]) -> dict[Subject, Mapping[str, Decimal]]:
    return {each.member.subject: each.values for each in found}


def value_of(book: DictBook, name: str, period: str = "2014-03", calendar: str = "month", of: Subject = A) -> Decimal:
    return values(evaluate(book, calendar, period, of.kind))[of][name]


def yearly(**lines: str) -> Scheme:
    return scheme(lines, [card("month", list(lines)), card("year", list(lines)), card("half", list(lines))])


class TestNames:
    def test_measures_are_amounts_and_what_is_lacking_is_nothing(self) -> None:
        book = DictBook(scheme({"total": "2 * reports + adoption"}), everyone=[member(A)]).earn(A, "2014-03", reports=3)

        assert value_of(book, "total") == 6

    def test_lines_stand_on_lines(self) -> None:
        read = scheme({"reporting": "reports * 2", "total": "reporting + 1"})
        book = DictBook(read, everyone=[member(A)]).earn(A, "2014-03", reports=3)

        assert value_of(book, "total") == 7

    def test_facts_are_those_of_the_member_or_what_is_declared_for_it(self) -> None:
        read = scheme({"per_head": "reports / staff"}, facts={"staff": Decimal(4)})
        book = DictBook(read, everyone=[member(A, facts={"staff": Decimal(2)}), member(B)])
        book.earn(A, "2014-03", reports=8).earn(B, "2014-03", reports=8)

        assert [value_of(book, "per_head"), value_of(book, "per_head", of=B)] == [4, 2]

    def test_division_by_nothing_gives_what_the_line_declares(self) -> None:
        read = scheme([line("share", "ratio(reports, adoption)", otherwise=Decimal(-1))])
        book = DictBook(read, everyone=[member(A)]).earn(A, "2014-03", reports=3)

        assert value_of(book, "share") == -1

    def test_a_long_chain_of_lines_needs_no_recursion(self) -> None:
        chain = {"l0": "reports", **{f"l{n}": f"over(day, l{n - 1}) + l{n - 1} + 1" for n in range(1, 400)}}
        read = scheme(chain, [card("day", ["l399"])])
        book = DictBook(read, everyone=[member(A)])
        book.only = {("day", "2014-03-01"): [member(A)]}

        # Each day's only child is the day itself, so that every link doubles what is behind it.
        assert value_of(book, "l399", "2014-03-01", "day") > 10**14


class TestChildPeriods:
    def test_over_adds_the_periods_that_end_in_this_one(self) -> None:
        # Week 9 ends on 2 March, week 13 on 30 March; week 14 only on 6 April.
        read = scheme({"weekly": "reports * 2", "total": "over(week, weekly)"})
        book = DictBook(read, everyone=[member(A)])
        for week, reports in (("2014-W08", 100), ("2014-W09", 1), ("2014-W13", 10), ("2014-W14", 1000)):
            book.earn(A, week, "week", reports=reports)

        assert value_of(book, "total") == 22

    def test_a_week_that_ends_in_the_new_year_belongs_to_it(self) -> None:
        book = DictBook(yearly(total="over(week, reports)"), everyone=[member(A)])
        book.earn(A, "2014-W01", "week", reports=1).earn(A, "2015-W01", "week", reports=10)

        assert value_of(book, "total", "2014", "year") == 1
        assert value_of(book, "total", "2015", "year") == 10

    def test_best_over_takes_the_highest_and_count_over_those_that_are_not_nothing(self) -> None:
        read = yearly(best="best_over(month, reports)", count="count_over(month, much)", much="reports > 4")
        book = DictBook(read, everyone=[member(A)])
        for month, reports in (("2014-01", 3), ("2014-02", 5), ("2014-03", 9)):
            book.earn(A, month, reports=reports)

        assert [value_of(book, "best", "2014", "year"), value_of(book, "count", "2014", "year")] == [9, 2]

    def test_the_highest_of_minus_points_is_the_smallest_of_them(self) -> None:
        book = DictBook(yearly(worst="0 - reports", best="best_over(month, worst)"), everyone=[member(A)])
        for month in range(1, 13):
            book.earn(A, f"2014-{month:02}", reports=month)

        assert value_of(book, "best", "2014", "year") == -1

    def test_periods_for_which_the_subject_has_no_card_count_for_nothing(self) -> None:
        read = yearly(score="100 - reports", total="over(month, score)", best="best_over(month, score)")
        book = DictBook(read, everyone=[])
        book.only = {
            ("year", "2014"): [member(A)],
            ("month", "2014-11"): [member(A)],
            ("month", "2014-12"): [member(B)],
        }

        assert [value_of(book, "total", "2014", "year"), value_of(book, "best", "2014", "year")] == [100, 100]

    def test_without_any_child_period_over_and_its_kin_are_nothing(self) -> None:
        term = ListedCalendar("term", (("2013-autumn", date(2013, 9, 1), date(2014, 1, 31)),))
        lines = {
            "total": "over(term, reports)",
            "best": "best_over(term, reports)",
            "count": "count_over(term, reports)",
        }
        book = DictBook(scheme(lines, calendars=[*CALENDARS, term]), everyone=[member(A)])

        assert [value_of(book, name) for name in lines] == [0, 0, 0]

    def test_a_listed_term_belongs_to_the_year_of_its_last_day(self) -> None:
        term = ListedCalendar("term", (("2013-autumn", date(2013, 9, 1), date(2014, 1, 31)),))
        read = scheme({"total": "over(term, reports)"}, [card("year", ["total"])], calendars=[*CALENDARS, term])
        book = DictBook(read, everyone=[member(A)]).earn(A, "2013-autumn", "term", reports=7)

        assert [value_of(book, "total", "2013", "year"), value_of(book, "total", "2014", "year")] == [0, 7]

    def test_a_campaign_without_an_end_adds_up_what_there_is_and_belongs_to_nothing(self) -> None:
        campaign = Campaign("campaign", date(2014, 3, 10))
        read = scheme(
            {"sum": "over(month, reports)", "part": "over(campaign, reports)"},
            [card("campaign", ["sum"]), card("year", ["part"])],
            calendars=[*CALENDARS, campaign],
        )
        book = DictBook(read, everyone=[])
        book.only = {
            ("campaign", "campaign"): [member(A)],
            ("month", "2014-03"): [member(A)],
            ("month", "2014-04"): [member(A)],
            ("year", "2014"): [member(A)],
        }
        book.earn(A, "2014-03", reports=1).earn(A, "2014-04", reports=2).earn(A, "campaign", "campaign", reports=3)

        assert value_of(book, "sum", "campaign", "campaign") == 3
        assert value_of(book, "part", "2014", "year") == 0

    @pytest.mark.parametrize("last", [date(2019, 12, 31), None], ids=["closed", "open"])
    def test_a_campaign_adds_up_its_days_however_many_years_it_goes_on(self, last: date | None) -> None:
        campaign = Campaign("campaign", date(2014, 1, 1), last)
        read = scheme({"sum": "over(day, reports)"}, [card("campaign", ["sum"])], calendars=[*CALENDARS, campaign])
        book = DictBook(read, everyone=[member(A)])
        book.earn(A, "2014-01-01", "day", reports=1).earn(A, "2019-12-31", "day", reports=2)

        assert value_of(book, "sum", "campaign", "campaign") == 3

    def test_an_anchored_month_belongs_to_the_month_in_which_it_ends(self) -> None:
        anchored = RegularCalendar("from16", "month", 16)
        read = scheme({"total": "over(from16, reports)"}, calendars=[*CALENDARS, anchored])
        book = DictBook(read, everyone=[member(A)])
        book.earn(A, "2014-02-16", "from16", reports=1).earn(A, "2014-03-16", "from16", reports=10)

        assert value_of(book, "total", "2014-03") == 1


class TestPrevious:
    def test_previous_is_the_line_in_the_period_before(self) -> None:
        book = DictBook(scheme({"change": "reports - previous(reports)"}), everyone=[member(A)])
        book.earn(A, "2014-02", reports=4).earn(A, "2014-03", reports=6)

        assert value_of(book, "change") == 2

    def test_previous_of_january_is_december(self) -> None:
        book = DictBook(scheme({"before": "previous(reports)"}), everyone=[member(A)]).earn(A, "2013-12", reports=4)

        assert value_of(book, "before", "2014-01") == 4

    def test_previous_is_nothing_where_the_subject_has_no_card(self) -> None:
        book = DictBook(scheme({"basis": "100 - reports", "before": "previous(basis)"}), everyone=[member(A)])
        book.only = {("month", "2014-02"): [member(B)]}

        assert value_of(book, "before") == 0

    def test_previous_reaches_as_far_back_as_lines_name_it(self) -> None:
        read = scheme({"one": "previous(reports)", "two": "previous(one)", "three": "previous(two)"})
        book = DictBook(read, everyone=[member(A)]).earn(A, "2013-12", reports=9)

        assert value_of(book, "three") == 9

    def test_previous_is_nothing_before_the_first_listed_period(self) -> None:
        term = ListedCalendar("term", (("2014", date(2014, 1, 1), date(2014, 5, 31)),))
        read = scheme({"before": "previous(reports)"}, [card("term", ["before"])], calendars=[*CALENDARS, term])

        assert value_of(DictBook(read, everyone=[member(A)]), "before", "2014", "term") == 0

    def test_each_period_is_scored_by_its_own_version(self) -> None:
        old = scheme({"score": "reports * 10"})
        new = scheme({"score": "reports", "before": "previous(score)", "fresh": "previous(before)"}, version=2)
        book = DictBook(old, new, everyone=[member(A, scheme_version=2)])
        book.only = {("month", "2014-02"): [member(A)], ("month", "2014-01"): [member(A)]}
        book.earn(A, "2014-02", reports=3)

        assert value_of(book, "before") == 30
        assert value_of(book, "fresh") == 0  # the old version has no such line


class TestQuotas:
    LINES = ("met", "met_on_time", "missed", "shortfall", "target", "actual")

    def book(self, calendar: str = "month") -> DictBook:
        read = scheme({f"l_{name}": f"{name}(q)" for name in self.LINES}, quotas=[quota("q", calendar)])
        return DictBook(read, everyone=[member(A)])

    def shown(self, book: DictBook) -> list[int]:
        return [int(value_of(book, f"l_{name}")) for name in self.LINES]

    @pytest.mark.parametrize(
        ("state", "actual", "said", "expected"),
        [
            ("open", 1, {}, [0, 0, 0, 0, 2, 1]),
            ("met", 3, {}, [1, 1, 0, 0, 2, 3]),
            ("met", 2, {"on_time": False}, [1, 0, 0, 0, 2, 2]),
            ("missed", 1, {}, [0, 0, 1, 1, 2, 1]),
            ("met_late", 2, {"on_time": False}, [0, 0, 1, 0, 2, 2]),
            ("open", 1, {"due_passed": True}, [0, 0, 0, 1, 2, 1]),
            ("waived", 0, {}, [0, 0, 0, 0, 0, 0]),
        ],
        ids=["open", "met", "met in grace", "missed", "made good late", "in grace", "waived"],
    )
    def test_of_the_same_calendar(self, state: str, actual: int, said: dict[str, bool], expected: list[int]) -> None:
        assert self.shown(self.book().owe(A, "q", "2014-03", state, actual, **said)) == expected

    def test_shorter_periods_are_added_up(self) -> None:
        book = self.book("week")
        for week, state, actual in (
            ("W09", "missed", 0),
            ("W10", "met", 5),
            ("W13", "missed", 1),
            ("W14", "missed", 0),
        ):
            book.owe(A, "q", f"2014-{week}", state, actual)

        # Week 14 ends in April. What one week has too much does not make up for another.
        assert self.shown(book) == [1, 1, 2, 3, 6, 6]

    def test_without_an_obligation_all_are_nothing(self) -> None:
        assert self.shown(self.book()) == [0] * 6

    def test_a_departments_line_adds_up_what_its_persons_owe(self) -> None:
        read = scheme({"missing": "missed(q)"}, quotas=[quota("q", "month", "person")])
        book = DictBook(read, everyone=[member(A), member(B), member(person("wang", "a")), member(person("li", "a"))])
        book.owe(person("wang", "a"), "q", "2014-03", "missed", 0).owe(person("li", "a"), "q", "2014-03", "missed", 0)

        assert [value_of(book, "missing"), value_of(book, "missing", of=B)] == [2, 0]

    def test_a_group_owes_the_sum_over_its_departments(self) -> None:
        read = scheme(
            [line("missing", "shortfall(q)", "group"), line("share", "missed(q)")],
            [card("month", ["missing"], "group"), card("month", ["share"])],
            quotas=[quota("q", "month", "group")],
        )
        book = DictBook(read, everyone=[member(A, "east"), member(B, "east"), member(department("c"), "west")])
        for name, of, actual in (("a", "east", 1), ("b", "east", 1), ("c", "west", 0)):
            book.take_part(department(name), "q", "2014-03", actual, actual, of)

        assert value_of(book, "missing", of=group("east")) == 0
        assert value_of(book, "missing", of=group("west")) == 2
        assert value_of(book, "share", of=department("c")) == 1  # a department shares its group's miss

    def test_the_organisation_has_missed_what_it_reached_after_the_due_instant(self) -> None:
        read = scheme(
            [line("late", "missed(q)", "organisation"), line("lacking", "shortfall(q)", "organisation")],
            [card("month", ["late", "lacking"], "organisation")],
            quotas=[quota("q", "month", "organisation")],
        )
        book = DictBook(read, everyone=[member(A), member(B)])
        book.take_part(A, "q", "2014-03", 1, 1).take_part(B, "q", "2014-03", 1, 0)

        assert value_of(book, "late", of=ORGANISATION) == 1
        assert value_of(book, "lacking", of=ORGANISATION) == 0


class TestOtherSubjects:
    def book(self) -> DictBook:
        read = scheme(
            [
                line("score", "reports * 2"),
                line("mine", "adoption + 1", "person"),
                line("of_my_office", "department(score)", "person"),
                line("of_my_group", "group(score)", "person"),
                line("group_total", "reports", "group"),
                line("group_score", "group(score)"),
                line("group_reports", "group(reports)"),
                line("group_line", "group(group_total)"),
                line("everyones", "organisation(score)"),
                line("heads", "organisation(staff)"),
                line("people", "persons(mine)"),
                line("best_person", "persons_best(mine)"),
                line("best_place", "best_rank(mine)"),
                line("sum", "score", "organisation"),
            ],
            [
                card("month", ["score", "group_score", "group_reports", "group_line", "everyones", "heads", "people",
                               "best_person", "best_place"]),
                card("month", ["mine", "of_my_office", "of_my_group"], "person", ranked("mine")),
                card("month", ["group_total"], "group"),
                card("month", ["sum"], "organisation"),
            ],
            facts={"staff": Decimal(5)},
        )  # fmt: skip
        wang, li, sun = person("wang", "a"), person("li", "a"), person("sun", "b")
        everyone = [
            member(A, "east", facts={"staff": Decimal(7)}),
            member(B, "east"),
            member(department("c"), "west"),
            member(department("d")),
            member(wang, "east"),
            member(li, "east"),
            member(sun, "east"),
        ]
        book = DictBook(read, everyone=everyone)
        for name, reports in (("a", 1), ("b", 10), ("c", 100), ("d", 1000)):
            book.earn(department(name), "2014-03", reports=reports)
        for subject, adoption in ((wang, 3), (li, 8), (sun, 5)):
            book.earn(subject, "2014-03", adoption=adoption)
        return book

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("group_score", 22),
            ("group_reports", 11),
            ("group_line", 11),
            ("everyones", 2222),
            ("heads", 22),
            ("people", 13),
            ("best_person", 9),
            ("best_place", 1),
        ],
    )
    def test_a_departments_line_uses_what_is_above_and_below_it(self, name: str, expected: int) -> None:
        assert value_of(self.book(), name) == expected

    def test_a_department_without_a_group_or_persons_has_nothing_of_them(self) -> None:
        found = values(evaluate(self.book(), "month", "2014-03"))[department("d")]

        assert {found[name] for name in ("group_score", "people", "best_person", "best_place")} == {0}

    def test_a_persons_line_uses_its_departments(self) -> None:
        found = values(evaluate(self.book(), "month", "2014-03", "person"))[person("wang", "a")]

        assert [found["of_my_office"], found["of_my_group"]] == [2, 22]

    def test_groups_and_the_organisation_have_cards_of_sums(self) -> None:
        book = self.book()

        assert values(evaluate(book, "month", "2014-03", "group")) == {
            group("east"): {"group_total": 11},
            group("west"): {"group_total": 100},
        }
        assert values(evaluate(book, "month", "2014-03", "organisation")) == {ORGANISATION: {"sum": 2222}}


def test_lines_that_turn_in_a_circle_through_versions_count_nothing_where_it_closes() -> None:
    old = scheme({"a": "over(week, b) + 1"})
    new = scheme({"b": "over(month, a) + 1", "a": "reports"}, version=2)
    book = DictBook(old, new, everyone=[member(A, scheme_version=2)])
    book.only = {("month", "2014-03"): [member(A)]}

    assert value_of(book, "a") > 0


def test_nobody_has_a_card_where_there_are_no_members() -> None:
    assert evaluate(DictBook(scheme({"total": "reports"})), "month", "2014-03") == []
