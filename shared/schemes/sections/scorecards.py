"""``scorecards``: which lines a calendar's card shows, when it is final, and how its subjects are ranked."""

from collections.abc import Collection, Mapping
from typing import Literal

from shared.calendars import Calendar
from shared.schemes.document import Mapping as MappingNode
from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, address_part
from shared.schemes.model import Scorecard, SubjectKind
from shared.schemes.reading import Reading
from shared.schemes.sections.lines import SUBJECTS, WrittenLine
from shared.schemes.sections.ranks import RANK, read_rank
from shared.schemes.shapes import ADDRESS_PATTERN, ANY, CITE, LENGTH, TITLE, WORD, Entries, Key, Keys, ListOf, words

SCORECARDS_MAX = 20
LINES_MAX = 100
ROLES_MAX = 100

_RANKED: tuple[Literal["none", "last"], ...] = ("none", "last")

SCORECARD = Keys(
    "a scorecard",
    (
        TITLE,
        CITE,
        Key("calendar", WORD, "For whose periods it is; named like the scorecard if left out."),
        Key("subject", words(SUBJECTS), "Whose card it is: that of each department if left out."),
        Key("roles", ListOf(ANY, ROLES_MAX), "Of a card of persons: only those in these roles have one."),
        Key("lines", ListOf(WORD, LINES_MAX), "The lines that it shows, in this order.", required=True),
        Key("final_after", LENGTH, "How long after the period's end its figures are final."),
        Key("disqualified", WORD, "The line that disqualifies when it is not 0."),
        Key("ranked", words(_RANKED), "Where the disqualified stand: without a rank, none, if left out; or last."),
        Key("rank", RANK, "How they are ranked."),
    ),
)
SCORECARDS = Entries(SCORECARD, SCORECARDS_MAX, names=ADDRESS_PATTERN)


def carded_calendars(node: Node | None) -> list[str]:
    """The calendars that have a scorecard, known before anything else of the scorecards is read."""
    found: list[str] = []
    for key, entry in node.entries.values() if isinstance(node, MappingNode) else ():
        named = entry.entries.get("calendar") if isinstance(entry, MappingNode) else None
        value = named[1] if named else key
        found.append(value.value if isinstance(value, Scalar) else "")
    return found


def read_scorecards(
    reading: Reading,
    node: Node | None,
    calendars: Mapping[str, Calendar],
    lines: Mapping[str, WrittenLine],
    classes: Collection[str],
) -> dict[str, Scorecard]:
    named = Named(reading, node, "scorecard", address_part, SCORECARDS)
    found: dict[str, Scorecard] = {}
    for key, entry in named.entries:
        fields = Fields(reading, entry, SCORECARD)
        card = _scorecard(fields, key, calendars, lines, classes)
        for other in found.values():
            if (other.calendar, other.subject) == (card.calendar, card.subject) and card.calendar:
                message = f'"{other.name}" is the {card.subject}s\' card of "{card.calendar}" already: there is one'
                reading.mistake(key, message)
        found[key.value] = card
    return found


def _scorecard(
    fields: Fields,
    key: Scalar,
    calendars: Mapping[str, Calendar],
    lines: Mapping[str, WrittenLine],
    classes: Collection[str],
) -> Scorecard:
    reading = fields.reading
    fields.text("title"), fields.text("cite")
    subject = fields.choice("subject", SUBJECTS, "subject", "department")
    lines_node, final_after, rank = fields.get("lines"), fields.get("final_after"), fields.get("rank")
    own = {name for name, line in lines.items() if line.subject == subject}
    for item in reading.items(lines_node, "lines", LINES_MAX) if lines_node else ():
        _check_subject(reading, item, subject, lines)
    shown = reading.references(lines_node, lines, "line", LINES_MAX) if lines_node else ()
    disqualified = fields.get("disqualified")
    roles = fields.get("roles")
    if roles is not None and subject != "person":
        reading.mistake(roles, f"roles are those of persons, and this is a card of the {subject}")
    if fields.get("ranked") is not None and disqualified is None:
        fields.mistake("ranked", '"ranked" says where the disqualified stand: it belongs beside "disqualified"')
    return Scorecard(
        name=key.value,
        calendar=_calendar(reading, key, fields.get("calendar"), calendars),
        lines=shown,
        final_after=reading.duration(final_after) if final_after else None,
        rank=read_rank(reading, rank, subject, shown, own, classes) if rank else None,
        subject=subject,
        disqualified=reading.reference(disqualified, own, f"line of the {subject}") if disqualified else None,
        ranked=fields.choice("ranked", _RANKED, "place for the disqualified", "none"),
        roles=frozenset(reading.texts(roles, "roles", ROLES_MAX)) if roles else frozenset(),
    )


def _calendar(reading: Reading, key: Scalar, node: Node | None, calendars: Collection[str]) -> str:
    return reading.reference(key if node is None else node, calendars, "calendar")


def _check_subject(reading: Reading, node: Node, subject: SubjectKind, lines: Mapping[str, WrittenLine]) -> None:
    if isinstance(node, Scalar) and node.value in lines and lines[node.value].subject != subject:
        message = f'"{node.value}" is a line of the {lines[node.value].subject}, and this is a card of the {subject}'
        reading.mistake(node, message)
