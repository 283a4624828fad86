"""The milestones of a department's time, against a plain enumeration of all of them, for any schemes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import Calendar, Period, start_instant
from shared.contracts.department_events import Milestone, MilestoneKind
from shared.schemes import Scheme
from shared.schemes.schedule import ORDER, Reached, next_milestones, quota_due_at, version_in_force
from tests.reference.examples import share
from tests.unit.schemes.timed import DAY, FIRST_DAY, versions

TICK = timedelta(microseconds=1)
HORIZON = datetime(2013, 6, 1, tzinfo=UTC)
EARLIEST = FIRST_DAY - timedelta(days=400)

begins = st.datetimes(datetime(2011, 9, 1), datetime(2012, 3, 1), timezones=st.just(UTC))


def plainly(schemes: Sequence[Scheme], begin: datetime) -> list[Reached]:
    """Every milestone up to the horizon, from every day's period with no shortcut, sorted into instants."""
    by_instant: dict[datetime, list[Milestone]] = {}
    for name in {scheme.name for scheme in schemes}:
        for scheme, calendar, period in _periods(schemes, name):
            first_day = min(one.effective_from for one in schemes if one.name == name)
            began = max(begin, start_instant(first_day, scheme.time_zone))
            for instant, milestone in _of_period(scheme, calendar, period, began):
                by_instant.setdefault(instant, []).append(milestone)
    return [
        Reached(instant, tuple(sorted(milestones, key=_order)))
        for instant, milestones in sorted(by_instant.items())
        if instant <= HORIZON
    ]


def _order(milestone: Milestone) -> tuple[object, ...]:
    return (ORDER.index(milestone.kind), milestone.scheme, milestone.calendar, milestone.period, milestone.quota)


def _periods(schemes: Sequence[Scheme], name: str) -> Iterator[tuple[Scheme, Calendar, Period]]:
    """Each version's own periods, those of one name only once: when the version of the earlier day has it."""
    first_day = min(scheme.effective_from for scheme in schemes if scheme.name == name)
    seen: set[tuple[str, str]] = set()
    for scheme in sorted(schemes, key=lambda scheme: (scheme.effective_from, -scheme.version)):
        for calendar in scheme.calendars.values() if scheme.name == name else ():
            for period in _all_periods(calendar):
                in_force = version_in_force(schemes, name, max(period.first, first_day))
                if in_force == scheme and period.end > first_day and (calendar.name, period.id) not in seen:
                    seen.add((calendar.name, period.id))
                    yield scheme, calendar, period


def _all_periods(calendar: Calendar) -> list[Period]:
    last = HORIZON.date() + DAY
    found = {calendar.period_of(EARLIEST + number * DAY) for number in range((last - EARLIEST).days)}
    return sorted((period for period in found if period is not None), key=lambda period: period.first)


def _of_period(
    scheme: Scheme, calendar: Calendar, period: Period, began: datetime
) -> Iterator[tuple[datetime, Milestone]]:
    zone = scheme.time_zone
    start, end = start_instant(period.first, zone), start_instant(period.end, zone)
    opened = max(start, began)
    if end <= opened:
        return

    def milestone(kind: MilestoneKind, quota: str | None = None, partial: bool = False) -> Milestone:
        return Milestone(kind, scheme.name, scheme.version, calendar.name, period.id, quota, partial)

    yield opened, milestone("period_opened", partial=opened > start)
    if not period.open:
        yield end, milestone("period_closed")
        for card in scheme.scorecards.values():
            if card.calendar == calendar.name and card.final_after is not None:
                yield card.final_after.after_start(period.end, zone), milestone("period_final")
        lengths = [each.issue_after_close for each in scheme.bulletins.values() if each.calendar == calendar.name]
        for due in {length.after_start(period.end, zone) for length in lengths}:
            yield due, milestone("bulletin_due")
    for quota in scheme.quotas.values():
        if quota.calendar != calendar.name or (period.open and quota.due.on is None):
            continue
        due = quota_due_at(scheme, quota, period)
        if due <= opened:
            continue
        yield due, milestone("quota_due", quota.name)
        if quota.grace is not None:
            yield quota.grace.after(due, zone), milestone("grace_ended", quota.name)
        for reminded in {remind.before(due, zone) for remind in quota.remind}:
            if reminded > opened:
                yield reminded, milestone("reminder_due", quota.name)


@settings(deadline=None, max_examples=share(20))
@given(st.tuples(versions("one"), versions("two") | st.just([])), begins)
def test_asking_again_and_again_finds_every_milestone_once(
    schemes: tuple[list[Scheme], list[Scheme]], begin: datetime
) -> None:
    together = [*schemes[0], *schemes[1]]

    found: list[Reached] = []
    after = begin - TICK
    while (reached := next_milestones(together, begin, after)) is not None and reached.instant <= HORIZON:
        found.append(reached)
        after = reached.instant

    assert found == plainly(together, begin)


@settings(deadline=None, max_examples=share(20))
@given(versions("one"), begins, st.datetimes(datetime(2011, 9, 1), datetime(2013, 6, 1), timezones=st.just(UTC)))
def test_any_instant_may_be_asked_for(schemes: list[Scheme], begin: datetime, after: datetime) -> None:
    later = [reached for reached in plainly(schemes, begin) if reached.instant > after]

    reached = next_milestones(schemes, begin, after)

    if later:
        assert reached == later[0]
    else:
        assert reached is None or reached.instant > HORIZON
