"""What a calendar is: it cuts time, or some of it, into periods that follow one another and never overlap."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_MIN = 1900
YEAR_MAX = 2998
"""The last year that days may lie in: the periods that hold them end before ``OPEN_END``."""
OPEN_END = date(3000, 1, 1)
"""The end of a period whose last day nobody has fixed yet."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the calendar named ``calendar``: the days from ``first`` up to, without, ``end``."""

    calendar: str
    id: str
    """As people write it: ``2014-03-08``, ``2014-W09`` (ISO 8601), ``2014-03``, ``2014-Q1``, ``2014-H1``, ``2014``;
    the first day, ``2019-10-16``, in a calendar that begins its periods elsewhere; a name of the scheme's own."""
    first: date
    end: date

    @property
    def last(self) -> date:
        """The last day. Of an open period it says nothing."""
        return self.end - DAY

    @property
    def open(self) -> bool:
        """Whether its last day is not known: a campaign that goes on until an operator closes it."""
        return self.end == OPEN_END

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True)
class Calendar(ABC):
    """One of a scheme's calendars. Its periods begin in the years 1900 to 2998."""

    name: str

    @property
    @abstractmethod
    def shortest_days(self) -> int:
        """No period has fewer days."""

    @property
    @abstractmethod
    def longest_days(self) -> int:
        """No period has more days. Of an open one: the days up to ``OPEN_END``."""

    @abstractmethod
    def first_ending_after(self, day: date) -> Period | None:
        """The first period that has not ended when the day begins: the one that holds the day, or else the next."""

    @abstractmethod
    def period(self, id: str) -> Period:
        """The period that is called so. Raises ValueError, saying why, when none of this calendar is."""

    @abstractmethod
    def preceding(self, period: Period) -> Period | None:
        """The period before one of this calendar's; None before the first."""

    def period_of(self, day: date) -> Period | None:
        """The period that the day lies in; None where it lies in none, which happens in no regular calendar."""
        found = self.first_ending_after(day)
        return found if found is not None and day in found else None

    def following(self, period: Period) -> Period | None:
        """The period after one of this calendar's; None after the last."""
        return None if period.open else self.first_ending_after(period.end)

    def containing(self, child: Period) -> Period | None:
        """The period of this calendar that another one belongs to: the one that contains its last day.

        None where that day lies in none, and for an open period of another calendar, whose last day is not known.
        """
        if child.open:
            return child if child.calendar == self.name else None
        return self.period_of(child.last)

    def closed_on(self, last: date) -> "Calendar":
        """The calendar after its open period got its last day. Raises ValueError where no period is open."""
        raise ValueError(f'the calendar "{self.name}" has no open end: it cannot be closed on {last}')


def checked(day: date) -> date:
    """The day itself. Raises ValueError when it lies outside the years of all calendars."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise ValueError(f"{day} lies outside the years {YEAR_MIN} to {YEAR_MAX}")
    return day
