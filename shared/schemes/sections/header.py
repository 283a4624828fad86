"""The head of a scheme: its name, version and title, from when it holds, and in which zone."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from shared.contracts.identifiers import is_name
from shared.schemes.document import Node
from shared.schemes.entries import Fields
from shared.schemes.mistakes import closest, shortened
from shared.schemes.reading import A_DAY, Reading
from shared.schemes.sections.calendars import AT_ONCE
from shared.schemes.shapes import DAY, NAME, TEXT, WORD, Either, Key, Keys, whole, words

VERSION_MAX = 1_000_000

EFFECTIVE = Keys(
    "effective",
    (
        Key("from", DAY, "The day from which this version holds.", required=True),
        Key(
            "begins",
            Either((words((AT_ONCE,)), WORD)),
            "Whether it begins on that day, or with the first period of a calendar from there on.",
        ),
    ),
)
HEAD = (
    Key("scheme", NAME, "The scheme's name, the same in all of its versions.", required=True),
    Key("version", whole(1, VERSION_MAX), "Counted from 1.", required=True),
    Key("title", TEXT, "What people call the rulebook.", required=True),
    Key("effective", EFFECTIVE, "From when on this version holds.", required=True),
    Key("time_zone", TEXT, "The zone of all days and times, such as Asia/Shanghai.", required=True),
)


@dataclass(frozen=True)
class Header:
    name: str
    version: int
    title: str
    effective_from: date
    """As it is written; the version may begin later, with a period."""
    begins: Node | None
    time_zone: ZoneInfo


def read_header(reading: Reading, fields: Fields) -> Header:
    name, version, effective, time_zone = (fields.get(key) for key in ("scheme", "version", "effective", "time_zone"))
    start, begins = _effective(reading, effective) if effective else (A_DAY, None)
    return Header(
        name=_name(reading, name) if name else "",
        version=reading.whole(version, 1, VERSION_MAX) if version else 1,
        title=fields.text("title"),
        effective_from=start,
        begins=begins,
        time_zone=_zone(reading, time_zone) if time_zone else ZoneInfo("UTC"),
    )


def _name(reading: Reading, node: Node) -> str:
    name = reading.text(node, "the scheme's name")
    if name and not is_name(name):
        message = f'"{shortened(name)}" cannot name a scheme: use at most 63 lower-case letters, digits, _ and -'
        reading.mistake(node, message)
    return name


def _effective(reading: Reading, node: Node) -> tuple[date, Node | None]:
    fields = Fields(reading, node, EFFECTIVE)
    start = fields.get("from")
    return reading.day(start) if start else A_DAY, fields.get("begins")


@cache
def _zones() -> frozenset[str]:
    """All zones of this machine. Looking them up reads hundreds of files."""
    return frozenset(available_timezones())


def _zone(reading: Reading, node: Node) -> ZoneInfo:
    name = reading.text(node, "a time zone such as Asia/Shanghai")
    zones = _zones()
    if name in zones:
        return ZoneInfo(name)
    if name:
        message = f'there is no time zone "{shortened(name)}": write it like Asia/Shanghai'
        reading.mistake(node, message, closest(name, zones))
    return ZoneInfo("UTC")
