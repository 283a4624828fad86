"""When something falls due for a period, in every form, in zones that move their clock, and when it cannot be told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import (
    EVERY,
    Campaign,
    Due,
    Duration,
    Period,
    RegularCalendar,
    Shift,
    UnknownYear,
    Workdays,
    start_instant,
)

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Zones that move their clock at midnight and by day, that skipped a whole day, and that never move it.
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia")
PLAIN_WEEKS = Workdays(years=frozenset(range(2008, 2022)))
SHIFTS: tuple[Shift, ...] = ("none", "next_workday", "previous_workday")

zones = st.sampled_from(ZONES).map(ZoneInfo)
ats = st.none() | st.times(time(0, 0), time(23, 59))
shifts = st.sampled_from(SHIFTS)
lengths = st.builds(Duration, st.integers(0, 40), st.integers(0, 5_000))
tables = st.builds(
    lambda closed: Workdays(closed=closed, years=PLAIN_WEEKS.years),
    st.frozensets(st.dates(date(2011, 9, 1), date(2012, 3, 1)), max_size=60),
)
calendars = st.one_of(
    st.builds(RegularCalendar, st.just("any"), st.sampled_from(EVERY)),
    st.builds(RegularCalendar, st.just("any"), st.just("month"), st.integers(1, 28)),
)
periods = st.builds(
    RegularCalendar.period_of, calendars, st.dates(date(2011, 9, 1), date(2012, 3, 1)) | st.just(date(2011, 10, 15))
)
after_the_end = st.one_of(
    st.builds(Due, at=ats, shift=st.sampled_from(SHIFTS[:2])),
    st.builds(Due, after_end=lengths, at=ats, shift=st.sampled_from(SHIFTS[:2])),
    st.builds(Due, day=st.integers(1, 31), month=st.just("next"), at=ats, shift=st.sampled_from(SHIFTS[:2])),
    st.builds(Due, workday=st.integers(1, 20), at=ats, shift=shifts),
)
any_form = st.one_of(
    after_the_end,
    st.builds(Due, after_end=lengths, at=ats, shift=shifts),
    st.builds(Due, before_end=lengths, at=ats, shift=shifts),
    st.builds(Due, day=st.integers(1, 31), month=st.sampled_from(["last", "next"]), at=ats, shift=shifts),
    st.builds(Due, workday=st.integers(-20, -1), at=ats, shift=shifts),
)


@settings(deadline=None)
@given(after_the_end, periods, zones, tables)
def test_what_is_due_after_a_period_is_not_due_before_its_last_day(
    due: Due, period: Period, zone: ZoneInfo, table: Workdays
) -> None:
    assert due.instant(period, zone, table) >= start_instant(period.last, zone)


@settings(deadline=None)
@given(st.integers(-30, -1), ats, periods, zones, tables)
def test_a_last_workday_lies_within_its_period(
    n: int, at: time | None, period: Period, zone: ZoneInfo, table: Workdays
) -> None:
    due_at = Due(workday=n, at=at).instant(period, zone, table)

    assert start_instant(period.first, zone) <= due_at <= start_instant(period.end, zone)


@settings(deadline=None)
@given(any_form, periods, zones, tables)
def test_nothing_is_due_later_than_its_form_can_be(due: Due, period: Period, zone: ZoneInfo, table: Workdays) -> None:
    latest = start_instant(period.end + timedelta(days=due.latest_days), zone)

    assert due.instant(period, zone, table) <= latest + DAY


@settings(deadline=None)
@given(any_form, periods, zones, tables)
def test_a_shift_leads_to_a_workday_and_keeps_one(due: Due, period: Period, zone: ZoneInfo, table: Workdays) -> None:
    unshifted = Due(due.after_end, due.before_end, due.day, due.month, due.workday, due.on, due.at)
    day, plain_day = (_day_of(one.instant(period, zone, table), zone) for one in (due, unshifted))

    # A day that the zone's clock skipped, or a time of it, is shown as the next.
    if due.shift != "none" and zone.key != "Pacific/Apia" and due.at != time(0, 0):
        assert table.is_workday(day)
        assert day == plain_day or not table.is_workday(plain_day)
        assert (day >= plain_day) if due.shift == "next_workday" else (day <= plain_day)


def _day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The day that an instant is in, or ends."""
    there = instant.astimezone(zone).date()
    return there - DAY if instant == start_instant(there, zone) else there


@settings(deadline=None)
@given(any_form, periods, zones)
def test_only_what_looks_at_workdays_needs_a_table(due: Due, period: Period, zone: ZoneInfo) -> None:
    unknown = Period(period.calendar, period.id, period.first.replace(year=1950), period.end.replace(year=1951))

    if due.needs_workdays:
        with pytest.raises(UnknownYear):
            due.instant(unknown, zone, Workdays())
    else:
        due.instant(unknown, zone, Workdays())


