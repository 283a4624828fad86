"""Due instants over real Chinese public holidays and moved workdays (调休), worked out by hand from the announcements.

The announcements of the State Council that the rows go by:

- 2015: 3–5 September off (once), Sunday 6 September worked.
- 2018/19: 30 December – 1 January off, Saturday 29 December worked.
- 2020: 24–30 January off, made longer to 2 February in the epidemic; Sunday 19 January worked.
- 2022/23: 31 December – 2 January off.
- 2023: 29 September – 6 October off; Saturday 7 and Sunday 8 October worked.
- 2024: 1 January off; 10–17 February off, Sundays 4 and 18 February worked; 4–6 April off, Sunday 7 April worked;
  1–5 May off, Sunday 28 April and Saturday 11 May worked; 15–17 September off, Saturday 14 September worked;
  1–7 October off, Sunday 29 September and Saturday 12 October worked.
- 2026: 1–3 January off, Sunday 4 January worked.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shared.calendars import Calendar, Campaign, Due, Duration, ListedCalendar, RegularCalendar, Workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = RegularCalendar("week", "week")
MONTH = RegularCalendar("month", "month")
FROM_16TH = RegularCalendar("month", "month", 16)
YEAR = RegularCalendar("year", "year")
SCHOOL_YEAR = RegularCalendar("year", "year", (9, 1))
TERM = ListedCalendar("term", (("2023-autumn", date(2023, 9, 1), date(2024, 1, 31)),))
CAMPAIGN = Campaign("campaign", date(2024, 1, 15))

NEXT, PREVIOUS = "next_workday", "previous_workday"


@pytest.mark.parametrize(
    ("calendar", "period", "due", "local"),
    [
        # National Day 2023: Saturday the 7th is the first workday after the eight days off.
        (MONTH, "2023-09", Due(workday=1), "2023-10-08T00:00"),
        # The 7th, the 8th (a Sunday, worked), the 9th.
        (MONTH, "2023-09", Due(workday=3), "2023-10-10T00:00"),
        # The week of 25 September – 1 October ends in the holiday: the first workday after it is the same Saturday.
        (WEEK, "2023-W39", Due(workday=1, at=time(16)), "2023-10-07T16:00"),
        # Mid-Autumn on Friday 29 September: the last workday of the month is the Thursday before.
        (MONTH, "2023-09", Due(workday=-1), "2023-09-29T00:00"),
        # National Day 2024: 8, 9, 10 October.
        (MONTH, "2024-09", Due(workday=3), "2024-10-11T00:00"),
        # 8, 9, 10, 11 October, and Saturday the 12th, worked.
        (MONTH, "2024-09", Due(workday=5), "2024-10-13T00:00"),
        # Monday 30 September is worked, between a worked Sunday and the holiday.
        (MONTH, "2024-09", Due(workday=-1), "2024-10-01T00:00"),
        # The last workday but one is that Sunday, the 29th.
        (MONTH, "2024-09", Due(workday=-2), "2024-09-30T00:00"),
        # Mid-Autumn 2024: the 15th is off (a Sunday), the Saturday before is worked.
        (MONTH, "2024-09", Due(day=15, shift=PREVIOUS), "2024-09-15T00:00"),
        (MONTH, "2024-09", Due(day=15, shift=NEXT), "2024-09-19T00:00"),
        # Spring Festival 2024: Thursday 1 and Friday 2 February.
        (MONTH, "2024-01", Due(workday=2), "2024-02-03T00:00"),
        # The third is Sunday the 4th, worked, and not Monday the 5th.
        (MONTH, "2024-01", Due(workday=3, at=time(17, 30)), "2024-02-04T17:30"),
        # 1, 2, 4, 5, 6, 7, 8 and 9 February: New Year's Eve, a Friday, was not off in 2024.
        (MONTH, "2024-01", Due(workday=8), "2024-02-10T00:00"),
        # The ninth comes after the holiday: Sunday the 18th, worked.
        (MONTH, "2024-01", Due(workday=9), "2024-02-19T00:00"),
        # The 10th is the first day off: forward to the 18th, back to the 9th.
        (MONTH, "2024-01", Due(day=10, month="next", shift=NEXT), "2024-02-19T00:00"),
        (MONTH, "2024-01", Due(day=10, month="next", shift=PREVIOUS), "2024-02-10T00:00"),
        # Without a shift the holiday counts like any day.
        (MONTH, "2024-01", Due(day=10, month="next"), "2024-02-11T00:00"),
        # The 18th is a Sunday, but worked: nothing to shift.
        (MONTH, "2024-01", Due(day=18, month="next", shift=NEXT), "2024-02-19T00:00"),
        # The time of day is that of the day shifted to.
        (MONTH, "2024-01", Due(day=17, month="next", at=time(12), shift=NEXT), "2024-02-18T12:00"),
        # The week of 5–11 February ends in the holiday: its end moves to the end of the 18th, or of the 9th.
        (WEEK, "2024-W06", Due(after_end=Duration(), shift=NEXT), "2024-02-19T00:00"),
        (WEEK, "2024-W06", Due(after_end=Duration(), shift=PREVIOUS), "2024-02-10T00:00"),
        # 36 hours after it is noon of the 13th, off: noon of the 18th.
        (WEEK, "2024-W06", Due(after_end=Duration(minutes=36 * 60), shift=NEXT), "2024-02-18T12:00"),
        # The week before ends on a Sunday that is worked: it stays.
        (WEEK, "2024-W05", Due(shift=PREVIOUS), "2024-02-05T00:00"),
        # The week of 12–18 February has one workday, its Sunday: the last one, and for want of another the second last.
        (WEEK, "2024-W07", Due(workday=-1), "2024-02-19T00:00"),
        (WEEK, "2024-W07", Due(workday=-2), "2024-02-19T00:00"),
        # A month from 16 January to 15 February ends in the holiday: its first workday after is the 18th.
        (FROM_16TH, "2024-01-16", Due(workday=1), "2024-02-19T00:00"),
        # The term ends on 31 January: the third workday after it is the worked Sunday.
        (TERM, "2023-autumn", Due(workday=3), "2024-02-05T00:00"),
        # A campaign without an end may still be due on a day, and that one is off: the worked Sunday.
        (CAMPAIGN, "campaign", Due(on=date(2024, 2, 14), at=time(9), shift=NEXT), "2024-02-18T09:00"),
        # Qingming 2024: Thursday the 4th is off: back to Wednesday, forward to the worked Sunday.
        (MONTH, "2024-03", Due(day=4, month="next", at=time(12), shift=PREVIOUS), "2024-04-03T12:00"),
        (MONTH, "2024-03", Due(day=4, month="next", at=time(12), shift=NEXT), "2024-04-07T12:00"),
        # 1, 2, 3 April, and the 7th.
        (MONTH, "2024-03", Due(workday=4), "2024-04-08T00:00"),
        # Labour Day 2024: Monday the 6th is the first workday of May.
        (MONTH, "2024-04", Due(workday=1), "2024-05-07T00:00"),
        # 6 to 10 May, and Saturday the 11th.
        (MONTH, "2024-04", Due(workday=6), "2024-05-12T00:00"),
        # 30, 29, and Sunday 28 April, worked.
        (MONTH, "2024-04", Due(workday=-3), "2024-04-29T00:00"),
        # A day after the end is 1 May: the end of the 6th. Noon of the third day after it, the 3rd, whoever is off.
        (MONTH, "2024-04", Due(after_end=Duration(days=1), shift=NEXT), "2024-05-07T00:00"),
        (MONTH, "2024-04", Due(after_end=Duration(days=3), at=time(12)), "2024-05-03T12:00"),
        # Two days before the end of the week of 30 September – 6 October ends the 4th, off: the end of Monday the 30th.
        (WEEK, "2024-W40", Due(before_end=Duration(days=2), shift=PREVIOUS), "2024-10-01T00:00"),
        # Saturday 9 March at 16:00, a day before the end of the week.
        (WEEK, "2024-W10", Due(before_end=Duration(days=1), at=time(16)), "2024-03-09T16:00"),
        # By the 20th: an ordinary Sunday, shifted back to Friday or forward to Monday.
        (MONTH, "2024-10", Due(day=20), "2024-10-21T00:00"),
        (MONTH, "2024-10", Due(day=20, shift=PREVIOUS), "2024-10-19T00:00"),
        (MONTH, "2024-10", Due(day=20, shift=NEXT), "2024-10-22T00:00"),
        # The month of the last day, 15 October, is October, and the next one November: Sunday the 10th to Monday.
        (FROM_16TH, "2024-09-16", Due(day=31), "2024-11-01T00:00"),
        (FROM_16TH, "2024-09-16", Due(day=10, month="next", shift=NEXT), "2024-11-12T00:00"),
        # There is no 31 February: the 29th in 2024, the 28th in 2023.
        (MONTH, "2024-02", Due(day=31), "2024-03-01T00:00"),
        (MONTH, "2023-02", Due(day=31), "2023-03-01T00:00"),
        # The school year ends on 31 August, a Saturday in 2024: back to Friday, forward to Monday.
        (SCHOOL_YEAR, "2023-09-01", Due(shift=PREVIOUS), "2024-08-31T00:00"),
        (SCHOOL_YEAR, "2023-09-01", Due(shift=NEXT), "2024-09-03T00:00"),
        # New Year 2024: Monday the 1st is off.
        (MONTH, "2023-12", Due(workday=1), "2024-01-03T00:00"),
        (YEAR, "2023", Due(workday=3, at=time(16)), "2024-01-04T16:00"),
        # New Year 2019: Monday 31 December is off, for Saturday the 29th.
        (WEEK, "2018-W52", Due(workday=1), "2019-01-03T00:00"),
        (MONTH, "2018-12", Due(workday=-1), "2018-12-30T00:00"),
        # New Year 2023: Saturday 31 December is off, as are the Sunday and the Monday.
        (MONTH, "2022-12", Due(day=31, shift=NEXT), "2023-01-04T00:00"),
        (MONTH, "2022-12", Due(day=31, shift=PREVIOUS), "2022-12-31T00:00"),
        # New Year 2026: 31 December is an ordinary Wednesday; the first workday of the year is Sunday the 4th.
        (YEAR, "2025", Due(shift=PREVIOUS), "2026-01-01T00:00"),
        (YEAR, "2025", Due(workday=1), "2026-01-05T00:00"),
        # 2020: the holiday was made longer to Sunday 2 February; the week before it had no workday: its end.
        (MONTH, "2020-01", Due(workday=1), "2020-02-04T00:00"),
        (WEEK, "2020-W05", Due(workday=-1), "2020-02-03T00:00"),
        # 2015: 1 and 2 September, then the victory's anniversary, and Sunday the 6th.
        (MONTH, "2015-08", Due(workday=3), "2015-09-07T00:00"),
    ],
)
def test_due_instants_worked_out_by_hand(calendar: Calendar, period: str, due: Due, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)

    assert due.instant(calendar.period(period), SHANGHAI, Workdays()) == expected


@pytest.mark.parametrize(
    ("due", "local"),
    [
        (Due(workday=1), "2024-10-06T00:00"),  # Saturday 5 October, worked here
        (Due(workday=2), "2024-10-10T00:00"),  # the 8th is off here
        (Due(day=8, month="next", shift=PREVIOUS), "2024-10-06T00:00"),
    ],
)
def test_due_instants_of_an_organisation_with_days_of_its_own(due: Due, local: str) -> None:
    own = Workdays(closed=frozenset({date(2024, 10, 8)}), worked=frozenset({date(2024, 10, 5)}))
    expected = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)

    assert due.instant(MONTH.period("2024-09"), SHANGHAI, own) == expected


def test_due_instants_in_another_zone_end_with_its_days() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    due_at = Due(workday=1).instant(MONTH.period("2024-09"), berlin, Workdays())

    assert due_at == datetime(2024, 10, 9, tzinfo=berlin)
