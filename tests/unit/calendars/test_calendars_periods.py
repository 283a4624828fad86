"""Regular periods tile time from any beginning, are called what people call them, and nest by their last day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import EVERY, Campaign, Every, RegularCalendar, StartsOn

# The edges of the years that calendars know are a test of their own.
days = st.dates(date(1902, 1, 1), date(2996, 12, 31))
month_days = st.tuples(st.integers(1, 12), st.integers(1, 28))
calendars = st.one_of(
    st.builds(RegularCalendar, st.just("any"), st.sampled_from(EVERY)),
    st.builds(RegularCalendar, st.just("any"), st.just("week"), st.integers(0, 6)),
    st.builds(RegularCalendar, st.just("any"), st.just("month"), st.integers(1, 28)),
    st.builds(RegularCalendar, st.just("any"), st.sampled_from(["quarter", "half_year", "year"]), month_days),
)


@settings(deadline=None)
@given(calendars, days)
def test_a_day_lies_in_its_period(calendar: RegularCalendar, day: date) -> None:
    assert day in calendar.period_of(day)
    assert calendar.first_ending_after(day) == calendar.period_of(day)


@settings(deadline=None)
@given(calendars, days)
def test_each_day_of_a_period_gives_the_same_period(calendar: RegularCalendar, day: date) -> None:
    period = calendar.period_of(day)

    assert calendar.period_of(period.first) == period
    assert calendar.period_of(period.last) == period


@settings(deadline=None)
@given(calendars, days)
def test_periods_follow_one_another_without_gap_or_overlap(calendar: RegularCalendar, day: date) -> None:
    period = calendar.period_of(day)

    following, preceding = calendar.following(period), calendar.preceding(period)

    assert following.first == period.end
    assert preceding.end == period.first
    assert calendar.preceding(following) == calendar.following(preceding) == period


@settings(deadline=None)
@given(calendars, days)
def test_no_period_is_shorter_or_longer_than_its_calendar_says(calendar: RegularCalendar, day: date) -> None:
    period = calendar.period_of(day)

    assert calendar.shortest_days <= (period.end - period.first).days <= calendar.longest_days
    assert not period.open


@settings(deadline=None)
@given(calendars, days)
def test_the_id_of_a_period_finds_it_again(calendar: RegularCalendar, day: date) -> None:
    period = calendar.period_of(day)

    assert calendar.period(period.id) == period


@settings(deadline=None)
@given(calendars, days, days)
def test_different_periods_have_different_ids(calendar: RegularCalendar, one: date, other: date) -> None:
    first, second = calendar.period_of(one), calendar.period_of(other)

    assert (first.id == second.id) == (first == second)


@settings(deadline=None)
@given(calendars, calendars, days)
def test_a_period_belongs_to_the_one_that_contains_its_last_day(
    parent: RegularCalendar, child: RegularCalendar, day: date
) -> None:
    period = child.period_of(day)

    containing = parent.containing(period)

    assert containing is not None
    assert period.last in containing


@settings(deadline=None)
@given(calendars, days)
def test_the_children_of_a_period_cover_no_day_twice(years: RegularCalendar, day: date) -> None:
    weeks = RegularCalendar("week", "week", 3)
    year = years.period_of(day)
    week = weeks.period_of(year.first)

    children = []
    while week.first < year.end:
        if years.containing(week) == year:
            children.append(week)
        week = weeks.following(week)

    assert all(one.end == other.first for one, other in pairwise(children))
    assert len(children) in range(years.shortest_days // 7, years.longest_days // 7 + 2)


@pytest.mark.parametrize(
    ("every", "starts_on", "id", "first", "last"),
    [
        ("day", None, "2016-02-29", date(2016, 2, 29), date(2016, 2, 29)),
        ("week", None, "2014-W09", date(2014, 2, 24), date(2014, 3, 2)),
        ("week", None, "2015-W01", date(2014, 12, 29), date(2015, 1, 4)),
        ("week", None, "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", None, "2014-02", date(2014, 2, 1), date(2014, 2, 28)),
        ("quarter", None, "2014-Q4", date(2014, 10, 1), date(2014, 12, 31)),
        ("half_year", None, "2014-H1", date(2014, 1, 1), date(2014, 6, 30)),
        ("year", None, "2014", date(2014, 1, 1), date(2014, 12, 31)),
        # From Sunday; from the 16th; school years; a financial year's quarters; a half year over New Year.
        ("week", 6, "2023-12-31", date(2023, 12, 31), date(2024, 1, 6)),
        ("month", 16, "2019-10-16", date(2019, 10, 16), date(2019, 11, 15)),
        ("month", 16, "2019-12-16", date(2019, 12, 16), date(2020, 1, 15)),
        ("month", 28, "2023-02-28", date(2023, 2, 28), date(2023, 3, 27)),
        ("year", (9, 1), "2023-09-01", date(2023, 9, 1), date(2024, 8, 31)),
        ("quarter", (4, 1), "2024-01-01", date(2024, 1, 1), date(2024, 3, 31)),
        ("quarter", (2, 15), "2023-11-15", date(2023, 11, 15), date(2024, 2, 14)),
        ("half_year", (9, 10), "2023-09-10", date(2023, 9, 10), date(2024, 3, 9)),
    ],
)
def test_periods_are_called_as_people_call_them(
    every: Every, starts_on: StartsOn | None, id: str, first: date, last: date
) -> None:
    calendar = RegularCalendar("any", every, starts_on)

    period = calendar.period(id)

    assert (period.id, period.first, period.last) == (id, first, last)
    assert period.end == last + timedelta(days=1)
    assert calendar.period_of(first) == calendar.period_of(last) == period


@pytest.mark.parametrize(
    ("every", "starts_on", "id", "says"),
    [
        ("month", None, "2014-3", "written like 2014-03"),
        ("month", None, "2014-13", 'no period "2014-13"'),
        ("week", None, "2014-W53", 'no period "2014-W53"'),
        ("week", None, "2014-W00", 'no period "2014-W00"'),
        ("week", None, "2014-09", "written like 2014-W09"),
        ("quarter", None, "2014-Q5", "written like 2014-Q1"),
        ("half_year", None, "2014-h1", "by the half year"),
        ("day", None, "2014-02-30", 'no period "2014-02-30"'),
        ("year", None, "1066", "outside the years 1900 to 2998"),
        ("year", None, "２０１４", "written like 2014"),
        ("year", None, "2014\n", "written like 2014"),
        ("month", 16, "2019-10", "written like 2019-10-16, its first day"),
        ("month", 16, "2019-10-17", 'lies in the one called "2019-10-16"'),
        ("year", (9, 1), "2023", "written like 2019-10-16, its first day"),
        ("week", 6, "9999-12-31", "outside the years 1900 to 2998"),
    ],
)
def test_what_names_no_period_is_refused_in_words(every: Every, starts_on: StartsOn | None, id: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        RegularCalendar("any", every, starts_on).period(id)


@pytest.mark.parametrize(
    ("every", "starts_on", "says"),
    [
        ("day", 0, "takes no other beginning"),
        ("week", 7, "7 is no weekday"),
        ("week", (1, 1), "no weekday"),
        ("month", 29, "every month has the days 1 to 28"),
        ("month", 0, "0 is no day to begin months on"),
        ("quarter", (2, 29), "no day to begin a quarter on"),
        ("half_year", (13, 1), "no day to begin a half year on"),
        ("year", 9, "a month from 1 to 12 and a day from 1 to 28"),
    ],
)
def test_a_beginning_that_not_every_period_has_is_refused(every: Every, starts_on: StartsOn, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        RegularCalendar("any", every, starts_on)


@pytest.mark.parametrize(
    ("every", "starts_on"), [("week", 0), ("month", 1), ("quarter", (1, 1)), ("half_year", (1, 1)), ("year", (1, 1))]
)
def test_the_plain_beginning_may_be_written_out(every: Every, starts_on: StartsOn) -> None:
    assert RegularCalendar("any", every, starts_on) == RegularCalendar("any", every)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2999, 1, 1), date.min, date.max])
@pytest.mark.parametrize("every", EVERY)
def test_days_far_from_any_rulebook_are_refused(every: Every, day: date) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        RegularCalendar("any", every).period_of(day)


def test_a_period_that_begins_before_all_years_has_no_name_and_is_refused() -> None:
    with pytest.raises(ValueError, match="1899-12-16 lies outside the years"):
        RegularCalendar("any", "month", 16).period_of(date(1900, 1, 10))


def test_an_open_period_belongs_to_none_yet() -> None:
    campaign = Campaign("campaign", date(2019, 10, 16))

    assert RegularCalendar("year", "year").containing(campaign.period("campaign")) is None


def test_a_calendar_that_repeats_is_never_closed() -> None:
    with pytest.raises(ValueError, match='"week" has no open end: it cannot be closed on 2014-03-08'):
        RegularCalendar("week", "week").closed_on(date(2014, 3, 8))
