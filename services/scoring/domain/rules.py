"""A scheme as departments are under it: its versions by day, its closed calendars, where its entries count.

What is looked up for every event is worked out once.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import NamedTuple

from services.scoring.domain.keys import QuotaPeriod
from services.scoring.domain.measures import KindRules, kind_rules
from services.scoring.domain.reaches import Reach
from shared.calendars import OPEN_END, Period, start_instant
from shared.schemes.model import Quota, Scheme
from shared.schemes.schedule import grace_ends_at, quota_due_at

REACHES_KEPT_MAX = 50_000
"""How many (measure, day) pairs a scheme remembers the periods of."""
DUES_KEPT_MAX = 50_000
"""Of how many (quota, period) pairs a scheme remembers when they fall due."""
OFFSETS_KEPT_MAX = 10_000
"""Of how many days a scheme remembers how far its zone is from UTC."""

_NO_TIME, _ALMOST_A_DAY = timedelta(), timedelta(days=1) - timedelta.resolution
_CHANGES = timedelta.max
"""Stands for an offset that is not the same all day."""


class Due(NamedTuple):
    """When a quota falls due for a period, and when its time of grace ends (None: it has none)."""

    at: datetime
    grace_ends_at: datetime | None


class Rules:
    """One scheme in the versions that some departments are under. Immutable but for what it remembers of its answers.

    A day belongs to the highest version that holds by then, as in ``shared.schemes.schedule``.
    """

    def __init__(self, versions: Sequence[tuple[date, Scheme]], closings: Sequence[tuple[str, date]] = ()) -> None:
        """``versions``: at least one, each with the day from which it holds; one that was backdated comes again.

        ``closings``: open calendars that are over, each with its last day. Raises ValueError when no version has such a
        calendar.
        """
        closed = {scheme.version: scheme for _, scheme in versions}
        for calendar, last in closings:
            closed = _closed(closed, calendar, last)
        self._by_day = sorted((from_on, scheme.version) for from_on, scheme in versions)
        self.versions: tuple[Scheme, ...] = tuple(closed[number] for number in sorted(closed))
        self.latest = self.versions[-1]
        self.name = self.latest.name
        self.changes = len(versions) + len(closings)
        """How often the rules have changed, the first time included."""
        self._by_number = closed
        self._from_ons = [from_on for from_on, _ in self._by_day]
        self._in_force = [0, *accumulate((number for _, number in self._by_day), max)]
        self._kinds: dict[str, KindRules | None] = {}
        self._offsets: dict[date, timedelta] = {}
        self._reaches: dict[tuple[str, int, date], Reach] = {}
        self._dues: dict[tuple[int, str, str], Due] = {}
        self._scored_by: dict[tuple[int, Period], int] = {}
        """Of periods that were opened with a lower version: no more than those before the backdating."""

    def version_on(self, day: date) -> int:
        """The number of the version in force on the day; 0 before the first."""
        return self._in_force[bisect_right(self._from_ons, day)]

    def scored_by(self, opened_with: int, period: Period) -> int:
        """The number of the version by which a period is scored that was opened with a version.

        It is the highest that holds on the period's first day, be it only since it was backdated; but none that has no
        such period, or cuts it otherwise.
        """
        if self.version_on(period.first) <= opened_with:
            return opened_with
        key = (opened_with, period)
        if key not in self._scored_by:
            holding = {number for from_on, number in self._by_day if from_on <= period.first and number > opened_with}
            having = (number for number in holding if has_period(self._by_number[number], period))
            self._scored_by[key] = max(having, default=opened_with)
        return self._scored_by[key]

    def day_of(self, instant: datetime) -> date:
        """The date of an instant, given in UTC, in the scheme's zone (the latest version's)."""
        day = instant.date()
        offset = self._offsets.get(day)
        if offset is None:
            if len(self._offsets) >= OFFSETS_KEPT_MAX:
                self._offsets.clear()
            offset = self._offsets[day] = self._offset_on(day)
        if offset is _CHANGES:
            return instant.astimezone(self.latest.time_zone).date()
        return (instant + offset).date()

    def _offset_on(self, day: date) -> timedelta:
        """How far the zone's clock is ahead of UTC on a whole day of UTC, or _CHANGES."""
        start = datetime.combine(day, time.min, UTC)
        ends = {(start + part).astimezone(self.latest.time_zone).utcoffset() for part in (_NO_TIME, _ALMOST_A_DAY)}
        offset = ends.pop()
        return _CHANGES if ends or offset is None else offset

    def version(self, number: int) -> Scheme | None:
        return self._by_number.get(number)

    def kind(self, name: str) -> KindRules | None:
        """The rules for items of a kind; None when no version declares it."""
        try:
            return self._kinds[name]
        except KeyError:
            rules = self._kinds[name] = kind_rules(self.versions, name)
            return rules

    def reach(self, measure: str, version: int, day: date) -> Reach:
        """Where an entry counts: the totals of its own version's calendars, the obligations of any version's quotas."""
        key = (measure, version, day)
        reach = self._reaches.get(key)
        if reach is None:
            if len(self._reaches) >= REACHES_KEPT_MAX:
                self._reaches.clear()
            reach = self._reaches[key] = self._find_reach(measure, version, day)
        return reach

    def due(self, scheme: Scheme, quota: Quota, period: Period) -> Due:
        """``scheme`` is one of the versions. Raises UnknownYear."""
        key = (scheme.version, quota.name, period.id)
        due = self._dues.get(key)
        if due is None:
            if len(self._dues) >= DUES_KEPT_MAX:
                self._dues.clear()
            due = self._dues[key] = _find_due(scheme, quota, period)
        return due

    def window(self, measure: str, version: int, day: date) -> Period | None:
        """The period whose credits of the measure are looked at together; None where each counts as it is."""
        scheme = self._by_number[version]
        found = scheme.measures.get(measure)
        if found is None or found.per_period is None:
            return None
        return scheme.calendars[found.per_period.calendar].period_of(day)

    def _find_reach(self, measure: str, version: int, day: date) -> Reach:
        owed: dict[QuotaPeriod, None] = {}
        personal: dict[QuotaPeriod, None] = {}
        late: dict[QuotaPeriod, date] = {}
        for scheme in self.versions:
            for quota in scheme.quotas.values():
                period = _owed_for(scheme, quota, day) if quota.measure == measure else None
                if period is not None:
                    key = QuotaPeriod(self.name, quota.name, period.id)
                    (personal if quota.subject == "person" else owed)[key] = None
                    if day not in period:
                        late[key] = period.first
        periods = ((name, calendar.period_of(day)) for name, calendar in self._by_number[version].calendars.items())
        totals = tuple((name, period.id) for name, period in periods if period is not None)
        return Reach(self.name, measure, totals, tuple(owed), tuple(personal), late)


