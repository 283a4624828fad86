"""``lines``: formulas over the measures and over one another, like the cells of a spreadsheet."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, word
from shared.schemes.model import Line, SubjectKind
from shared.schemes.reading import Reading
from shared.schemes.sections.calculating import FORMULA_KEY, OTHERWISE_KEY, read_line_formula
from shared.schemes.shapes import CITE, FORMULA, TEXT, TITLE, WORD_PATTERN, Either, Entries, Key, Keys, words

LINES_MAX = 200
UNIT_CHARACTERS_MAX = 20

SUBJECTS: tuple[SubjectKind, ...] = get_args(SubjectKind)

LINE = Keys(
    "a line",
    (
        TITLE,
        CITE,
        Key("formula", FORMULA, FORMULA_KEY.says, required=True),
        OTHERWISE_KEY,
        Key("unit", TEXT, "What it counts in, to be shown beside its numbers."),
        Key("subject", words(SUBJECTS), "Whom it is worked out for: each department if left out."),
    ),
)
LINES = Entries(Either((FORMULA, LINE)), LINES_MAX, names=WORD_PATTERN)


@dataclass(frozen=True)
class WrittenLine:
    """A line as it is written. What is wrong with its formula does not make it unknown to others."""

    subject: SubjectKind
    parsed: tuple[Line, Scalar] | None
    """The line, and where its formula stands; None when it is no formula."""


def read_lines(
    reading: Reading, node: Node | None, measures: Collection[str], facts: Collection[str]
) -> dict[str, WrittenLine]:
    """The lines one by one: what their formulas name is checked when all of the scheme is known."""
    named = Named(reading, node, "line", word, LINES)
    for key, _ in named.entries:
        for others, what in ((measures, "a measure"), (facts, "a fact of departments")):
            if key.value in others:
                reading.mistake(key, f'"{key.value}" is already {what}: a formula could not tell them apart')
    return {key.value: _line(reading, key.value, entry) for key, entry in named.entries}


def _line(reading: Reading, name: str, node: Node) -> WrittenLine:
    if isinstance(node, Scalar):
        found = read_line_formula(reading, node, None, node)
        return WrittenLine("department", (Line(name, name, "", found[0]), found[1]) if found else None)
    fields = Fields(reading, node, LINE)
    written, unit = fields.get("formula"), fields.text("unit")
    title, cite = fields.text("title", name), fields.text("cite")
    subject = fields.choice("subject", SUBJECTS, "subject", "department")
    if len(unit) > UNIT_CHARACTERS_MAX:
        fields.mistake("unit", f"a unit has at most {UNIT_CHARACTERS_MAX} characters")
    found = read_line_formula(reading, written, fields.get("otherwise"), node) if written else None
    return WrittenLine(subject, (Line(name, title, cite, found[0], unit, subject), found[1]) if found else None)
