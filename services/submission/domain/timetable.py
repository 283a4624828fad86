"""A department's time: from which instant each scheme's calendars run for it, and which milestones come next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from services.submission.domain.refusals import FieldMistake, WorkdaysUnknown
from shared.calendars import UnknownYear, start_instant
from shared.contracts.department_events import MilestonesReached
from shared.schemes.model import Scheme
from shared.schemes.schedule import ORDER, next_milestones

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Where a department's time stands. ``begins`` is by scheme; ``reached`` the last instant written."""

    begins: Mapping[str, datetime] = field(default_factory=dict)
    reached: datetime | None = None
    leaves: datetime | None = None
    """When the last day of a department ends that is no more."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The milestones that have passed, in order, and how the department's time stands behind them."""

    events: tuple[MilestonesReached, ...]
    timetable: Timetable
    next_at: datetime | None
    """When the next milestone comes; in the past when only a part was asked for."""


def applied(timetable: Timetable, first: Scheme, joined_on: date, not_before: datetime | None) -> Timetable:
    """The timetable with one more scheme, whose first version is ``first``.

    Its calendars run from the scheme's first day or the department's, whichever is later; for a department that is
    live not before the instant at which the scheme is applied. What is written already is never written behind.
    """
    start = start_instant(max(first.effective_from, joined_on), first.time_zone)
    begin = start if not_before is None else max(start, not_before)
    if timetable.reached is not None and begin <= timetable.reached:
        begin = timetable.reached + _INSTANT
    return replace(timetable, begins={**timetable.begins, first.name: begin})


def passed(timetable: Timetable, schemes: Sequence[Scheme], now: datetime, instants_max: int | None = None) -> Passed:
    """The milestones at or before ``now`` that are not written yet: all, or of the first ``instants_max`` instants.

    ``schemes`` are all versions of all schemes. Raises WorkdaysUnknown.
    """
    families = _families(schemes)
    events: list[MilestonesReached] = []
    reached = timetable.reached
    while True:
        following = _following(timetable, families, reached)
        if following is None or following.instant > now or len(events) == instants_max:
            break
        events.append(following)
        reached = following.instant
    next_at = None if following is None else following.instant
    return Passed(tuple(events), replace(timetable, reached=reached), next_at)


def next_instant(timetable: Timetable, schemes: Sequence[Scheme]) -> datetime | None:
    """The instant of the first milestones that are not written yet, wherever it lies. Raises WorkdaysUnknown."""
    following = _following(timetable, _families(schemes), timetable.reached)
    return None if following is None else following.instant


def _families(schemes: Sequence[Scheme]) -> dict[str, tuple[Scheme, ...]]:
    """All versions of each scheme, by its name."""
    by_name: dict[str, tuple[Scheme, ...]] = {}
    for scheme in sorted(schemes, key=lambda each: (each.name, each.version)):
        by_name[scheme.name] = (*by_name.get(scheme.name, ()), scheme)
    return by_name


def _following(
    timetable: Timetable, families: Mapping[str, tuple[Scheme, ...]], reached: datetime | None
) -> MilestonesReached | None:
    found: list[MilestonesReached] = []
    for name, begin in timetable.begins.items():
        after = begin - _INSTANT if reached is None else max(begin - _INSTANT, reached)
        following = _of_family(families[name], begin, after, timetable.leaves)
        if following is not None:
            found.append(following)
    if len(found) <= 1:
        return found[0] if found else None
    instant = min(each.instant for each in found)
    milestones = [milestone for each in found if each.instant == instant for milestone in each.milestones]
    return MilestonesReached(instant, tuple(sorted(milestones, key=lambda milestone: ORDER.index(milestone.kind))))


def _of_family(
    versions: tuple[Scheme, ...], begin: datetime, after: datetime, leaves: datetime | None
) -> MilestonesReached | None:
    try:
        return next_milestones(versions, begin, after, leaves)
    except UnknownYear as unknown:
        raise WorkdaysUnknown(FieldMistake("scheme", f"in “{versions[0].name}”, {unknown}")) from unknown
