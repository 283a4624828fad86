"""``due``: by when something is to be there for a period."""

from datetime import date

from shared.calendars import (
    WORKDAY_NUMBER_MAX,
    Calendar,
    Campaign,
    Due,
    Duration,
    ListedCalendar,
    RegularCalendar,
    Shift,
)
from shared.schemes.document import Node
from shared.schemes.entries import Fields
from shared.schemes.reading import Reading
from shared.schemes.shapes import DAY, LENGTH, TIME, Key, Keys, whole, words

DAY_OF_MONTH_MAX = 31

_FORMS = ("after_end", "before_end", "day", "workday", "on")
_MONTHS = ("last", "next")
_SHIFTS: tuple[Shift, ...] = ("none", "next_workday", "previous_workday")

DUE_KEYS = (
    Key("after_end", LENGTH, "So long after the period's end."),
    Key("before_end", LENGTH, "So long before the period's end."),
    Key("day", whole(1, DAY_OF_MONTH_MAX), "On that day of a month, the last day of a month that is shorter."),
    Key("month", words(_MONTHS), "Whether the day is one of the period's last month, or of the month after it."),
    Key(
        "workday",
        whole(-WORKDAY_NUMBER_MAX, WORKDAY_NUMBER_MAX),
        "On the n-th workday after the period, or, below 0, the n-th last within it.",
    ),
    Key("on", DAY, "On that day, where the calendar has a single period."),
    Key("at", TIME, "At that time of the day; left out, at the day's end."),
    Key("shift", words(_SHIFTS), "Where it goes when its day is no workday."),
)
DUE = Keys("due", DUE_KEYS)


def read_due(reading: Reading, node: Node, calendar: Calendar | None) -> Due:
    """``calendar`` is the one whose periods it is for; None when that is not known."""
    return due_of(Fields(reading, node, DUE), calendar)


def due_of(fields: Fields, calendar: Calendar | None) -> Due:
    """As ``read_due``, of a mapping that may have other keys beside those of a due date."""
    reading = fields.reading
    form = fields.just_one(*_FORMS)
    month = fields.choice("month", _MONTHS, "month", "last")
    if form not in ("day", None) and fields.get("month") is not None:
        fields.mistake("month", '"month" belongs beside "day"')
    node, at = fields.get(form) if form else None, fields.get("at")
    time = reading.time_of_day(at) if at else None
    shift = fields.choice("shift", _SHIFTS, "way to shift it", "none")
    if form == "workday" or shift != "none":
        reading.needs_workdays.append(fields.node)
    if node is None:
        return Due(at=time, shift=shift)
    match form:
        case "after_end":
            return Due(after_end=reading.duration(node) or Duration(), at=time, shift=shift)
        case "before_end":
            return Due(before_end=_before_end(reading, node, calendar), at=time, shift=shift)
        case "day":
            number = reading.whole(node, 1, DAY_OF_MONTH_MAX)
            if _is_refused(fields, calendar):
                return Due(at=time, shift=shift)
            return Due(day=number, month="next" if month == "next" else "last", at=time, shift=shift)
        case "workday":
            return Due(workday=_workday(reading, node), at=time, shift=shift)
        case _:
            return Due(on=_on(reading, node, calendar), at=time, shift=shift)


def _before_end(reading: Reading, node: Node, calendar: Calendar | None) -> Duration:
    found = reading.duration(node) or Duration()
    if calendar is not None and found.nominal.days >= calendar.shortest_days:
        message = (
            f'{found} before the end lies before the beginning: "{calendar.name}" has {calendar.shortest_days} days'
        )
        reading.mistake(node, message)
    return found


def _is_refused(fields: Fields, calendar: Calendar | None) -> bool:
    """Whether the periods are too short to have a day of a month; the mistake is noted."""
    if not isinstance(calendar, RegularCalendar) or calendar.every not in ("day", "week"):
        return False
    message = (
        f'"{calendar.name}" goes by the {calendar.every}, which has no day of the month of its own: write after_end'
    )
    fields.mistake("day", message)
    return True


def _workday(reading: Reading, node: Node) -> int:
    number = reading.whole(node, -WORKDAY_NUMBER_MAX, WORKDAY_NUMBER_MAX)
    if number == 0:
        reading.mistake(node, "workdays are counted from 1 after the period, or from -1 back within it")
    return number or 1


def _on(reading: Reading, node: Node, calendar: Calendar | None) -> date:
    day = reading.day(node)
    several = isinstance(calendar, RegularCalendar) or (
        isinstance(calendar, ListedCalendar) and len(calendar.periods) > 1
    )
    if several:
        reading.mistake(node, "one date cannot be the due date of period after period: write day or after_end")
    elif isinstance(calendar, Campaign) and day < calendar.first:
        reading.mistake(node, f'{day} lies before "{calendar.name}" begins on {calendar.first}')
    return day
