"""Calendars that repeat: days, weeks, months, quarters, half years, years, each from any day of theirs on."""

import re
from calendar import day_name
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args

from shared.calendars.periods import DAY, Calendar, Period, checked

Every = Literal["day", "week", "month", "quarter", "half_year", "year"]
EVERY: tuple[Every, ...] = get_args(Every)
StartsOn = int | tuple[int, int]
"""Of weeks the weekday, Monday 0 to Sunday 6; of months the day, 1 to 28; of longer periods month and day."""

DAY_OF_MONTH_MAX = 28
"""The last day of a month that every month has."""

_PERIODS_KEPT = 16_384

_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_PLAIN: dict[Every, StartsOn] = {"week": 0, "month": 1, "quarter": (1, 1), "half_year": (1, 1), "year": (1, 1)}
_DAYS: dict[Every, tuple[int, int]] = {
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "quarter": (89, 92),
    "half_year": (181, 184),
    "year": (365, 366),
}
_DATE_FORM = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_ID_FORMS: dict[Every, tuple[re.Pattern[str], str]] = {
    "day": (_DATE_FORM, "2014-03-08"),
    "week": (re.compile(r"(\d{4})-W(\d{2})", re.ASCII), "2014-W09"),
    "month": (re.compile(r"(\d{4})-(\d{2})", re.ASCII), "2014-03"),
    "quarter": (re.compile(r"(\d{4})-Q([1-4])", re.ASCII), "2014-Q1"),
    "half_year": (re.compile(r"(\d{4})-H([12])", re.ASCII), "2014-H1"),
    "year": (re.compile(r"(\d{4})", re.ASCII), "2014"),
}


@dataclass(frozen=True)
class RegularCalendar(Calendar):
    """Periods of one kind that tile time without gaps.

    ``starts_on`` says where they begin: weeks on another weekday than Monday, months on another day than the first,
    quarters, half years and years on another day than the first of January. Raises ValueError for a day that not
    every period has. None is as good as the plain beginning, and the two make equal calendars.
    """

    every: Every
    starts_on: StartsOn | None = None

    def __post_init__(self) -> None:
        if self.starts_on is None:
            return
        _check_start(self.every, self.starts_on)
        if self.starts_on == _PLAIN[self.every]:
            object.__setattr__(self, "starts_on", None)

    @property
    def shortest_days(self) -> int:
        if self.every == "quarter" and self.starts_on is None:
            return 90
        return _DAYS[self.every][0]

    @property
    def longest_days(self) -> int:
        return _DAYS[self.every][1]

    def period_of(self, day: date) -> Period:
        """The period that the day lies in. Raises ValueError when it begins outside the years 1900 to 2998."""
        return _period_of(self, day)

    def first_ending_after(self, day: date) -> Period:
        return self.period_of(day)

    def period(self, id: str) -> Period:
        form, example = _ID_FORMS[self.every] if self.starts_on is None else (_DATE_FORM, "2019-10-16, its first day")
        matched = form.fullmatch(id)
        if matched is None:
            by = self.every.replace("_", " ")
            raise ValueError(f'"{id[:40]}" is no period of a calendar by the {by}: they are written like {example}')
        try:
            period = self.period_of(self._day_in([int(number) for number in matched.groups()]))
        except ValueError as mistake:
            raise ValueError(f'there is no period "{id}": {mistake}') from mistake
        if period.id != id:
            raise ValueError(f'there is no period "{id}": that day lies in the one called "{period.id}"')
        return period

    def following(self, period: Period) -> Period:
        return self.period_of(period.end)

    def preceding(self, period: Period) -> Period:
        return self.period_of(period.first - DAY)

    def _cut(self, day: date) -> Period:
        first = checked(self._first_of(checked(day)))
        return Period(self.name, self._id(first), first, self._end_of(first))

    def _first_of(self, day: date) -> date:
        """The first day of the period that the day lies in."""
        if self.every == "day":
            return day
        start = _PLAIN[self.every] if self.starts_on is None else self.starts_on
        if self.every == "week":
            assert isinstance(start, int)
            return day - timedelta(days=(day.weekday() - start) % 7)
        month_of_start, day_of_start = (1, start) if isinstance(start, int) else start
        # Months since the year 0, of the last month that has the beginning's day on or before this day.
        month = day.year * 12 + day.month - 1 - (day.day < day_of_start)
        month -= (month - (month_of_start - 1)) % _MONTHS[self.every]
        return date(month // 12, month % 12 + 1, day_of_start)

    def _end_of(self, first: date) -> date:
        if self.every == "day":
            return first + DAY
        if self.every == "week":
            return first + timedelta(days=7)
        month = first.month - 1 + _MONTHS[self.every]
        return date(first.year + month // 12, month % 12 + 1, first.day)

    def _id(self, first: date) -> str:
        if self.every == "day" or self.starts_on is not None:
            return first.isoformat()
        if self.every == "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.every == "month":
            return f"{first.year:04}-{first.month:02}"
        if self.every == "quarter":
            return f"{first.year:04}-Q{first.month // 3 + 1}"
        if self.every == "half_year":
            return f"{first.year:04}-H{first.month // 6 + 1}"
        return f"{first.year:04}"

    def _day_in(self, numbers: list[int]) -> date:
        """A day in the period whose id holds these numbers."""
        year = numbers[0]
        if self.every == "day" or self.starts_on is not None:
            return date(year, numbers[1], numbers[2])
        if self.every == "week":
            return date.fromisocalendar(year, numbers[1], 1)
        if self.every == "year":
            return date(year, 1, 1)
        return date(year, (numbers[1] - 1) * _MONTHS[self.every] + 1, 1)


@lru_cache(maxsize=_PERIODS_KEPT)
def _period_of(calendar: RegularCalendar, day: date) -> Period:
    # Scoring asks for the same days again and again.
    return calendar._cut(day)


def _check_start(every: Every, start: StartsOn) -> None:
    if every == "day":
        raise ValueError("days begin at midnight: a calendar by the day takes no other beginning")
    if every == "week":
        if not isinstance(start, int) or not 0 <= start < len(day_name):
            raise ValueError(f"{start} is no weekday to begin weeks on: Monday is 0, Sunday is 6")
        return
    if every == "month":
        if not isinstance(start, int) or not 1 <= start <= DAY_OF_MONTH_MAX:
            raise ValueError(f"{start} is no day to begin months on: every month has the days 1 to {DAY_OF_MONTH_MAX}")
        return
    by = every.replace("_", " ")
    if isinstance(start, int) or not 1 <= start[0] <= 12 or not 1 <= start[1] <= DAY_OF_MONTH_MAX:
        raise ValueError(
            f"{start} is no day to begin a {by} on: it takes a month from 1 to 12 and a day from 1 to "
            f"{DAY_OF_MONTH_MAX}, which every month has"
        )
