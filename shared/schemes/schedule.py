"""When a scheme's periods open and close, and when its quotas and their reminders fall due.

A department's time begins at an instant ``begin`` and is then a sequence of milestones, the same for every reader: it
follows from the schemes alone. A period belongs to the version in force on the period's first day; the period that is
running where a scheme begins belongs to the scheme's first version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from shared.calendars import Calendar, Period, start_instant
from shared.contracts.department_events import Milestone, MilestoneKind, MilestonesReached
from shared.schemes.model import Quota, Scheme

Reached = MilestonesReached
"""The milestones of one instant are, as they are, the event that a department's stream holds of them."""

ORDER: tuple[MilestoneKind, ...] = ("reminder_due", "quota_due", "period_closed", "period_final", "period_opened")
"""In which milestones of one instant take effect."""

_TICK = timedelta(microseconds=1)
_PERIODS_KEPT = 4_096
_AHEADS_KEPT = 256


def version_in_force(schemes: Iterable[Scheme], name: str, day: date) -> Scheme | None:
    """The version of the scheme that holds on a day: of those that hold by then the highest. None before the first."""
    holding = (scheme for scheme in schemes if scheme.name == name and scheme.effective_from <= day)
    return max(holding, key=lambda scheme: scheme.version, default=None)


def quota_due_at(scheme: Scheme, quota: Quota, period: Period) -> datetime:
    """The instant at which the quota falls due for the period."""
    return quota.due_after_end.after(start_instant(period.end, scheme.time_zone), scheme.time_zone)


def next_milestones(schemes: Iterable[Scheme], begin: datetime, after: datetime) -> Reached | None:
    """The first instant later than ``after`` at which a department has milestones, and all of that instant.

    ``schemes`` are all versions of all schemes that the department is under; its time begins at ``begin``, and for a
    scheme that holds only from a later day on, at that day. ``begin`` is itself an instant of milestones: ask first
    with ``after`` a microsecond before it. None when there are no schemes.

    Cheap when asked for many departments at the same ``after``, whatever their ``begin``.
    """
    ahead = _ahead(tuple(schemes), max(after, begin - _TICK))
    found = [*ahead.entries, *_openings_at(begin, ahead)] if begin > ahead.after else ahead.entries
    instant: datetime | None = None
    milestones: list[Milestone] = []
    for entry in found:
        if instant is not None and entry.instant > instant:
            continue
        if not _concerns(entry, begin):
            continue
        if instant is None or entry.instant < instant:
            instant, milestones = entry.instant, []
        milestones.append(entry.milestone)
    if instant is None:
        return None
    return Reached(instant, tuple(sorted(milestones, key=_rank)))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A milestone as it falls for a department that was there before its period opened."""

    instant: datetime
    milestone: Milestone
    opened_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What comes after an instant: enough entries for any department, and the openings of the periods that run then."""

    after: datetime
    entries: tuple[_Entry, ...]
    running: tuple[_Entry, ...]


def _concerns(entry: _Entry, begin: datetime) -> bool:
    """Whether a department that begins at ``begin`` has this milestone: none of a period that had ended by then."""
    if entry.ended_at <= begin:
        return False
    if entry.milestone.kind == "reminder_due":
        return entry.instant > begin
    return True


def _openings_at(begin: datetime, ahead: _Ahead) -> Iterator[_Entry]:
    """The periods that had opened before ``begin`` and are still running open at ``begin``, in part."""
    for entry in ahead.running:
        running = entry.milestone
        part = Milestone("period_opened", running.scheme, running.version, running.calendar, running.period, None, True)
        yield _Entry(begin, part, begin, entry.ended_at)


def _rank(milestone: Milestone) -> tuple[int, str, str, str, str]:
    kind = ORDER.index(milestone.kind)
    return (kind, milestone.scheme, milestone.calendar, milestone.period, milestone.quota or "")


@lru_cache(maxsize=_AHEADS_KEPT)
def _ahead(schemes: tuple[Scheme, ...], after: datetime) -> _Ahead:
    entries: list[_Entry] = []
    running: list[_Entry] = []
    for reign in _reigns(schemes):
        for calendar in reign.scheme.calendars.values():
            for period in _periods_around(reign, calendar, after):
                for entry in _entries(reign, calendar, period):
                    if entry.instant > after:
                        entries.append(entry)
                    elif entry.milestone.kind == "period_opened" and entry.ended_at > after + _TICK:
                        running.append(entry)
    return _Ahead(after, tuple(sorted(entries, key=lambda entry: entry.instant)), tuple(running))


