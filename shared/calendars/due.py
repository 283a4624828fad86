"""When something falls due for a period: the instant from which on it is late."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Literal

from shared.calendars.durations import Duration, start_instant
from shared.calendars.periods import DAY, Period
from shared.calendars.workdays import WORKDAY_NUMBER_MAX, Workdays, span_days

Shift = Literal["none", "next_workday", "previous_workday"]

_MINUTES_A_DAY = 24 * 60
_LATEST_OF_MONTH: dict[str, int] = {"last": 30, "next": 61}
"""From the last day of a period, which may be the first of its month, to the last day of that month or the next."""


@dataclass(frozen=True, slots=True)
class Due:
    """By when something is due for a period. At most one of the first five is given; none means: at the period's end.

    Every form names a day, and the due instant is the end of that day or, with ``at``, that time of it. Windows are
    half open: what happens at the due instant itself is late. So ``at`` 16:00 leaves 16:00:00 out, and midnight, the
    end of a day, belongs to the day that it ends.

    ``shift`` looks at the day: one that is no workday is replaced by the next or previous workday, and ``at`` is then
    the time of that one.
    """

    after_end: Duration | None = None
    """So long after the period's end: its days are counted from the period's last day, its hours are exact. Without
    ``at``, the instant so reached; with it, that time of the day so reached: ``P3D`` with 12:00 is noon of the third
    day after the last, ``P0D`` with 12:00 noon of the last day."""
    before_end: Duration | None = None
    """So long before the period's end, counted likewise: ``P1D`` is the end of the last day but one."""
    day: int | None = None
    """That day of the month that ``month`` tells; the last day of a month that is shorter."""
    month: Literal["last", "next"] = "last"
    """The month that the period's last day lies in, or the one after it."""
    workday: int | None = None
    """The n-th workday after the period; with a negative number the n-th last within it. Where it has fewer, the first
    of them; where it has none, its last day."""
    on: date | None = None
    """That day, whatever the period."""
    at: time | None = None
    """A time on the zone's clock; one that the clock shows twice is the first, one that it skips is as much later."""
    shift: Shift = "none"

    def __post_init__(self) -> None:
        forms = (self.after_end, self.before_end, self.day, self.workday, self.on)
        if sum(form is not None for form in forms) > 1:
            raise ValueError("due takes one of after_end, before_end, day, workday and on")
        if self.day is not None and not 1 <= self.day <= 31:
            raise ValueError(f"{self.day} is no day of a month")
        if self.workday is not None and not 1 <= abs(self.workday) <= WORKDAY_NUMBER_MAX:
            raise ValueError(f"workdays are counted from 1 to {WORKDAY_NUMBER_MAX}, or as many back")
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError("the time of day is that of the scheme's zone and names none itself")

    @property
    def needs_workdays(self) -> bool:
        """Whether it depends on which days are worked."""
        return self.workday is not None or self.shift != "none"

    @property
    def latest_days(self) -> int:
        """The due instant is never more days after the period's end, or with ``on`` after the end of that day.

        Not counting what a zone's clock changes add.
        """
        days = 0
        if self.after_end is not None:
            days = self.after_end.days + -(-self.after_end.minutes // _MINUTES_A_DAY)
        elif self.day is not None:
            days = _LATEST_OF_MONTH[self.month]
        elif self.workday is not None and self.workday > 0:
            days = span_days(self.workday)
        return days + (span_days(1) if self.shift == "next_workday" else 0)

    def instant(self, period: Period, zone: tzinfo, workdays: Workdays) -> datetime:
        """The due instant, in UTC.

        Raises UnknownYear when it depends on the workdays of a year that nobody has told, and ValueError for an open
        period, whose end is not known, except with ``on``.
        """
        if self.on is None and period.open:
            raise ValueError(f'"{period.id}" has no last day yet that its due date could depend on')
        if self.after_end is not None:
            return self._of_instant(self.after_end.after_start(period.end, zone), zone, workdays)
        if self.before_end is not None:
            return self._of_instant(self.before_end.before_start(period.end, zone), zone, workdays)
        day = self._shifted(self._day(period, workdays), workdays)
        return start_instant(day + DAY, zone) if self.at is None else _instant(day, self.at, zone)

    def _day(self, period: Period, workdays: Workdays) -> date:
        if self.on is not None:
            return self.on
        if self.day is not None:
            return self._day_of_month(period.last, self.day)
        if self.workday is None:
            return period.last
        if self.workday > 0:
            return workdays.nth_after(period.last, self.workday)
        return _nth_last_within(period, -self.workday, workdays)

    def _day_of_month(self, last: date, day: int) -> date:
        year, month = last.year, last.month
        if self.month == "next":
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return date(year, month, min(day, monthrange(year, month)[1]))

    def _of_instant(self, reached: datetime, zone: tzinfo, workdays: Workdays) -> datetime:
        """The due instant where a length of time led to ``reached``."""
        if self.at is None and self.shift == "none":
            return reached
        there = reached.astimezone(zone)
        ends_a_day = reached == start_instant(there.date(), zone)
        before = there.date() - DAY if ends_a_day else there.date()
        day = self._shifted(before, workdays)
        if self.at is not None:
            return _instant(day, self.at, zone)
        if day == before:
            return reached
        return start_instant(day + DAY, zone) if ends_a_day else _instant(day, there.time(), zone)

    def _shifted(self, day: date, workdays: Workdays) -> date:
        if self.shift == "next_workday":
            return workdays.next(day)
        if self.shift == "previous_workday":
            return workdays.previous(day)
        return day


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def _nth_last_within(period: Period, n: int, workdays: Workdays) -> date:
    found, day = None, period.last
    while n > 0 and day >= period.first:
        if workdays.is_workday(day):
            found, n = day, n - 1
        day -= DAY
    return period.last if found is None else found
