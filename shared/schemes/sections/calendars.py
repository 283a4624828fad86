"""``calendars``: how time is cut into periods."""

import re
from collections.abc import Mapping
from datetime import date

from shared.calendars import (
    DAY_OF_MONTH_MAX,
    EVERY,
    Calendar,
    Campaign,
    Every,
    ListedCalendar,
    Period,
    RegularCalendar,
    StartsOn,
)
from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, address_part, word
from shared.schemes.mistakes import closest, shortened
from shared.schemes.reading import Reading
from shared.schemes.shapes import (
    ADDRESS_PATTERN,
    CITE,
    DAY,
    MONTH_DAY,
    TITLE,
    WORD_PATTERN,
    Either,
    Entries,
    Key,
    Keys,
    whole,
    words,
)

CALENDARS_MAX = 20
PERIODS_MAX = 200

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LISTED_PERIOD = Keys(
    "a period",
    (
        TITLE,
        CITE,
        Key("from", DAY, "Its first day.", required=True),
        Key("to", DAY, "Its last day.", required=True),
    ),
)
PERIODS = Entries(LISTED_PERIOD, PERIODS_MAX, least=1, names=ADDRESS_PATTERN)
CALENDAR = Keys(
    "a calendar",
    (
        TITLE,
        CITE,
        Key("every", words(EVERY), "How long its periods are, where they repeat."),
        Key(
            "starts_on",
            Either((words(WEEKDAYS), whole(1, DAY_OF_MONTH_MAX), MONTH_DAY)),
            "Where periods begin: a weekday, a day of the month, or month and day.",
        ),
        Key("periods", PERIODS, "The periods by their names, where each has days of its own."),
        Key("from", DAY, "The first day of a campaign, which is a single period."),
        Key("to", DAY, "The last day of a campaign. Without it, it goes on until it is closed."),
    ),
)
CALENDARS = Entries(CALENDAR, CALENDARS_MAX, least=1, names=WORD_PATTERN)

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)


def read_calendars(reading: Reading, node: Node | None) -> dict[str, Calendar]:
    named = Named(reading, node, "calendar", word, CALENDARS)
    return {key.value: _calendar(reading, key.value, entry) for key, entry in named.entries}


def _calendar(reading: Reading, name: str, node: Node) -> Calendar:
    fields = Fields(reading, node, CALENDAR)
    fields.text("title"), fields.text("cite")
    kind = fields.just_one("every", "periods", "from")
    for key, owner in (("starts_on", "every"), ("to", "from")):
        if kind not in (owner, None) and fields.get(key) is not None:
            fields.mistake(key, f'"{key}" belongs beside "{owner}"')
    if kind == "periods":
        return _listed(reading, name, fields.get("periods"))
    if kind == "from":
        return _campaign(fields, name)
    return _regular(fields, name)


def _regular(fields: Fields, name: str) -> Calendar:
    # A year stands in for what is wrong: the longest, so that no reminder seems too early for it.
    every: Every = fields.choice("every", EVERY, "length of a period", "year")
    start = fields.get("starts_on")
    if start is None:
        return RegularCalendar(name, every)
    if every == "day":
        fields.mistake("starts_on", "days begin at midnight: a calendar by the day has no starts_on")
        return RegularCalendar(name, every)
    return RegularCalendar(name, every, _starts_on(fields.reading, start, every))


def _starts_on(reading: Reading, node: Node, every: Every) -> StartsOn | None:
    if every == "week":
        return WEEKDAYS.index(reading.one_of(node, WEEKDAYS, "weekday"))
    if every == "month":
        return reading.whole(node, 1, DAY_OF_MONTH_MAX)
    scalar = reading.scalar(node, "a month and a day such as 09-01")
    if scalar is None:
        return None
    matched = _MONTH_DAY.fullmatch(scalar.value)
    if matched is None or not 1 <= int(matched[1]) <= 12 or not 1 <= int(matched[2]) <= DAY_OF_MONTH_MAX:
        message = (
            f'"{shortened(scalar.value)}" is no day for a {every.replace("_", " ")} to begin on: write month and day '
            f"like 09-01, with a day up to {DAY_OF_MONTH_MAX}, which every month has"
        )
        reading.mistake(scalar, message)
        return None
    return int(matched[1]), int(matched[2])


def _listed(reading: Reading, name: str, node: Node | None) -> Calendar:
    named = Named(reading, node, "period", address_part, PERIODS)
    found: list[tuple[Scalar, date, date]] = []
    for key, entry in named.entries:
        fields = Fields(reading, entry, LISTED_PERIOD)
        fields.text("title"), fields.text("cite")
        days = _days(fields)
        if days is not None:
            found.append((key, *days))
    right: list[tuple[str, date, date]] = []
    for key, first, last in sorted(found, key=lambda period: period[1]):
        if right and first <= right[-1][2]:
            message = f'"{shortened(key.value)}" begins on {first}, before "{right[-1][0]}" has ended on {right[-1][2]}'
            reading.mistake(key, message)
        else:
            right.append((key.value, first, last))
    return ListedCalendar(name, tuple(right)) if right else RegularCalendar(name, "year")


def _days(fields: Fields) -> tuple[date, date] | None:
    """``from`` and ``to``, when both are right."""
    first, last = fields.get("from"), fields.get("to")
    if first is None or last is None:
        return None
    days = fields.reading.day(first), fields.reading.day(last)
    if days[1] < days[0]:
        fields.reading.mistake(last, f"this ends on {days[1]}, before it begins on {days[0]}; the last day counts in")
        return None
    return days


def _campaign(fields: Fields, name: str) -> Calendar:
    first = fields.get("from")
    assert first is not None
    if fields.get("to") is None:
        return Campaign(name, fields.reading.day(first))
    days = _days(fields)
    return Campaign(name, *days) if days else RegularCalendar(name, "year")


def begin_of_version(
    reading: Reading, node: Node | None, calendars: Mapping[str, Calendar], carded: list[str], day: date, version: int
) -> date:
    """The first day on which a version that is effective from ``day`` holds.

    ``node`` is the value of ``begins``: at once, or with the first period of a calendar that begins on or after the
    day. Left out, a first version begins at once, and a later one with a period of the shortest of the calendars that
    have a scorecard (``carded``), so that no card is torn in two.
    """
    if node is None:
        if version == 1:
            return day
        known = sorted((calendars[name] for name in carded if name in calendars), key=lambda one: one.shortest_days)
        periods = (_beginning(calendar, day) for calendar in known)
        return next((period.first for period in periods if period is not None), day)
    scalar = reading.scalar(node, "at_once, or the name of a calendar")
    if scalar is None or scalar.value == AT_ONCE:
        return day
    if scalar.value not in calendars:
        message = f'a version begins at_once, or with a calendar: there is no calendar "{shortened(scalar.value)}"'
        reading.mistake(scalar, message, closest(scalar.value, (AT_ONCE, *calendars)))
        return day
    period = _beginning(calendars[scalar.value], day)
    if period is None:
        reading.mistake(scalar, f'no period of "{scalar.value}" begins on or after {day}: write at_once')
        return day
    return period.first


AT_ONCE = "at_once"


def _beginning(calendar: Calendar, day: date) -> Period | None:
    """The first period of the calendar that begins on or after the day."""
    period = calendar.first_ending_after(day)
    if period is None or period.first >= day:
        return period
    return calendar.following(period)
