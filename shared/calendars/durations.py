"""Lengths of time as rulebooks mean them: days are days of the calendar on the wall, hours are exact."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_FORM = re.compile(r"P(?:(\d{1,3})W|(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time, never negative. ``days`` are counted on the zone's calendar, ``minutes`` on the clock."""

    days: int = 0
    minutes: int = 0

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Reads ISO 8601: ``P2D``, ``PT36H``, ``P1DT2H``, ``PT30M``, ``P1W``. Raises ValueError for anything else."""
        matched = _FORM.fullmatch(text)
        if matched is None or not any(matched.groups()):
            raise ValueError(f'"{text[:40]}" is no length of time: write days as P2D, hours as PT36H, both as P1DT2H')
        weeks, days, hours, minutes = (int(number or 0) for number in matched.groups())
        return cls(weeks * 7 + days, hours * 60 + minutes)

    @property
    def nominal(self) -> timedelta:
        """Its length where no clock is moved in between: enough to compare, not to calculate instants."""
        return timedelta(days=self.days, minutes=self.minutes)

    def after(self, instant: datetime, zone: tzinfo) -> datetime:
        """The instant so much later: first the days, at the same time on the zone's clock, then the minutes."""
        return _shifted(instant, self.days, zone) + timedelta(minutes=self.minutes)

    def before(self, instant: datetime, zone: tzinfo) -> datetime:
        """The instant so much earlier: first the days, at the same time on the zone's clock, then the minutes."""
        return _shifted(instant, -self.days, zone) - timedelta(minutes=self.minutes)

    def after_start(self, day: date, zone: tzinfo) -> datetime:
        """The instant so long after the day begins: the start of the day so many days later, and the minutes."""
        return start_instant(day + timedelta(days=self.days), zone) + timedelta(minutes=self.minutes)

    def before_start(self, day: date, zone: tzinfo) -> datetime:
        """The instant so long before the day begins: the start of the day so many days earlier, less the minutes."""
        return start_instant(day - timedelta(days=self.days), zone) - timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        days = f"{self.days}D" if self.days or not clock else ""
        return f"P{days}{'T' if clock else ''}{clock}"


def start_instant(day: date, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which the day begins in the zone.

    Where the clock skips midnight the day begins when the clock has moved on; where it shows midnight
    twice the day begins at the first.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _shifted(instant: datetime, days: int, zone: tzinfo) -> datetime:
    if days == 0:
        return instant.astimezone(UTC)
    there = instant.astimezone(zone)
    # Without fold: a time that the clock shows twice is the first, one that it skips is as much later.
    return (there.replace(fold=0) + timedelta(days=days)).astimezone(UTC)
