"""``calendars``: how time is cut into periods."""

from shared.calendars import EVERY, Calendar
from shared.schemes.document import Node
from shared.schemes.reading import Fields, Named, Reading

CALENDARS_MAX = 20

_LATER = "starts_on from to dates periods workdays holidays"


def read_calendars(reading: Reading, node: Node | None) -> dict[str, Calendar]:
    named = Named(reading, node, "calendar", CALENDARS_MAX)
    return {name: _calendar(reading, name, entry) for name, entry in named.entries}


def _calendar(reading: Reading, name: str, node: Node) -> Calendar:
    fields = Fields(reading, node, "a calendar", ("every",), later=_LATER)
    every = fields.require("every")
    return Calendar(name, reading.one_of(every, EVERY, "length of a period") if every else "day")