@dataclass(frozen=True, slots=True)
class _Reign:
    """The days from which on, and before which, a version is in force."""

    scheme: Scheme
    first_of_scheme: bool
    until: date | None
    """The day from which on another version is in force."""

    def owns(self, period: Period) -> bool:
        """Whether the version is in force on the period's first day, or is the first and the period is running then."""
        if self.until is not None and period.first >= self.until:
            return False
        return period.first >= self.scheme.effective_from or (
            self.first_of_scheme and period.end > self.scheme.effective_from
        )


def _reigns(schemes: tuple[Scheme, ...]) -> list[_Reign]:
    by_name: dict[str, list[Scheme]] = {}
    for scheme in schemes:
        by_name.setdefault(scheme.name, []).append(scheme)
    return [reign for versions in by_name.values() for reign in _reigns_of(versions)]


def _reigns_of(versions: list[Scheme]) -> list[_Reign]:
    """From the highest version down: each is in force until a higher one is, which may be never."""
    found: list[tuple[Scheme, date | None]] = []
    until: date | None = None
    for scheme in sorted(versions, key=lambda scheme: scheme.version, reverse=True):
        if until is None or scheme.effective_from < until:
            found.append((scheme, until))
            until = scheme.effective_from
    return [_Reign(scheme, scheme.effective_from == until, end) for scheme, end in found]


def _periods_around(reign: _Reign, calendar: Calendar, after: datetime) -> Iterator[Period]:
    """The version's periods that may have milestones soon after an instant: up to the next that opens."""
    zone = reign.scheme.time_zone
    here = after.astimezone(zone).date()
    period = calendar.period_of(max(here - _reach(reign.scheme, calendar), reign.scheme.effective_from))
    while reign.until is None or period.first < reign.until:
        if reign.owns(period):
            yield period
            # A day that the zone's clock skipped opens nothing: only a period with some length ends the search.
            if after < start_instant(period.first, zone) < start_instant(period.end, zone):
                return
        period = calendar.following(period)


def _reach(scheme: Scheme, calendar: Calendar) -> timedelta:
    """For how many days after its end a period can still have milestones, and a little more for the clock's changes."""
    lengths = [quota.due_after_end for quota in scheme.quotas.values() if quota.calendar == calendar.name]
    scorecard = scheme.scorecards.get(calendar.name)
    if scorecard is not None and scorecard.final_after is not None:
        lengths.append(scorecard.final_after)
    return max((one.nominal for one in lengths), default=timedelta()) + timedelta(days=3)


@lru_cache(maxsize=_PERIODS_KEPT)
def _entries(reign: _Reign, calendar: Calendar, period: Period) -> tuple[_Entry, ...]:
    """All milestones of one period. None for a day that the zone's clock skipped altogether."""
    scheme, zone = reign.scheme, reign.scheme.time_zone
    started_at, ended_at = start_instant(period.first, zone), start_instant(period.end, zone)
    opened_at = max(started_at, start_instant(scheme.effective_from, zone)) if reign.first_of_scheme else started_at
    if ended_at <= opened_at:
        return ()

    def entry(kind: MilestoneKind, instant: datetime, quota: str | None = None, partial: bool = False) -> _Entry:
        milestone = Milestone(kind, scheme.name, scheme.version, calendar.name, period.id, quota, partial)
        return _Entry(instant, milestone, opened_at, ended_at)

    found = [entry("period_opened", opened_at, partial=opened_at > started_at), entry("period_closed", ended_at)]
    scorecard = scheme.scorecards.get(calendar.name)
    if scorecard is not None and scorecard.final_after is not None:
        found.append(entry("period_final", scorecard.final_after.after(ended_at, zone)))
    for quota in _quotas_of(scheme.quotas, calendar):
        due_at = quota_due_at(scheme, quota, period)
        found.append(entry("quota_due", due_at, quota.name))
        reminders = {before.before(due_at, zone) for before in quota.remind}
        found.extend(entry("reminder_due", instant, quota.name) for instant in reminders if instant > opened_at)
    return tuple(found)


def _quotas_of(quotas: Mapping[str, Quota], calendar: Calendar) -> Iterator[Quota]:
    return (quota for quota in quotas.values() if quota.calendar == calendar.name)