def has_period(scheme: Scheme, period: Period) -> bool:
    """Whether a version has the period, and cuts it alike; one that is open yet ends whenever it is closed."""
    calendar = scheme.calendars.get(period.calendar)
    if calendar is None:
        return False
    try:
        there = calendar.period(period.id)
    except ValueError:
        return False
    return there.first == period.first and (there.open or there.end == period.end)


def _find_due(scheme: Scheme, quota: Quota, period: Period) -> Due:
    """Of a period that nobody has closed yet: the end of all days."""
    if period.open and quota.due.on is None:
        last = start_instant(OPEN_END, scheme.time_zone)
        return Due(last, None if quota.grace is None else last)
    return Due(quota_due_at(scheme, quota, period), grace_ends_at(scheme, quota, period))


def _owed_for(scheme: Scheme, quota: Quota, day: date) -> Period | None:
    """The period for which something dated on the day counts: its own, or of what is owed once, the one there is."""
    calendar = scheme.calendars[quota.calendar]
    if quota.once:
        only = calendar.period(quota.calendar)
        return only if day >= only.first else None
    return calendar.period_of(day)


def _closed(versions: dict[int, Scheme], calendar: str, last: date) -> dict[int, Scheme]:
    """The versions after one of their calendars was closed; in some of them it may have had an end anyway."""
    found, refusals = dict(versions), []
    for number, scheme in versions.items():
        if calendar not in scheme.calendars:
            continue
        try:
            found[number] = scheme.with_closed(calendar, last)
        except ValueError as refusal:
            refusals.append(refusal)
    if found == versions:
        raise refusals[0] if refusals else ValueError(f'there is no calendar "{calendar}"')
    return found
