"""``bulletins``: for which periods a circular is issued, and when."""

from collections.abc import Collection

from shared.calendars import Duration
from shared.schemes.document import Node
from shared.schemes.model import Bulletin
from shared.schemes.reading import Fields, Named, Reading, word

BULLETINS_MAX = 20


def read_bulletins(reading: Reading, node: Node | None, calendars: Collection[str]) -> dict[str, Bulletin]:
    named = Named(reading, node, "bulletin", word, most=BULLETINS_MAX)
    return {key.value: _bulletin(reading, key.value, entry, calendars) for key, entry in named.entries}


def _bulletin(reading: Reading, name: str, node: Node, calendars: Collection[str]) -> Bulletin:
    fields = Fields(reading, node, "a bulletin", ("calendar", "issue"), later="title parts to sections")
    calendar, issue = fields.require("calendar"), fields.require("issue")
    return Bulletin(
        name,
        reading.reference(calendar, calendars, "calendar") if calendar else "",
        _issue(reading, issue) if issue else Duration(),
    )


def _issue(reading: Reading, node: Node) -> Duration:
    fields = Fields(reading, node, "issue", ("after_close",), later="on at workdays")
    after_close = fields.require("after_close")
    return (reading.duration(after_close) if after_close else None) or Duration()
