"""``calendars``: how time is cut into periods."""

from shared.calendars import EVERY, Calendar, Every, RegularCalendar
from shared.schemes.document import Node
from shared.schemes.reading import Fields, Named, Reading, word

CALENDARS_MAX = 20

_STAND_IN: Every = "year"
"""The longest, so that no reminder seems too early for it."""
_LATER = "starts_on from to dates periods workdays holidays"


def read_calendars(reading: Reading, node: Node | None) -> dict[str, Calendar]:
    named = Named(reading, node, "calendar", word, least=1, most=CALENDARS_MAX)
    return {key.value: _calendar(reading, key.value, entry) for key, entry in named.entries}


def _calendar(reading: Reading, name: str, node: Node) -> Calendar:
    fields = Fields(reading, node, "a calendar", ("every",), later=_LATER)
    every = fields.require("every")
    if every is None:
        return RegularCalendar(name, _STAND_IN)
    return RegularCalendar(name, reading.one_of(every, EVERY, "length of a period", _STAND_IN))