MONTH = RegularCalendar("month", "month").period("2014-02")


@pytest.mark.parametrize(
    ("due", "local"),
    [
        (Due(), "2014-03-01T00:00"),  # the period's end
        (Due(at=time(16)), "2014-02-28T16:00"),
        (Due(after_end=Duration()), "2014-03-01T00:00"),
        (Due(after_end=Duration(), at=time(12)), "2014-02-28T12:00"),  # of the last day
        (Due(after_end=Duration(days=3)), "2014-03-04T00:00"),  # the end of the third day after the last
        (Due(after_end=Duration(days=3), at=time(12)), "2014-03-03T12:00"),
        (Due(after_end=Duration(minutes=36 * 60)), "2014-03-02T12:00"),
        (Due(after_end=Duration(minutes=36 * 60), at=time(9)), "2014-03-02T09:00"),
        (Due(after_end=Duration(minutes=24 * 60), at=time(9)), "2014-03-01T09:00"),  # midnight ends 1 March
        (Due(before_end=Duration(days=1)), "2014-02-28T00:00"),
        (Due(before_end=Duration(days=1), at=time(16)), "2014-02-27T16:00"),  # of the last day but one
        (Due(before_end=Duration(minutes=8 * 60)), "2014-02-28T16:00"),
        (Due(day=20), "2014-02-21T00:00"),
        (Due(day=20, at=time(16)), "2014-02-20T16:00"),
        (Due(day=20, month="next"), "2014-03-21T00:00"),
        (Due(day=31), "2014-03-01T00:00"),  # February has no 31st: its last day
        (Due(day=31, month="next"), "2014-04-01T00:00"),
        (Due(on=date(2013, 11, 10)), "2013-11-11T00:00"),
        (Due(on=date(2014, 11, 10), at=time(17, 30)), "2014-11-10T17:30"),
        (Due(at=time(0)), "2014-02-28T00:00"),  # when the last day begins
    ],
)
def test_forms_that_look_at_no_workdays(due: Due, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)

    assert due.instant(MONTH, SHANGHAI, Workdays()) == expected


@pytest.mark.parametrize(
    ("period", "due", "zone", "utc"),
    [
        # Berlin moves its clock on 30 March 2014 at 2:00 to 3:00: the day has 23 hours.
        ("2014-03-29", Due(after_end=Duration(days=1)), "Europe/Berlin", "2014-03-30T22:00"),
        ("2014-03-29", Due(after_end=Duration(minutes=24 * 60)), "Europe/Berlin", "2014-03-30T23:00"),
        ("2014-03-30", Due(at=time(2, 30)), "Europe/Berlin", "2014-03-30T01:30"),  # skipped: an hour later, 3:30
        ("2014-03-30", Due(at=time(16)), "Europe/Berlin", "2014-03-30T14:00"),
        # And back on 26 October 2014 at 3:00: it shows 2:30 twice, and the first counts.
        ("2014-10-26", Due(at=time(2, 30)), "Europe/Berlin", "2014-10-26T00:30"),
        # São Paulo skipped midnight on 16 October 2011: the 15th ended, and the 16th began, at 1:00.
        ("2011-10-15", Due(), "America/Sao_Paulo", "2011-10-16T03:00"),
        ("2011-10-15", Due(after_end=Duration(days=1)), "America/Sao_Paulo", "2011-10-17T02:00"),
        ("2011-10-16", Due(before_end=Duration(days=1)), "America/Sao_Paulo", "2011-10-16T03:00"),
        # Apia had no 30 December 2011: a day after the 29th is no time at all.
        ("2011-12-29", Due(after_end=Duration(days=1)), "Pacific/Apia", "2011-12-30T10:00"),
        ("2011-12-29", Due(), "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_clocks_that_move(period: str, due: Due, zone: str, utc: str) -> None:
    of = RegularCalendar("day", "day").period(period)

    assert due.instant(of, ZoneInfo(zone), Workdays()) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_open_period_has_no_due_date_but_a_given_one() -> None:
    period = Campaign("campaign", date(2019, 10, 16)).period("campaign")

    with pytest.raises(ValueError, match='"campaign" has no last day yet'):
        Due(day=20).instant(period, SHANGHAI, Workdays())
    assert Due(on=date(2019, 11, 10)).instant(period, SHANGHAI, Workdays()) == start_instant(
        date(2019, 11, 11), SHANGHAI
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"day": 3, "workday": 3}, "takes one of after_end, before_end, day, workday and on"),
        ({"day": 32}, "32 is no day of a month"),
        ({"day": 0}, "0 is no day of a month"),
        ({"workday": 0}, "workdays are counted from 1 to 250"),
        ({"workday": -251}, "workdays are counted from 1 to 250"),
        ({"at": time(16, tzinfo=UTC)}, "that of the scheme's zone"),
    ],
)
def test_what_cannot_be_due_is_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Due(**given)  # type: ignore[arg-type]
