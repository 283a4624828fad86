"""When a scheme's periods open and close, and when its quotas, their reminders, their grace and its bulletins fall due.

A department's time begins at an instant ``begin`` and is then a sequence of milestones, the same for every reader: it
follows from the schemes alone. A period belongs to the version in force on the period's first day; the period that is
running where a scheme begins belongs to the scheme's first version. A period that versions cut differently under one
name, as a campaign may be, belongs to the first version that opens it, and no later version opens it again.

An open period, such as a campaign that goes on until an operator closes it, opens and does nothing else, but for quotas
that are due on a date; its closing comes in as ``Scheme.with_closed``. A quota whose due instant is not later than the
instant at which its period opened for a department is not owed for that period, and has no milestones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from shared.calendars import Calendar, Due, Duration, Period, start_instant
from shared.contracts.department_events import Milestone, MilestoneKind, MilestonesReached
from shared.schemes.model import Quota, Scheme

Reached = MilestonesReached
"""The milestones of one instant are, as they are, the event that a department's stream holds of them."""

ORDER: tuple[MilestoneKind, ...] = (
    "reminder_due",
    "quota_due",
    "grace_ended",
    "period_closed",
    "period_final",
    "bulletin_due",
    "period_opened",
)
"""In which milestones of one instant take effect."""

_TICK = timedelta(microseconds=1)
_CLOCK_CHANGES = timedelta(days=3)
"""More than a zone's clock changes and skipped days add to a number of days."""
_PERIODS_KEPT = 4_096
_AHEADS_KEPT = 256


def version_in_force(schemes: Iterable[Scheme], name: str, day: date) -> Scheme | None:
    """The version of the scheme that holds on a day: of those that hold by then the highest. None before the first."""
    holding = (scheme for scheme in schemes if scheme.name == name and scheme.effective_from <= day)
    return max(holding, key=lambda scheme: scheme.version, default=None)


def quota_due_at(scheme: Scheme, quota: Quota, period: Period) -> datetime:
    """The instant at which the quota falls due for the period.

    Raises UnknownYear when it depends on the workdays of a year that nobody has told, and ValueError for a period that
    is still open, unless the quota is due on a date.
    """
    return quota.due.instant(period, scheme.time_zone, scheme.workdays)


def grace_ends_at(scheme: Scheme, quota: Quota, period: Period) -> datetime | None:
    """The instant at which what was lacking when the quota fell due is missed; None where there is no grace.

    Raises as ``quota_due_at`` does.
    """
    if quota.grace is None:
        return None
    return quota.grace.after(quota_due_at(scheme, quota, period), scheme.time_zone)


def next_milestones(
    schemes: Iterable[Scheme], begin: datetime, after: datetime, leaves: datetime | None = None
) -> Reached | None:
    """The first instant later than ``after`` at which a department has milestones, and all of that instant.

    ``schemes`` are all versions of all schemes that the department is under; its time begins at ``begin``, and for a
    scheme that holds only from a later day on, at that day. ``begin`` is itself an instant of milestones: ask first
    with ``after`` a microsecond before it. A department that is no more ``leaves`` at the instant at which its last day
    ends: periods that begin then or later have no milestones for it. None when nothing comes any more: there are no
    schemes, or their listed periods and campaigns are over, or the department has left.

    Cheap when asked for many departments at the same ``after``, whatever their ``begin``.

    Raises UnknownYear when a due instant depends on the workdays of a year that nobody has told: of any period that
    has milestones soon, up to the next that opens. Time then stands still until a version of the scheme tells them.
    """
    ahead = _ahead(tuple(schemes), max(after, begin - _TICK))
    milestones = [entry.milestone for entry in _openings_at(begin, ahead)]
    instant = begin if milestones else None
    for entry in ahead.entries:
        if instant is not None and entry.instant > instant:
            break
        if entry.until > begin and (leaves is None or entry.opened_at < leaves):
            instant = entry.instant
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
    """A department that leaves at this instant or before does not have the milestone."""
    until: datetime
    """Nor does one that begins at this instant or later."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What comes after an instant: enough entries for any department, and the openings of the periods that run then."""

    after: datetime
    entries: tuple[_Entry, ...]
    """By instant."""
    running: tuple[_Entry, ...]


