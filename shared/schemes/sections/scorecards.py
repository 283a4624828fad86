"""``scorecards``: which lines a calendar's card shows, when it is final, and how departments are ranked."""

from collections.abc import Collection, Mapping
from typing import Literal, get_args

from shared.calendars import Calendar
from shared.schemes.document import Node, Scalar
from shared.schemes.model import Rank, Scorecard
from shared.schemes.reading import Fields, Named, Reading, any_text

SCORECARDS_MAX = 20
LINES_MAX = 100
GROUPS_MAX = 100
AWARDS_MAX = 1_000

Within = Literal["group", "all"]

_WITHIN: tuple[Within, ...] = get_args(Within)


def read_scorecards(
    reading: Reading, node: Node | None, calendars: Mapping[str, Calendar], lines: Collection[str]
) -> dict[str, Scorecard]:
    named = Named(reading, node, "scorecard", any_text, most=SCORECARDS_MAX)
    return {key.value: _scorecard(reading, key, entry, calendars, lines) for key, entry in named.entries}


def _scorecard(
    reading: Reading, key: Scalar, node: Node, calendars: Mapping[str, Calendar], lines: Collection[str]
) -> Scorecard:
    fields = Fields(reading, node, "a scorecard", ("lines", "final_after", "rank"), later="subject ranked sort note")
    if key.value not in calendars:
        reading.unknown(key, calendars, "calendar")
    lines_node, final_after, rank = fields.require("lines"), fields.get("final_after"), fields.get("rank")
    shown = reading.references(lines_node, lines, "line", LINES_MAX) if lines_node else ()
    return Scorecard(
        name=key.value,
        calendar=key.value,
        lines=shown,
        final_after=reading.duration(final_after) if final_after else None,
        rank=_rank(reading, rank, shown) if rank else None,
    )


def _rank(reading: Reading, node: Node, shown: Collection[str]) -> Rank | None:
    fields = Fields(reading, node, "a rank", ("by", "within", "awards"), later="ties ranked top descending")
    by, within_node, awards = fields.require("by"), fields.get("within"), fields.get("awards")
    within: Within = reading.one_of(within_node, _WITHIN, "range of a rank") if within_node else "all"
    return Rank(
        by=reading.reference(by, shown, "line on this card") if by else "",
        within=within,
        awards=_awards(reading, awards, within) if awards else {},
    )


def _awards(reading: Reading, node: Node, within: Within) -> dict[str, int]:
    named = Named(reading, node, "group", any_text, most=GROUPS_MAX)
    for key, _ in named.entries:
        if within == "all" and key.value != "all":
            reading.mistake(key, 'the rank is over all departments: write {all: 3}, or say "within: group"')
    return {key.value: reading.whole(entry, 1, AWARDS_MAX) for key, entry in named.entries}
