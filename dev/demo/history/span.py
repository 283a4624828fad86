"""Which year a demo tells of, and the moments within it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.calendars import PUBLIC_YEARS, RegularCalendar, start_instant
from shared.schemes.model import Quota, Scheme

MONTHS = 12
SETTLING = timedelta(days=11)
"""After a year of its own a demo goes on for so long, until what fell due at its end is decided and final."""
WORKDAY_YEARS_AHEAD = 2
"""What opens in a year may fall due in the next one, and periods of that year are opened before it is over."""

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_OPENS_AT, _CLOSES_AT = 8, 18


@dataclass(frozen=True)
class Span:
    """The time that a demo tells of: from the beginning of ``first_on`` to the instant ``end``."""

    first_on: date
    end: datetime
    zone: ZoneInfo
    live: bool
    """Whether it reaches the present, so that the departments go live behind it."""

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.day_of(self.end - _TICK)

    def day_of(self, at: datetime) -> date:
        """The day on the wall."""
        return at.astimezone(self.zone).date()

    def covers(self, at: datetime) -> bool:
        """Whether the instant lies within."""
        return start_instant(self.first_on, self.zone) <= at < self.end

    def moment(self, day: date, rng: random.Random) -> datetime:
        """A moment of a day when offices are open."""
        clock = time(rng.randrange(_OPENS_AT, _CLOSES_AT), rng.randrange(60), rng.randrange(60))
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def later(self, at: datetime, hours: float, rng: random.Random) -> datetime:
        """A moment about so many hours later; what would fall into the night is done the next morning."""
        reached = at + timedelta(hours=hours, seconds=rng.randrange(1, 60))
        local = reached.astimezone(self.zone)
        if _OPENS_AT <= local.hour < _CLOSES_AT:
            return reached
        day = local.date() + _DAY if local.hour >= _CLOSES_AT else local.date()
        morning = time(_OPENS_AT, rng.randrange(60), rng.randrange(60))
        return datetime.combine(day, morning, self.zone).astimezone(UTC)


def span_of(schemes: Sequence[Scheme], zone: ZoneInfo, now: datetime) -> Span:
    """The year for the versions of a scheme.

    One that runs on has the twelve months up to now. One that is bound to dates of its own has the year from its first
    day on; one that asks for workdays of years that are not announced yet, a year of which all is known.
    """
    bound = any(not isinstance(each, RegularCalendar) for scheme in schemes for each in scheme.calendars.values())
    today = now.astimezone(zone).date()
    known = max(PUBLIC_YEARS | schemes[-1].workdays.years)
    effective_from = schemes[0].effective_from
    if bound:
        return _own_year(effective_from, zone, now)
    if needs_workdays(schemes) and today.year + WORKDAY_YEARS_AHEAD > known:
        return _own_year(max(effective_from, date(known - WORKDAY_YEARS_AHEAD, 1, 1)), zone, now)
    months = today.year * 12 + today.month - 1 - MONTHS
    return Span(max(effective_from, date(months // 12, months % 12 + 1, 1)), now, zone, live=True)


def _own_year(first_on: date, zone: ZoneInfo, now: datetime) -> Span:
    month_and_day = (2, 28) if (first_on.month, first_on.day) == (2, 29) else (first_on.month, first_on.day)
    end = start_instant(date(first_on.year + 1, *month_and_day) + SETTLING, zone)
    return Span(first_on, min(end, now), zone, live=now <= end)


def needs_workdays(schemes: Sequence[Scheme]) -> bool:
    """Whether anything depends on which days are worked."""
    return any(_asks_for_workdays(scheme) for scheme in schemes)


def _asks_for_workdays(scheme: Scheme) -> bool:
    measures = scheme.measures.values()
    dues = [quota.due for quota in scheme.quotas.values()]
    dues += [measure.on_time.due for measure in measures if measure.on_time is not None]
    asked = any(one.function == "workdays" for measure in measures for one in measure.where)
    return asked or any(due.needs_workdays for due in dues) or any("workdays(" in text for text in _formulas(scheme))


def _formulas(scheme: Scheme) -> list[str]:
    amounts = [getattr(measure.amount, "formula", None) for measure in scheme.measures.values()]
    return [formula.text for formula in amounts if formula is not None]


def worked_on(scheme: Scheme, day: date) -> bool:
    """Whether people are at work, as far as it is known: of other years, Monday to Friday."""
    if day.year in PUBLIC_YEARS or day.year in scheme.workdays.years:
        return scheme.workdays.is_workday(day)
    return day.weekday() < 5


def falls_due_once(scheme: Scheme, quota: Quota) -> bool:
    """Whether the quota has a date of its own and does not come again."""
    return not isinstance(scheme.calendars[quota.calendar], RegularCalendar)
