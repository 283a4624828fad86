"""Periods tile time, are called what people call them, and nest by their last day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import EVERY, Calendar, Every

days = st.dates(date(1901, 1, 1), date(2998, 12, 31))
calendars = st.builds(Calendar, st.just("any"), st.sampled_from(EVERY))


@settings(deadline=None)
@given(calendars, days)
def test_a_day_lies_in_its_period(calendar: Calendar, day: date) -> None:
    assert day in calendar.period_of(day)


@settings(deadline=None)
@given(calendars, days)
def test_each_day_of_a_period_gives_the_same_period(calendar: Calendar, day: date) -> None:
    period = calendar.period_of(day)

    assert calendar.period_of(period.first) == period
    assert calendar.period_of(period.last) == period


@settings(deadline=None)
@given(calendars, days)
def test_periods_follow_one_another_without_gap_or_overlap(calendar: Calendar, day: date) -> None:
    period = calendar.period_of(day)

    following, preceding = calendar.following(period), calendar.preceding(period)

    assert following.first == period.end
    assert preceding.end == period.first
    assert calendar.preceding(following) == calendar.following(preceding) == period


@settings(deadline=None)
@given(calendars, days)
def test_the_id_of_a_period_finds_it_again(calendar: Calendar, day: date) -> None:
    period = calendar.period_of(day)

    assert calendar.period(period.id) == period


@settings(deadline=None)
@given(calendars, days, days)
def test_different_periods_have_different_ids(calendar: Calendar, one: date, other: date) -> None:
    first, second = calendar.period_of(one), calendar.period_of(other)

    assert (first.id == second.id) == (first == second)


@settings(deadline=None)
@given(calendars, calendars, days)
def test_a_period_belongs_to_the_one_that_contains_its_last_day(parent: Calendar, child: Calendar, day: date) -> None:
    period = child.period_of(day)

    assert period.last in parent.containing(period)


@settings(deadline=None)
@given(days)
def test_the_children_of_a_year_cover_no_day_twice(day: date) -> None:
    weeks, years = Calendar("week", "week"), Calendar("year", "year")
    year = years.period_of(day)
    week = weeks.period_of(year.first)

    children = 0
    while week.first < year.end:
        children += years.containing(week) == year
        week = weeks.following(week)

    assert children in (52, 53)


@pytest.mark.parametrize(
    ("every", "id", "first", "last"),
    [
        ("day", "2016-02-29", date(2016, 2, 29), date(2016, 2, 29)),
        ("week", "2014-W09", date(2014, 2, 24), date(2014, 3, 2)),
        ("week", "2015-W01", date(2014, 12, 29), date(2015, 1, 4)),
        ("week", "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", "2014-02", date(2014, 2, 1), date(2014, 2, 28)),
        ("quarter", "2014-Q4", date(2014, 10, 1), date(2014, 12, 31)),
        ("half_year", "2014-H1", date(2014, 1, 1), date(2014, 6, 30)),
        ("year", "2014", date(2014, 1, 1), date(2014, 12, 31)),
    ],
)
def test_periods_are_called_as_people_call_them(every: Every, id: str, first: date, last: date) -> None:
    period = Calendar("any", every).period(id)

    assert (period.id, period.first, period.last) == (id, first, last)
    assert period.end == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "id", "says"),
    [
        ("month", "2014-3", "written like 2014-03"),
        ("month", "2014-13", 'no period "2014-13"'),
        ("week", "2014-W53", 'no period "2014-W53"'),
        ("week", "2014-W00", 'no period "2014-W00"'),
        ("week", "2014-09", "written like 2014-W09"),
        ("quarter", "2014-Q5", "written like 2014-Q1"),
        ("half_year", "2014-h1", "by the half year"),
        ("day", "2014-02-30", 'no period "2014-02-30"'),
        ("year", "1066", "outside the years 1900 to 2999"),
        ("year", "２０１４", "written like 2014"),
        ("year", "2014\n", "written like 2014"),
    ],
)
def test_what_names_no_period_is_refused_in_words(every: Every, id: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Calendar("any", every).period(id)


def test_days_far_from_any_rulebook_are_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        Calendar("any", "week").period_of(date(1899, 12, 31))
