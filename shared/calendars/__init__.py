"""Periods of the calendar and lengths of time, in a zone: pure functions of their arguments, no clock."""

from shared.calendars.durations import Duration, start_instant
from shared.calendars.periods import EVERY, Calendar, Every, Period

__all__ = ["EVERY", "Calendar", "Duration", "Every", "Period", "start_instant"]
