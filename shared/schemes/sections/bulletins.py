"""``bulletins``: for which periods a circular is issued, when, and what it says."""

import re
from collections.abc import Collection

from shared.calendars import Duration
from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, word
from shared.schemes.mistakes import closest, shortened
from shared.schemes.model import Bulletin
from shared.schemes.reading import Reading
from shared.schemes.shapes import CITE, LENGTH, TEXT, TITLE, WORD, WORD_PATTERN, Entries, Key, Keys

BULLETINS_MAX = 20

PLACEHOLDERS = ("period", "title", "number")

ISSUE = Keys("issue", (Key("after_close", LENGTH, "How long after the period's end.", required=True),))
BULLETIN = Keys(
    "a bulletin",
    (
        TITLE,
        CITE,
        Key("calendar", WORD, "For whose periods it is issued.", required=True),
        Key("issue", ISSUE, "When it is issued.", required=True),
        Key("text", TEXT, "What it says; {period}, {title} and {number} are filled in."),
    ),
)
BULLETINS = Entries(BULLETIN, BULLETINS_MAX, names=WORD_PATTERN)

_BRACED = re.compile(r"\{([^{}]*)\}")


def read_bulletins(reading: Reading, node: Node | None, calendars: Collection[str]) -> dict[str, Bulletin]:
    named = Named(reading, node, "bulletin", word, BULLETINS)
    return {key.value: _bulletin(reading, key.value, entry, calendars) for key, entry in named.entries}


def _bulletin(reading: Reading, name: str, node: Node, calendars: Collection[str]) -> Bulletin:
    fields = Fields(reading, node, BULLETIN)
    fields.text("cite")
    calendar, issue = fields.get("calendar"), fields.get("issue")
    for key in ("title", "text"):
        _check_placeholders(reading, fields.get(key))
    return Bulletin(
        name,
        reading.reference(calendar, calendars, "calendar") if calendar else "",
        _issue(reading, issue) if issue else Duration(),
        title=fields.text("title"),
        text=fields.text("text"),
    )


def _issue(reading: Reading, node: Node) -> Duration:
    fields = Fields(reading, node, ISSUE)
    after_close = fields.get("after_close")
    return (reading.duration(after_close) if after_close else None) or Duration()


def _check_placeholders(reading: Reading, node: Node | None) -> None:
    if not isinstance(node, Scalar):
        return
    for found in _BRACED.finditer(node.value):
        if found[1] not in PLACEHOLDERS:
            message = (
                f'"{shortened(found[0])}" cannot be filled in: a bulletin knows {{period}}, {{title}} and {{number}}'
            )
            meant = closest(found[1], PLACEHOLDERS)
            reading.mistake_within(node, *found.span(), message, f"{{{meant}}}" if meant else None)
