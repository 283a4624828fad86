"""Calendars whose periods are given one by one: school terms, and campaigns, which are a single period."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from shared.calendars.periods import DAY, OPEN_END, Calendar, Period, checked


@dataclass(frozen=True)
class ListedCalendar(Calendar):
    """Periods with names and days of their own; they may leave gaps between them, and never overlap.

    ``periods`` are id, first day and last day, and stand in the order of their days, however they were given. Raises
    ValueError for none at all, for a period that ends before it begins, for two of one name and for two that overlap.
    """

    periods: tuple[tuple[str, date, date], ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise ValueError(f'the calendar "{self.name}" lists no periods')
        for mistake in _mistakes(self.periods):
            raise ValueError(f'in the calendar "{self.name}" {mistake}')
        object.__setattr__(self, "periods", tuple(sorted(self.periods, key=lambda listed: listed[1])))

    @property
    def shortest_days(self) -> int:
        return min((last - first).days + 1 for _, first, last in self.periods)

    @property
    def longest_days(self) -> int:
        return max((last - first).days + 1 for _, first, last in self.periods)

    def first_ending_after(self, day: date) -> Period | None:
        return self._at(bisect_left(self.periods, day, key=lambda listed: listed[2]))

    def period(self, id: str) -> Period:
        for index, (listed, _, _) in enumerate(self.periods):
            if listed == id:
                return self._period(index)
        known = ", ".join(f'"{listed}"' for listed, _, _ in self.periods[:6])
        more = ", …" if len(self.periods) > 6 else ""
        raise ValueError(f'"{id[:40]}" is no period of the calendar "{self.name}": it has {known}{more}')

    def preceding(self, period: Period) -> Period | None:
        return self._at(bisect_left(self.periods, period.first, key=lambda listed: listed[1]) - 1)

    def _at(self, index: int) -> Period | None:
        return self._period(index) if 0 <= index < len(self.periods) else None

    def _period(self, index: int) -> Period:
        id, first, last = self.periods[index]
        return Period(self.name, id, first, last + DAY)


@dataclass(frozen=True)
class Campaign(Calendar):
    """A calendar of one period, which bears the calendar's name.

    Without ``last`` it is open: it goes on until an operator closes it. Raises ValueError when it would end before it
    begins.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        checked(self.first)
        if self.last is not None and checked(self.last) < self.first:
            raise ValueError(f'"{self.name}" would end on {self.last}, before it begins on {self.first}')

    @property
    def shortest_days(self) -> int:
        return (self._period.end - self.first).days

    @property
    def longest_days(self) -> int:
        return self.shortest_days

    def first_ending_after(self, day: date) -> Period | None:
        return self._period if day < self._period.end else None

    def period(self, id: str) -> Period:
        if id != self.name:
            raise ValueError(f'"{id[:40]}" is no period of "{self.name}": its only one is called "{self.name}"')
        return self._period

    def preceding(self, period: Period) -> Period | None:
        return None

    def closed_on(self, last: date) -> "Campaign":
        """The campaign with its last day. Raises ValueError when it has one, or when it would end before it begins."""
        if self.last is not None:
            raise ValueError(f'"{self.name}" has its end already: its last day is {self.last}')
        return Campaign(self.name, self.first, last)

    @property
    def _period(self) -> Period:
        return Period(self.name, self.name, self.first, OPEN_END if self.last is None else self.last + DAY)


def _mistakes(periods: tuple[tuple[str, date, date], ...]) -> Iterator[str]:
    seen: set[str] = set()
    for id, first, last in periods:
        checked(first), checked(last)
        if last < first:
            yield f'"{id}" ends on {last}, before it begins on {first}'
        if id in seen:
            yield f'two periods are called "{id}"'
        seen.add(id)
    for (one, _, last), (other, first, _) in pairwise(sorted(periods, key=lambda listed: listed[1])):
        if first <= last:
            yield f'"{other}" begins on {first}, before "{one}" has ended on {last}'
