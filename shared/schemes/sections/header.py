"""The head of a scheme: its name, version and title, from when it holds, and in which zone."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from shared.contracts.identifiers import is_name
from shared.schemes.document import Node
from shared.schemes.mistakes import closest, shortened
from shared.schemes.reading import Fields, Reading

VERSION_MAX = 1_000_000


@dataclass(frozen=True)
class Header:
    name: str
    version: int
    title: str
    effective_from: date
    time_zone: ZoneInfo


def read_header(reading: Reading, fields: Fields) -> Header:
    keys = ("scheme", "version", "title", "effective", "time_zone")
    name, version, title, effective, time_zone = (fields.require(key) for key in keys)
    return Header(
        name=_name(reading, name) if name else "",
        version=reading.whole(version, 1, VERSION_MAX) if version else 1,
        title=reading.text(title) if title else "",
        effective_from=_effective(reading, effective) if effective else date(2000, 1, 1),
        time_zone=_zone(reading, time_zone) if time_zone else ZoneInfo("UTC"),
    )


def _name(reading: Reading, node: Node) -> str:
    name = reading.text(node, "the scheme's name")
    if name and not is_name(name):
        message = f'"{shortened(name)}" cannot name a scheme: use at most 63 lower-case letters, digits, _ and -'
        reading.mistake(node, message)
    return name


def _effective(reading: Reading, node: Node) -> date:
    fields = Fields(reading, node, "effective", ("from",), later="to until")
    start = fields.require("from")
    return reading.day(start) if start else date(2000, 1, 1)


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
