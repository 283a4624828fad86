"""Terms and campaigns: periods with days of their own, which may leave gaps, never overlap, and may have no end yet."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import OPEN_END, Campaign, ListedCalendar, Period, RegularCalendar

DAY = timedelta(days=1)
AUTUMN = ("2023-autumn", date(2023, 9, 1), date(2024, 1, 31))
SPRING = ("2024-spring", date(2024, 2, 26), date(2024, 7, 5))
TERMS = ListedCalendar("term", (AUTUMN, SPRING))
OPEN = Campaign("campaign", date(2019, 10, 16))
CLOSED = Campaign("campaign", date(2019, 10, 16), date(2019, 12, 31))

days = st.dates(date(2013, 1, 1), date(2016, 12, 31))


@st.composite
def listed_calendars(draw: st.DrawFn) -> ListedCalendar:
    day, periods = draw(st.dates(date(2014, 1, 1), date(2014, 12, 31))), []
    for number in range(draw(st.integers(1, 6))):
        first = day + timedelta(days=draw(st.integers(0, 40)))
        last = first + timedelta(days=draw(st.integers(0, 90)))
        periods.append((f"term {number}", first, last))
        day = last + DAY
    return ListedCalendar("terms", tuple(draw(st.permutations(periods))))


def periods_of(calendar: ListedCalendar) -> list[Period]:
    return [calendar.period(id) for id, _, _ in calendar.periods]


@settings(deadline=None)
@given(listed_calendars(), days)
def test_a_day_lies_in_one_listed_period_at_most(calendar: ListedCalendar, day: date) -> None:
    holding = [period for period in periods_of(calendar) if day in period]

    assert holding == ([] if calendar.period_of(day) is None else [calendar.period_of(day)])


@settings(deadline=None)
@given(listed_calendars())
def test_listed_periods_follow_one_another_and_end(calendar: ListedCalendar) -> None:
    periods = periods_of(calendar)

    assert [calendar.following(period) for period in periods] == [*periods[1:], None]
    assert [calendar.preceding(period) for period in periods] == [None, *periods[:-1]]
    assert all(one.end <= other.first for one, other in pairwise(periods))


@settings(deadline=None)
@given(listed_calendars(), days)
def test_the_first_that_has_not_ended_holds_the_day_or_is_the_next(calendar: ListedCalendar, day: date) -> None:
    coming = [period for period in periods_of(calendar) if period.end > day]

    assert calendar.first_ending_after(day) == (coming[0] if coming else None)


@settings(deadline=None)
@given(listed_calendars())
def test_listed_periods_are_as_long_as_their_calendar_says(calendar: ListedCalendar) -> None:
    lengths = [(period.end - period.first).days for period in periods_of(calendar)]

    assert (calendar.shortest_days, calendar.longest_days) == (min(lengths), max(lengths))


def test_days_between_terms_lie_in_none() -> None:
    assert TERMS.period_of(date(2024, 1, 31)) == TERMS.period("2023-autumn")
    assert TERMS.period_of(date(2024, 2, 1)) is None
    assert TERMS.first_ending_after(date(2024, 2, 1)) == TERMS.period("2024-spring")
    assert TERMS.first_ending_after(date(2024, 7, 6)) is None


def test_a_month_belongs_to_the_term_that_contains_its_last_day() -> None:
    months = RegularCalendar("month", "month")

    assert TERMS.containing(months.period("2024-01")) == TERMS.period("2023-autumn")
    assert TERMS.containing(months.period("2024-02")) == TERMS.period("2024-spring")
    assert TERMS.containing(months.period("2024-07")) is None


def test_terms_may_be_listed_in_any_order() -> None:
    assert ListedCalendar("term", (SPRING, AUTUMN)) == TERMS


@pytest.mark.parametrize(
    ("periods", "says"),
    [
        ((), '"term" lists no periods'),
        ((("a", date(2024, 2, 2), date(2024, 2, 1)),), '"a" ends on 2024-02-01, before it begins on 2024-02-02'),
        ((AUTUMN, ("2023-autumn", *SPRING[1:])), 'two periods are called "2023-autumn"'),
        ((AUTUMN, ("b", date(2024, 1, 31), date(2024, 2, 9))), 'before "2023-autumn" has ended on 2024-01-31'),
        ((("a", date(1811, 2, 1), date(1811, 2, 2)),), "outside the years"),
    ],
)
def test_a_list_that_cannot_be_is_refused_in_words(periods: tuple[tuple[str, date, date], ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ListedCalendar("term", periods)


def test_what_names_no_term_is_told_those_there_are() -> None:
    with pytest.raises(ValueError, match='"2024" is no period of the calendar "term": it has "2023-autumn", "2024-sp'):
        TERMS.period("2024")


def test_a_campaign_is_one_period_with_its_own_name() -> None:
    period = CLOSED.period("campaign")

    assert period == Period("campaign", "campaign", date(2019, 10, 16), date(2020, 1, 1))
    assert not period.open
    assert CLOSED.period_of(date(2019, 10, 15)) is CLOSED.period_of(date(2020, 1, 1)) is None
    assert CLOSED.period_of(date(2019, 12, 31)) == CLOSED.first_ending_after(date(2000, 1, 1)) == period
    assert CLOSED.first_ending_after(date(2020, 1, 1)) is CLOSED.following(period) is CLOSED.preceding(period) is None
    assert CLOSED.shortest_days == CLOSED.longest_days == 77


def test_a_campaign_without_a_last_day_goes_on() -> None:
    period = OPEN.period("campaign")

    assert period.open
    assert period.end == OPEN_END
    assert date(2600, 1, 1) in period
    assert OPEN.following(period) is None
    assert OPEN.containing(period) == period
    assert Campaign("other", date(2019, 1, 1)).containing(period) is None


def test_closing_a_campaign_gives_it_its_last_day() -> None:
    assert OPEN.closed_on(date(2019, 12, 31)) == CLOSED
    assert OPEN.closed_on(OPEN.first).period("campaign").last == OPEN.first


def test_a_campaign_is_closed_once_and_not_before_it_begins() -> None:
    with pytest.raises(ValueError, match='"campaign" has its end already: its last day is 2019-12-31'):
        CLOSED.closed_on(date(2020, 1, 31))
    with pytest.raises(ValueError, match="would end on 2019-10-15, before it begins on 2019-10-16"):
        OPEN.closed_on(date(2019, 10, 15))


def test_only_its_own_name_names_a_campaign() -> None:
    with pytest.raises(ValueError, match='"2019" is no period of "campaign": its only one is called "campaign"'):
        OPEN.period("2019")


def test_the_weeks_of_a_campaign_are_those_whose_last_day_it_contains() -> None:
    weeks = RegularCalendar("week", "week")

    assert CLOSED.containing(weeks.period("2019-W42")) == CLOSED.period("campaign")  # 14–20 October: begun before it
    assert CLOSED.containing(weeks.period("2020-W01")) is None  # 30 December – 5 January: ends after it
