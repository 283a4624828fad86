"""Calendars cut time into periods that follow one another without gaps and without overlaps."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Every = Literal["day", "week", "month", "quarter", "half_year", "year"]
EVERY: tuple[Every, ...] = get_args(Every)

YEAR_MIN = 1900
YEAR_MAX = 2999

_DAY = timedelta(days=1)
_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ID_FORMS: dict[Every, tuple[re.Pattern[str], str]] = {
    "day": (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "2014-03-08"),
    "week": (re.compile(r"(\d{4})-W(\d{2})", re.ASCII), "2014-W09"),
    "month": (re.compile(r"(\d{4})-(\d{2})", re.ASCII), "2014-03"),
    "quarter": (re.compile(r"(\d{4})-Q([1-4])", re.ASCII), "2014-Q1"),
    "half_year": (re.compile(r"(\d{4})-H([12])", re.ASCII), "2014-H1"),
    "year": (re.compile(r"(\d{4})", re.ASCII), "2014"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the calendar named ``calendar``: the days from ``first`` up to, without, ``end``."""

    calendar: str
    id: str
    """As people write it: ``2014-03-08``, ``2014-W09`` (ISO 8601), ``2014-03``, ``2014-Q1``, ``2014-H1``, ``2014``."""
    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - _DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True, slots=True)
class Calendar:
    """A scheme's calendar. Weeks begin on Monday; all days lie in the years 1900 to 2999."""

    name: str
    every: Every

    def period_of(self, day: date) -> Period:
        """The period that the day lies in. Raises ValueError for a day outside the years 1900 to 2999."""
        if not YEAR_MIN <= day.year <= YEAR_MAX:
            raise ValueError(f"{day} lies outside the years {YEAR_MIN} to {YEAR_MAX}")
        if self.every == "day":
            return Period(self.name, day.isoformat(), day, day + _DAY)
        if self.every == "week":
            return self._week(day - timedelta(days=day.weekday()))
        months = _MONTHS[self.every]
        return self._months(day.year, (day.month - 1) // months)

    def period(self, id: str) -> Period:
        """The period that is called so. Raises ValueError, saying why, when none of this calendar is."""
        form, example = _ID_FORMS[self.every]
        matched = form.fullmatch(id)
        if matched is None:
            by = self.every.replace("_", " ")
            raise ValueError(f'"{id[:40]}" is no period of a calendar by the {by}: they are written like {example}')
        numbers = [int(number) for number in matched.groups()]
        try:
            period = self.period_of(self._day_in(numbers))
        except ValueError as mistake:
            raise ValueError(f'there is no period "{id}": {mistake}') from mistake
        return period

    def containing(self, child: Period) -> Period:
        """The period of this calendar that a shorter period belongs to: the one that contains its last day."""
        return self.period_of(child.last)

    def following(self, period: Period) -> Period:
        return self.period_of(period.end)

    def preceding(self, period: Period) -> Period:
        return self.period_of(period.first - _DAY)

    def _day_in(self, numbers: list[int]) -> date:
        """A day in the period whose id holds these numbers."""
        year = numbers[0]
        if self.every == "day":
            return date(year, numbers[1], numbers[2])
        if self.every == "week":
            return date.fromisocalendar(year, numbers[1], 1)
        if self.every == "year":
            return date(year, 1, 1)
        number_of_months = _MONTHS[self.every]
        return date(year, (numbers[1] - 1) * number_of_months + 1, 1)

    def _week(self, monday: date) -> Period:
        year, week, _ = monday.isocalendar()
        return Period(self.name, f"{year:04}-W{week:02}", monday, monday + timedelta(days=7))

    def _months(self, year: int, index: int) -> Period:
        months = _MONTHS[self.every]
        first = date(year, index * months + 1, 1)
        end = date(year + 1, 1, 1) if (index + 1) * months == 12 else date(year, (index + 1) * months + 1, 1)
        ids: dict[Every, str] = {
            "month": f"{year:04}-{index + 1:02}",
            "quarter": f"{year:04}-Q{index + 1}",
            "half_year": f"{year:04}-H{index + 1}",
            "year": f"{year:04}",
        }
        return Period(self.name, ids[self.every], first, end)