def _openings_at(begin: datetime, ahead: _Ahead) -> Iterator[_Entry]:
    """The periods that had opened before ``begin`` and are still running open at ``begin``, in part."""
    if begin <= ahead.after:
        return
    for entry in ahead.running:
        running = entry.milestone
        part = Milestone("period_opened", running.scheme, running.version, running.calendar, running.period, None, True)
        yield _Entry(begin, part, begin, entry.until)


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
                    elif entry.milestone.kind == "period_opened" and entry.until > after + _TICK:
                        running.append(entry)
    return _Ahead(after, tuple(sorted(entries, key=lambda entry: entry.instant)), tuple(running))


@dataclass(frozen=True, slots=True)
class _Reign:
    """The days from which on, and before which, a version is in force."""

    scheme: Scheme
    until: date | None
    """The day from which on another version is in force."""
    before: "_Reign | None"
    """The version that is in force before it; None for the scheme's first."""

    def opens(self, calendar: Calendar, period: Period) -> bool:
        """Whether the period of the version's calendar is opened by this version, and by none before it."""
        return self._rules(period) and not self._opened_before(calendar, period.id)

    def _rules(self, period: Period) -> bool:
        """Whether the version is in force on the period's first day, or is the first and the period is running then."""
        if self.until is not None and period.first >= self.until:
            return False
        return period.first >= self.scheme.effective_from or (
            self.before is None and period.end > self.scheme.effective_from
        )

    def _opened_before(self, calendar: Calendar, id: str) -> bool:
        """Whether a version before has opened a period of that name, which it cuts differently."""
        earlier = self.before
        while earlier is not None:
            theirs = earlier.scheme.calendars.get(calendar.name)
            if theirs is not None and theirs != calendar:
                period = _called(theirs, id)
                if period is not None and earlier._rules(period):
                    return True
            earlier = earlier.before
        return False


def _called(calendar: Calendar, id: str) -> Period | None:
    """The calendar's period of that name; None where it has none."""
    try:
        return calendar.period(id)
    except ValueError:
        return None


def _reigns(schemes: tuple[Scheme, ...]) -> list[_Reign]:
    by_name: dict[str, list[Scheme]] = {}
    for scheme in schemes:
        by_name.setdefault(scheme.name, []).append(scheme)
    return [reign for versions in by_name.values() for reign in _reigns_of(versions)]


def _reigns_of(versions: list[Scheme]) -> list[_Reign]:
    """Each version is in force until a higher one is, which may be never."""
    found: list[tuple[Scheme, date | None]] = []
    until: date | None = None
    for scheme in sorted(versions, key=lambda scheme: scheme.version, reverse=True):
        if until is None or scheme.effective_from < until:
            found.append((scheme, until))
            until = scheme.effective_from
    reigns: list[_Reign] = []
    for scheme, end in reversed(found):
        reigns.append(_Reign(scheme, end, reigns[-1] if reigns else None))
    return reigns


def _periods_around(reign: _Reign, calendar: Calendar, after: datetime) -> Iterator[Period]:
    """The version's periods that may have milestones soon after an instant: up to the next that opens."""
    zone = reign.scheme.time_zone
    here = after.astimezone(zone).date()
    period = calendar.first_ending_after(_earliest_day(reign.scheme, calendar, here))
    while period is not None and (reign.until is None or period.first < reign.until):
        if reign.opens(calendar, period):
            yield period
            # A day that the zone's clock skipped opens nothing: only a period with some length ends the search.
            if after < start_instant(period.first, zone) < start_instant(period.end, zone):
                return
        period = calendar.following(period)


