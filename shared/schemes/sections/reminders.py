"""``remind``, and whether what falls due, or is reminded of, does so only after the period has opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.calendars import Calendar, Due, Duration, Period, UnknownYear, Workdays, start_instant
from shared.schemes.document import Node
from shared.schemes.reading import Reading

REMINDERS_MAX = 10

TRIED_DAYS = 400
"""In the periods that begin in a little more than a year a due date is tried out."""
PERIODS_TRIED_MAX = 60
"""And no more of them, where they are short."""


@dataclass(frozen=True)
class InForce:
    """From when on a version holds, and where."""

    begins: date
    time_zone: ZoneInfo
    workdays: Workdays


@dataclass(frozen=True)
class Opening:
    """The period that is open for the shortest time before it falls due, among those that were tried out."""

    period: Period
    lasts: timedelta


def shortest_opening(calendar: Calendar, due: Due, force: InForce) -> Opening | None:
    """None when no due date can be told: the workdays are not known, or the calendar has no periods any more."""
    found: Opening | None = None
    for period in _periods(calendar, force.begins):
        if (due.workday or 0) > 0:  # after the end, however long it takes to count them off
            return Opening(period, timedelta(days=calendar.shortest_days))
        try:
            due_at = due.instant(period, force.time_zone, force.workdays)
        except (UnknownYear, ValueError):  # told elsewhere: a year without a table, an end that is not known
            continue
        lasts = due_at - start_instant(period.first, force.time_zone)
        if found is None or lasts < found.lasts:
            found = Opening(period, lasts)
    return found


def _periods(calendar: Calendar, begins: date) -> Iterator[Period]:
    period = calendar.first_ending_after(begins)
    for _ in range(PERIODS_TRIED_MAX):
        if period is None or (period.first - begins).days > TRIED_DAYS:
            return
        yield period
        period = calendar.following(period)


def check_due(reading: Reading, node: Node, opening: Opening | None) -> None:
    if opening is not None and opening.lasts <= timedelta():
        message = (
            f"this falls due before the period opens: that of {opening.period.id} begins on {opening.period.first}"
        )
        reading.mistake(node, message)


def read_reminders(reading: Reading, node: Node, opening: Opening | None) -> tuple[Duration, ...]:
    """The longest first."""
    found: list[Duration] = []
    for item in reading.items(node, "reminders", REMINDERS_MAX):
        duration = reading.duration(item)
        if duration is None:
            continue
        if opening is not None and duration.nominal >= opening.lasts:
            reading.mistake(item, f"a reminder {duration} before it is due would fall before the period opens")
        elif not duration.nominal:
            reading.mistake(item, "a reminder falls before the due instant, not at it")
        elif duration in found:
            reading.mistake(item, "this reminder stands here twice")
        found.append(duration)
    return tuple(sorted(found, key=lambda duration: duration.nominal, reverse=True))
