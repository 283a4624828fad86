"""Which days are worked: China's public holidays and moved workdays (调休), and an organisation's own table above them.

The default table is that of the package ``chinesecalendar``, which holds what the State Council has announced, year
by year. A year that it does not hold is not guessed at.
"""

from dataclasses import dataclass
from datetime import date

import chinese_calendar

from shared.calendars.periods import DAY

WORKDAY_NUMBER_MAX = 250
"""How many workdays may be counted off at once, in either direction."""
_CLOSURE_DAYS_MAX = 120

_PUBLIC_CLOSED = frozenset(chinese_calendar.holidays)
_PUBLIC_WORKED = frozenset(chinese_calendar.workdays)
PUBLIC_YEARS = frozenset(day.year for day in _PUBLIC_CLOSED)
"""The years whose public holidays are known without an organisation's own table."""


class UnknownYear(LookupError):
    """Nobody has told which days of the year are worked; ``str()`` says what to do about it."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"whether {day} is a workday is not known: the public holidays are known for {min(PUBLIC_YEARS)} to "
            f"{max(PUBLIC_YEARS)}, and the scheme has no table for {day.year}. Publish a version of the scheme whose "
            f"`workdays:` has `years: [{day.year}]` and that year's `closed` and `worked` days."
        )
        self.year = day.year


@dataclass(frozen=True, slots=True)
class Workdays:
    """An organisation's own table, above the public one. Raises ValueError for a day both closed and worked."""

    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    """Years that this table alone tells in full: Monday to Friday but for the days it names."""

    def __post_init__(self) -> None:
        both = self.closed & self.worked
        if both:
            raise ValueError(f"{min(both)} is both closed and worked")

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked. Raises UnknownYear when no table tells."""
        if day in self.closed:
            return False
        if day in self.worked:
            return True
        if day.year in self.years:
            return day.weekday() < 5
        if day.year not in PUBLIC_YEARS:
            raise UnknownYear(day)
        return day in _PUBLIC_WORKED or (day.weekday() < 5 and day not in _PUBLIC_CLOSED)

    def next(self, day: date) -> date:
        """The day itself when it is worked, otherwise the first workday after it. Raises as ``nth_after`` does."""
        return day if self.is_workday(day) else self.nth_after(day, 1)

    def previous(self, day: date) -> date:
        """The day itself when it is worked, otherwise the last workday before it. Raises as ``nth_after`` does."""
        return day if self.is_workday(day) else self.nth_after(day, -1)

    def nth_after(self, day: date, n: int) -> date:
        """The n-th workday after the day, which does not count itself; with a negative n, before it.

        Raises UnknownYear, and ValueError for n = 0 or beyond ``WORKDAY_NUMBER_MAX`` either way, or when a table
        closes so many days that the workday does not come within ``span_days(n)``.
        """
        if n == 0 or abs(n) > WORKDAY_NUMBER_MAX:
            raise ValueError(f"workdays are counted from 1 to {WORKDAY_NUMBER_MAX}, or as many back; not {n}")
        step = DAY if n > 0 else -DAY
        left, found = abs(n), day
        for _ in range(span_days(n)):
            found += step
            if self.is_workday(found):
                left -= 1
                if left == 0:
                    return found
        raise ValueError(f"there are fewer than {abs(n)} workdays within {span_days(n)} days of {day}")

    def between(self, a: date, b: date) -> int:
        """How many days d with a < d <= b are worked; where b is before a, minus those with b < d <= a.

        Raises UnknownYear. Looks at each of the days.
        """
        if b < a:
            return -self.between(b, a)
        return sum(self.is_workday(date.fromordinal(day)) for day in range(a.toordinal() + 1, b.toordinal() + 1))


def span_days(n: int) -> int:
    """Within how many days the n-th workday has to come: weekends, and a closure as long as a school's summer."""
    return 2 * abs(n) + _CLOSURE_DAYS_MAX