def _earliest_day(scheme: Scheme, calendar: Calendar, here: date) -> date:
    """No period that ended before this day has milestones from the day ``here`` on."""
    lengths = (*_finals_after(scheme, calendar), *_bulletins_after(scheme, calendar))
    reach = max((length.nominal for length in lengths), default=timedelta())
    for quota in _quotas_of(scheme, calendar):
        late = timedelta(days=quota.due.latest_days) + (quota.grace or Duration()).nominal
        if quota.due.on is not None and here <= quota.due.on + late + _CLOCK_CHANGES:
            return scheme.effective_from
        reach = max(reach, late)
    return max(here - reach - _CLOCK_CHANGES, scheme.effective_from)


@lru_cache(maxsize=_PERIODS_KEPT)
def _entries(reign: _Reign, calendar: Calendar, period: Period) -> tuple[_Entry, ...]:
    """All milestones of one period. None for a day that the zone's clock skipped altogether."""
    scheme, zone = reign.scheme, reign.scheme.time_zone
    started_at, ended_at = start_instant(period.first, zone), start_instant(period.end, zone)
    opened_at = started_at if reign.before is not None else max(started_at, start_instant(scheme.effective_from, zone))
    if ended_at <= opened_at:
        return ()

    def entry(kind: MilestoneKind, instant: datetime, partial: bool = False) -> _Entry:
        milestone = Milestone(kind, scheme.name, scheme.version, calendar.name, period.id, None, partial)
        return _Entry(instant, milestone, opened_at, ended_at)

    found = [entry("period_opened", opened_at, opened_at > started_at)]
    if not period.open:
        found.append(entry("period_closed", ended_at))
        finals = [
            Due(after_end=length).instant(period, zone, scheme.workdays) for length in _finals_after(scheme, calendar)
        ]
        if finals:
            found.append(entry("period_final", max(finals)))
        found.extend(
            entry("bulletin_due", instant)
            for instant in {length.after_start(period.end, zone) for length in _bulletins_after(scheme, calendar)}
        )
    for quota in _quotas_of(scheme, calendar):
        if quota.due.on is not None or not period.open:
            found.extend(_of_quota(scheme, quota, period, opened_at, ended_at))
    return tuple(found)


def _of_quota(
    scheme: Scheme, quota: Quota, period: Period, opened_at: datetime, ended_at: datetime
) -> Iterator[_Entry]:
    due_at = quota_due_at(scheme, quota, period)
    if due_at <= opened_at:
        return

    def entry(kind: MilestoneKind, instant: datetime) -> _Entry:
        milestone = Milestone(kind, scheme.name, scheme.version, period.calendar, period.id, quota.name)
        return _Entry(instant, milestone, opened_at, min(ended_at, due_at, instant))

    yield entry("quota_due", due_at)
    grace_ended_at = grace_ends_at(scheme, quota, period)
    if grace_ended_at is not None:
        yield entry("grace_ended", grace_ended_at)
    for instant in {before.before(due_at, scheme.time_zone) for before in quota.remind}:
        if instant > opened_at:
            yield entry("reminder_due", instant)


def _quotas_of(scheme: Scheme, calendar: Calendar) -> Iterator[Quota]:
    return (quota for quota in scheme.quotas.values() if quota.calendar == calendar.name)


def _bulletins_after(scheme: Scheme, calendar: Calendar) -> Iterator[Duration]:
    """How long after a period's end each of the calendar's bulletins is due."""
    for bulletin in scheme.bulletins.values():
        if bulletin.calendar == calendar.name:
            yield bulletin.issue_after_close


def _finals_after(scheme: Scheme, calendar: Calendar) -> Iterator[Duration]:
    """How long after a period's end each of the calendar's cards becomes final. The last of them ends the waiting."""
    for scorecard in scheme.scorecards.values():
        if scorecard.calendar == calendar.name and scorecard.final_after is not None:
            yield scorecard.final_after
