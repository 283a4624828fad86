"""A scheme that uses all of the language: each of its sections becomes the model that it should."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from shared.calendars import Campaign, Due, Duration, ListedCalendar, RegularCalendar, Workdays
from shared.schemes import Scheme, read_scheme
from shared.schemes.formulas import FACT_FUNCTIONS, Formula
from shared.schemes.model import (
    Attribute,
    Audience,
    Bands,
    Bulletin,
    Condition,
    Credit,
    DepartmentFact,
    FixedAmount,
    FormulaAmount,
    OnTime,
    PerItem,
    PerPeriod,
    PersonsCredit,
    Rank,
    ReviewPath,
    Scorecard,
    TableAmount,
    TargetTable,
)

TEXT = (Path(__file__).parent / "files" / "everything.yaml").read_text()
PAGES = Bands((("few", Decimal(0)), ("many", Decimal(10))))
WORDS = Bands((("short", Decimal(0)), ("medium", Decimal(800)), ("long", Decimal(2000))))
TEACHING = Audience(
    departments=frozenset({"mechanics", "arts"}),
    groups=frozenset({"faculty"}),
    tags=frozenset({"teaching"}),
    exempt=Audience(departments=frozenset({"library"})),
)
ALL_BUT_OFFICES = Audience(exempt=Audience(groups=frozenset({"office"})))


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme(TEXT)


def formula(text: str, otherwise: int | None = None) -> Formula:
    return Formula.parse(text, None if otherwise is None else Decimal(otherwise), FACT_FUNCTIONS)


def test_a_version_begins_with_the_period_that_it_asks_for(scheme: Scheme) -> None:
    assert scheme.effective_from == date(2014, 4, 1)


def test_the_organisations_workdays_are_read_with_their_spans(scheme: Scheme) -> None:
    closed = {date(2014, 5, 2), date(2014, 7, 14), date(2014, 7, 15), date(2014, 7, 16)}

    assert scheme.workdays == Workdays(frozenset(closed), frozenset({date(2014, 5, 4)}), frozenset({2031, 2032}))


def test_facts_of_departments_are_read(scheme: Scheme) -> None:
    assert scheme.facts["staff"] == DepartmentFact("staff", "教职工人数", Decimal(1))
    assert scheme.facts["quota_of_own"] == DepartmentFact("quota_of_own", "quota_of_own", Decimal(0))


def test_calendars_of_all_sorts_are_read(scheme: Scheme) -> None:
    spring = ("2014-spring", date(2014, 2, 17), date(2014, 7, 13))
    autumn = ("2014-autumn", date(2014, 9, 1), date(2015, 1, 31))

    assert scheme.calendars == {
        "day": RegularCalendar("day", "day"),
        "week": RegularCalendar("week", "week", 5),
        "isoweek": RegularCalendar("isoweek", "week"),
        "month": RegularCalendar("month", "month"),
        "report_month": RegularCalendar("report_month", "month", 16),
        "quarter": RegularCalendar("quarter", "quarter"),
        "half": RegularCalendar("half", "half_year", (2, 1)),
        "school_year": RegularCalendar("school_year", "year", (9, 1)),
        "year": RegularCalendar("year", "year"),
        "term": ListedCalendar("term", (spring, autumn)),
        "campaign": Campaign("campaign", date(2014, 5, 21), date(2014, 6, 30)),
        "promotion": Campaign("promotion", date(2014, 10, 16)),
        "plan": Campaign("plan", date(2014, 4, 1), date(2014, 11, 10)),
    }


def test_classes_are_audiences_that_may_build_on_one_another(scheme: Scheme) -> None:
    assert scheme.classes == {
        "teaching_units": TEACHING,
        "all_but_offices": ALL_BUT_OFFICES,
        "video_units": Audience(departments=frozenset({"school-office"}), classes=(TEACHING,)),
    }


def test_attributes_of_all_types_are_read(scheme: Scheme) -> None:
    attributes = scheme.kinds["report"].attributes

    assert [attribute.type for attribute in attributes.values()] == [
        "choice",
        "choices",
        "text",
        "boolean",
        "integer",
        "number",
        "date",
        "time",
        "files",
        "choice",
    ]
    assert attributes["pages"] == Attribute(
        "pages", "pages", "integer", required=True, at_least=Decimal(1), at_most=Decimal(200)
    )


def test_channels_are_a_required_choice(scheme: Scheme) -> None:
    channel = scheme.kinds["report"].attributes["channel"]

    assert channel == Attribute("channel", "channel", "choice", ("own_site", "university_site", "outside"), True)


def test_contributors_have_roles(scheme: Scheme) -> None:
    kinds = scheme.kinds

    assert (kinds["report"].roles, kinds["report"].roles_required) == (("author", "reviewer"), ("author",))
    assert (kinds["note"].roles, kinds["note"].roles_required) == ((), ())


def test_review_takes_the_first_way_that_fits(scheme: Scheme) -> None:
    outside = Condition("channel", frozenset({"outside"}))
    lengthy = Condition("pages", at_least=Decimal(5))
    other_topics = Condition("topic", none_of=frozenset({"progress"}))
    pictured = Condition("photos", above=Decimal(0))

    assert scheme.kinds["report"].review == (
        ReviewPath(("section", "office", "leader"), (outside, lengthy)),
        ReviewPath(("section", "office"), (other_topics, pictured)),
        ReviewPath(("office",)),
    )


def test_conditions_on_fields_of_all_types_are_read(scheme: Scheme) -> None:
    assert scheme.measures["careful_reports"].where == (
        Condition("kind", frozenset({"report", "note"})),
        Condition("topic", frozenset({"progress", "practice"})),
        Condition("columns", none_of=frozenset({"party"})),
        Condition("keyword", frozenset({"安全"})),
        Condition("urgent", frozenset({"false"})),
        Condition("pages", frozenset({"many"}), bands=PAGES),
        Condition("score", above=Decimal("1.5"), below=Decimal(99)),
        Condition("event_day", at_least=date(2014, 1, 1), at_most=date(2014, 12, 31)),
        Condition("shown_at", at_least=time(8), below=time(18)),
        Condition(
            "workdays(happened_on, submitted_on)",
            at_most=Decimal(3),
            function="workdays",
            of=("happened_on", "submitted_on"),
        ),
    )


def test_functions_of_dates_are_written_one_way_whatever_their_blanks(scheme: Scheme) -> None:
    weekday, at, hours, photos, on_time = scheme.measures["weekend_reports"].where

    assert weekday == Condition(
        "weekday_of(happened_on)", frozenset({"6", "7"}), function="weekday_of", of=("happened_on",)
    )
    assert at == Condition("time_of(submitted_at)", below=time(16), function="time_of", of=("submitted_at",))
    assert (hours.field, hours.of) == ("hours(submitted_at, recorded_at)", ("submitted_at", "recorded_at"))
    assert photos == Condition("photos", at_least=Decimal(1))
    assert on_time == Condition("on_time", frozenset({"true"}))


def test_a_measure_says_by_when_facts_are_on_time_or_its_first_quota_does(scheme: Scheme) -> None:
    own = Due(day=16, month="next", at=time(16))

    assert scheme.measures["weekend_reports"].on_time == OnTime("report_month", own)
    assert scheme.measures["reports"].on_time == OnTime("week", scheme.quotas["weekly_reports"].due)
    assert scheme.measures["careful_reports"].on_time is None


def test_a_table_has_levels_bands_and_a_factor(scheme: Scheme) -> None:
    amount = scheme.measures["adoption"].amount

    assert isinstance(amount, TableAmount)
    assert (amount.by, amount.otherwise) == (("tier", "form", "words", "topic"), 1)
    assert amount.rows["district", "whole", "medium", "problem"] == 7
    assert amount.rows["district", "edited", "long", "practice"] == Decimal("2.5")
    assert amount.bands == {"words": WORDS}
    assert amount.times == TableAmount(("placement",), {("front",): Decimal("1.5"), ("头条",): Decimal(2)}, Decimal(1))


def test_an_amount_may_be_a_formula(scheme: Scheme) -> None:
    hours, clicks = scheme.measures["screen_hours"].amount, scheme.measures["clicks"].amount

    assert hours == FormulaAmount(formula("minutes / 60"))
    assert clicks == FormulaAmount(formula("value / staff * 100 if days(submitted_on, measured_on) < 31 else 0", 0))


@pytest.mark.parametrize(
    ("measure", "per_item"),
    [
        ("reports", PerItem()),
        ("adoption", PerItem("highest")),
        ("screenings", PerItem("first")),
        ("clicks", PerItem("latest")),
        ("fees", PerItem("top", count=2)),
        ("outlets_reached", PerItem("highest_per", field="outlet")),
    ],
)
def test_repeated_facts_of_an_item_are_taken_in_every_way(scheme: Scheme, measure: str, per_item: PerItem) -> None:
    assert scheme.measures[measure].per_item == per_item


def test_measures_taken_together_all_know_of_one_another(scheme: Scheme) -> None:
    together = ("adoption", "instructions")

    assert [scheme.measures[name].together_with for name in together] == [together, together]
    assert scheme.measures["reports"].together_with == ()


def test_what_counts_in_a_period_is_a_number_or_a_formula(scheme: Scheme) -> None:
    measures = scheme.measures

    assert measures["weekend_reports"].per_period == PerPeriod("day", "at_most", formula("1"))
    assert measures["screen_hours"].per_period == PerPeriod("week", "best", formula("7"))
    assert measures["clicks"].per_period == PerPeriod("month", "beyond", formula("max(staff * 0.1, 1)"))


@pytest.mark.parametrize(
    ("measure", "credit"),
    [
        ("reports", Credit()),
        ("fees", Credit("each")),
        ("outlets_reached", Credit("shares", (1,))),
        ("adoption", Credit("shares", (3, 2))),
        ("clicks", Credit("shares", (1, 0))),
    ],
)
def test_credit_goes_to_one_to_each_or_in_shares(scheme: Scheme, measure: str, credit: Credit) -> None:
    assert scheme.measures[measure].credit == credit


def test_persons_are_credited_or_paid(scheme: Scheme) -> None:
    measures = scheme.measures

    assert measures["reports"].persons == PersonsCredit(("author",), "whole")
    assert measures["screen_hours"].persons == PersonsCredit(())
    assert (measures["fees"].unit, measures["fees"].pay, measures["fees"].scale) == (
        "CNY",
        {"author": 7, "reviewer": 3},
        0,
    )


def test_facts_that_no_item_has_are_counted_too(scheme: Scheme) -> None:
    measures = scheme.measures

    assert [(measures[name].count, measures[name].dated) for name in ("interviews", "calls", "answers")] == [
        ("adjusted", "adjusted_on"),
        ("called", "called_on"),
        ("answered", "called_on"),
    ]
    assert measures["kept_quotas"].where[0].values == {"weekly_reports", "yearly_reports"}
    assert (measures["missed_quotas"].dated, measures["missed_quotas"].amount) == (
        "closed_on",
        FormulaAmount(formula("shortfall")),
    )
    assert measures["late_quotas"].late == "only"


def test_a_quota_is_read_with_all_that_it_says(scheme: Scheme) -> None:
    quota = scheme.quotas["weekly_reports"]

    assert quota.applies_to == Audience(
        tags=frozenset({"key_unit"}),
        classes=(TEACHING,),
        exempt=Audience(departments=frozenset({"library"}), classes=(ALL_BUT_OFFICES,)),
    )
    assert quota.due == Due(after_end=Duration(2), at=time(16), shift="next_workday")
    assert (quota.grace, quota.remind) == (Duration(3), (Duration(2), Duration(0, 720)))
    assert (quota.severity, quota.joiners, quota.subject) == ("critical", "prorated", "department")


@pytest.mark.parametrize(
    ("quota", "due"),
    [
        ("yearly_reports", Due(day=20)),
        ("author_reports", Due(workday=3)),
        ("monthly_screen", Due(workday=-2, at=time(12))),
        ("system_reports", Due(before_end=Duration(1))),
        ("group_reports", Due()),
        ("plan", Due(on=date(2014, 11, 11), at=time(12))),
        ("promoted", Due(on=date(2014, 12, 31), shift="previous_workday")),
    ],
)
def test_due_dates_of_every_form_are_read(scheme: Scheme, quota: str, due: Due) -> None:
    assert scheme.quotas[quota].due == due


def test_targets_are_numbers_tables_or_formulas(scheme: Scheme) -> None:
    targets = {name: quota.at_least for name, quota in scheme.quotas.items()}

    assert targets["system_reports"] == FixedAmount(Decimal(15))
    assert targets["yearly_reports"] == TargetTable(
        "class", {"teaching_units": Decimal(24), "all_but_offices": Decimal(12)}, Decimal(6)
    )
    assert targets["author_reports"] == TargetTable("role", {"correspondent": Decimal(6), "editor": Decimal(3)}, None)
    assert targets["monthly_screen"] == FormulaAmount(formula("students / staff * 0.9", 14))
    assert targets["promoted"] == FormulaAmount(formula("staff * 0.9"))


def test_a_quota_is_owed_by_departments_persons_groups_or_the_organisation(scheme: Scheme) -> None:
    subjects = {name: quota.subject for name, quota in scheme.quotas.items()}

    assert subjects["author_reports"] == "person"
    assert subjects["group_reports"] == "group"
    assert subjects["system_reports"] == "organisation"
    assert subjects["plan"] == "department"


def test_a_quota_owed_once_has_a_calendar_of_its_own(scheme: Scheme) -> None:
    assert scheme.quotas["plan"].calendar == "plan"


def test_lines_of_all_subjects_stand_behind_those_that_they_use(scheme: Scheme) -> None:
    order = list(scheme.lines)

    for name, line in scheme.lines.items():
        for reference in line.formula.references:
            if reference.name in scheme.lines:
                assert order.index(reference.name) < order.index(name)
    assert (scheme.lines["earned"].subject, scheme.lines["total"].unit) == ("person", "分")


def test_scorecards_are_read_with_their_ranks(scheme: Scheme) -> None:
    cards = scheme.scorecards

    assert cards["month"].rank == Rank("base", "all", {}, bonus={1: Decimal(5), 2: Decimal(3), 3: Decimal(1)})
    assert cards["school_year"] == Scorecard(
        "school_year",
        "school_year",
        ("yearly", "share", "against_group", "barred"),
        None,
        Rank("yearly", "class", {"teaching_units": 3, "all": 1}, then=("share", "base"), ties="dense"),
        disqualified="barred",
        ranked="last",
    )
    assert cards["month-persons"].rank == Rank("earned", "group", {"all": 10})
    assert scheme.scorecard("quarter", "person") == cards["month-contributors"]
    assert scheme.scorecard("month", "organisation") == cards["month-all"]


def test_bulletins_are_read_with_their_text(scheme: Scheme) -> None:
    assert scheme.bulletins == {
        "monthly": Bulletin("monthly", "month", Duration(1), "{period}通报（第{number}期）", "现将{period}情况通报如下")
    }


@pytest.mark.parametrize(
    ("effective", "begins_on"),
    [
        ("{from: 2014-03-10, begins: at_once}", date(2014, 3, 10)),
        ("{from: 2014-03-10, begins: week}", date(2014, 3, 15)),
        ("{from: 2014-04-01, begins: month}", date(2014, 4, 1)),
        ("{from: 2014-03-10, begins: campaign}", date(2014, 5, 21)),
        ("{from: 2014-03-10}", date(2014, 4, 1)),
    ],
    ids=["at once", "with a week", "on its very first day", "with a campaign", "with the shortest card"],
)
def test_a_version_begins_at_once_or_with_a_period(effective: str, begins_on: date) -> None:
    text = TEXT.replace("{from: 2014-03-10, begins: month}", effective)

    assert read_scheme(text).effective_from == begins_on


def test_a_first_version_begins_at_once() -> None:
    text = TEXT.replace("{from: 2014-03-10, begins: month}", "{from: 2014-03-10}").replace("version: 2", "version: 1")

    assert read_scheme(text).effective_from == date(2014, 3, 10)
