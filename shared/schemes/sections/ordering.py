"""The lines in the order in which they can be worked out, once nothing is wrong among them."""

from shared.schemes.document import Node
from shared.schemes.model import Line
from shared.schemes.reading import Reading
from shared.schemes.sections.evaluating import check_evaluation
from shared.schemes.sections.relations import RANKED, Declared, check_references


def uses_of(line: Line, declared: Declared) -> dict[str, str]:
    """The lines whose values the line needs, of this period or another, of its subject or another.

    Each with the name that stands for it in the formula: a rank also needs what ranks and disqualifies beside the line
    it is by.
    """
    found: dict[str, str] = {}
    for reference in line.formula.references:
        name = reference.name
        if name not in declared.lines:
            continue
        found.setdefault(name, name)
        if reference.function in RANKED:
            for card in declared.ranking(declared.lines[name].subject, name):
                others = card.rank.then if card.rank else ()
                for other in (*others, *([card.disqualified] if card.disqualified else [])):
                    found.setdefault(other, name)
    return found


def checked_lines(reading: Reading, declared: Declared, scorecards: Node | None) -> dict[str, Line]:
    """The lines in order, after whatever is wrong among them has been noted. ``scorecards`` is that section."""
    check_references(reading, declared)
    check_evaluation(reading, declared, scorecards)
    return _ordered(reading, declared)


def _ordered(reading: Reading, declared: Declared) -> dict[str, Line]:
    """The lines, each behind all that it uses; a circle is noted as a mistake.

    Depth first, with the path at hand: a line met again on the way down closes a circle.
    """
    ordered: dict[str, Line] = {}
    path: list[str] = []

    def visit(name: str, line: Line) -> None:
        path.append(name)
        for used, place in uses_of(line, declared).items():
            parsed = declared.lines[used].parsed if used in declared.lines else None
            if used in path:
                _refuse_circle(reading, declared, name, place, [*path[path.index(used) :], used])
            elif parsed is not None and used not in ordered:
                visit(used, parsed[0])
        ordered[path.pop()] = line

    for name, written in declared.lines.items():
        if name not in ordered and written.parsed is not None:
            visit(name, written.parsed[0])
    return ordered


def _refuse_circle(reading: Reading, declared: Declared, name: str, place: str, circle: list[str]) -> None:
    parsed = declared.lines[name].parsed
    assert parsed is not None
    line, at = parsed
    start, end = line.formula.places_of(place)[0]
    reading.mistake_within(at, start, end, f"the lines go round in a circle: {' → '.join(circle)}")
