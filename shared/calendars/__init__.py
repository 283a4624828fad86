"""Periods of the calendar, lengths of time, workdays and due dates: pure functions of their arguments, no clock."""

from shared.calendars.due import Due, Shift
from shared.calendars.durations import Duration, start_instant
from shared.calendars.listed import Campaign, ListedCalendar
from shared.calendars.periods import OPEN_END, Calendar, Period
from shared.calendars.regular import DAY_OF_MONTH_MAX, EVERY, Every, RegularCalendar, StartsOn
from shared.calendars.workdays import PUBLIC_YEARS, WORKDAY_NUMBER_MAX, UnknownYear, Workdays

__all__ = [
    "DAY_OF_MONTH_MAX",
    "EVERY",
    "OPEN_END",
    "PUBLIC_YEARS",
    "WORKDAY_NUMBER_MAX",
    "Calendar",
    "Campaign",
    "Due",
    "Duration",
    "Every",
    "ListedCalendar",
    "Period",
    "RegularCalendar",
    "Shift",
    "StartsOn",
    "UnknownYear",
    "Workdays",
    "start_instant",
]
