"""Which days are worked: the public holidays, the organisation's own table above them, and no guessing."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import PUBLIC_YEARS, WORKDAY_NUMBER_MAX, UnknownYear, Workdays

DAY = timedelta(days=1)
PUBLIC = Workdays()

tables = st.builds(
    lambda closed, worked: Workdays(closed - worked, worked),
    st.frozensets(st.dates(date(2014, 1, 1), date(2014, 3, 31)), max_size=20),
    st.frozensets(st.dates(date(2014, 1, 1), date(2014, 3, 31)), max_size=20),
)
near = st.dates(date(2014, 1, 1), date(2014, 6, 30))
numbers = st.integers(1, 30) | st.integers(-30, -1)


@settings(deadline=None)
@given(tables, near, numbers)
def test_counting_off_workdays_is_undone_by_counting_between(table: Workdays, day: date, n: int) -> None:
    found = table.nth_after(day, n)

    assert table.is_workday(found)
    # Backwards, the day found is itself not among those after it, and the day counted from is.
    assert table.between(day, found) == (n if n > 0 else n + 1 - table.is_workday(day))


@settings(deadline=None)
@given(tables, near, near, near)
def test_workdays_between_add_up(table: Workdays, a: date, b: date, c: date) -> None:
    assert table.between(a, b) + table.between(b, c) == table.between(a, c)
    assert table.between(a, b) == -table.between(b, a)


@settings(deadline=None)
@given(tables, near)
def test_the_workday_on_or_after_a_day_has_none_before_it(table: Workdays, day: date) -> None:
    following, preceding = table.next(day), table.previous(day)

    assert table.is_workday(following)
    assert table.is_workday(preceding)
    assert table.between(day - DAY, following) == 1
    assert table.between(preceding - DAY, day) == 1


@pytest.mark.parametrize(
    ("year", "workdays"),
    [
        (2023, 249),  # 365 days, 105 Saturdays and Sundays, 11 days of public holidays
        (2024, 251),  # 366, 104, 11
        (2025, 248),  # 365, 104, 13: two more days of public holidays from this year on
    ],
)
def test_a_year_has_as_many_workdays_as_the_state_council_says(year: int, workdays: int) -> None:
    assert PUBLIC.between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 4), True),  # Sunday, worked for the Spring Festival
        (date(2024, 2, 9), True),  # New Year's Eve, a Friday, was no public holiday in 2024
        (date(2024, 2, 10), False),  # the Spring Festival
        (date(2024, 2, 16), False),  # Friday, its last weekday
        (date(2024, 2, 17), False),  # Saturday
        (date(2024, 2, 18), True),  # Sunday, worked for the Spring Festival
        (date(2024, 4, 7), True),  # Sunday, worked for Qingming
        (date(2024, 4, 28), True),  # Sunday, worked for Labour Day
        (date(2024, 5, 11), True),  # Saturday, worked for Labour Day
        (date(2025, 1, 28), False),  # New Year's Eve is a public holiday from 2025 on
        (date(2015, 9, 3), False),  # once: the 70th anniversary of the victory
        (date(2020, 1, 31), False),  # the Spring Festival made longer in the epidemic
        (date(2007, 12, 31), False),  # Monday, moved to 29 December for New Year 2008
        (date(2007, 12, 29), True),
    ],
)
def test_public_holidays_and_moved_workdays_are_known(day: date, worked: bool) -> None:
    assert PUBLIC.is_workday(day) is worked


def test_the_own_table_stands_above_the_public_one() -> None:
    own = Workdays(closed=frozenset({date(2024, 10, 8)}), worked=frozenset({date(2024, 10, 5)}))

    assert PUBLIC.nth_after(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert own.nth_after(date(2024, 9, 30), 1) == date(2024, 10, 5)
    assert own.nth_after(date(2024, 9, 30), 2) == date(2024, 10, 9)


def test_a_year_that_nobody_has_told_is_a_loud_error_that_says_what_to_do() -> None:
    unknown = max(PUBLIC_YEARS) + 1

    with pytest.raises(UnknownYear) as raised:
        PUBLIC.next(date(unknown, 1, 4))

    assert raised.value.year == unknown
    assert f"whether {unknown}-01-04 is a workday is not known" in str(raised.value)
    assert f"`workdays:` has `years: [{unknown}]`" in str(raised.value)


def test_a_year_before_all_tables_is_unknown_too() -> None:
    with pytest.raises(UnknownYear, match="known for 2004 to"):
        PUBLIC.between(date(2003, 12, 30), date(2004, 1, 5))


def test_a_year_that_the_own_table_tells_in_full_takes_nothing_from_the_public_one() -> None:
    own = Workdays(closed=frozenset({date(2031, 1, 1)}), years=frozenset({2024, 2031}))

    assert own.is_workday(date(2024, 10, 1))  # a Tuesday, and National Day elsewhere
    assert not own.is_workday(date(2024, 10, 12))  # a Saturday, and worked elsewhere
    assert own.nth_after(date(2030, 12, 31), 1) == date(2031, 1, 2)


def test_a_single_day_of_an_unknown_year_may_be_told() -> None:
    own = Workdays(closed=frozenset({date(2041, 1, 1)}), worked=frozenset({date(2041, 1, 2)}))

    assert own.next(date(2041, 1, 1)) == date(2041, 1, 2)
    with pytest.raises(UnknownYear, match="2041-01-03"):
        own.nth_after(date(2041, 1, 2), 1)


def test_a_day_both_closed_and_worked_is_refused() -> None:
    day = frozenset({date(2024, 5, 11)})

    with pytest.raises(ValueError, match="2024-05-11 is both closed and worked"):
        Workdays(closed=day, worked=day)


@pytest.mark.parametrize("n", [0, WORKDAY_NUMBER_MAX + 1, -WORKDAY_NUMBER_MAX - 1])
def test_no_or_too_many_workdays_are_not_counted_off(n: int) -> None:
    with pytest.raises(ValueError, match=f"workdays are counted from 1 to {WORKDAY_NUMBER_MAX}"):
        PUBLIC.nth_after(date(2024, 1, 1), n)


def test_a_table_that_closes_everything_is_found_out() -> None:
    closed = frozenset(date(2024, 1, 1) + DAY * number for number in range(300))

    with pytest.raises(ValueError, match="fewer than 1 workdays within 122 days of 2024-01-01"):
        Workdays(closed=closed).nth_after(date(2024, 1, 1), 1)
