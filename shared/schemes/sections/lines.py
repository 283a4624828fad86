"""``lines``: formulas over the measures and over one another, like the cells of a spreadsheet."""

from collections import abc
from collections.abc import Collection
from dataclasses import dataclass

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.formulas import Formula, FormulaMistake
from shared.schemes.mistakes import closest
from shared.schemes.model import Line
from shared.schemes.reading import Fields, Named, Reading, word

LINES_MAX = 200

_KEYS = ("title", "cite", "formula", "otherwise")
_LATER = "subject unit calendar charge ranked"


@dataclass(frozen=True)
class _Written:
    """A line, and where its formula stands."""

    line: Line
    at: Scalar


def read_lines(reading: Reading, node: Node | None, measures: Collection[str]) -> dict[str, Line]:
    """The lines, in an order in which each stands behind those that its formula uses."""
    named = Named(reading, node, "line", word, most=LINES_MAX)
    for key, _ in named.entries:
        if key.value in measures:
            reading.mistake(key, f'"{key.value}" is already a measure: a formula could not tell them apart')
    written = {key.value: found for key, entry in named.entries if (found := _line(reading, key.value, entry))}
    for found in written.values():
        _check_names(reading, found, {*measures, *named.names})
    return _ordered(reading, written)


def _line(reading: Reading, name: str, node: Node) -> _Written | None:
    if isinstance(node, Scalar):
        title = cite = otherwise = None
        formula: Node | None = node
    else:
        fields = Fields(reading, node, "a line", _KEYS, later=_LATER)
        formula = fields.require("formula")
        title, cite, otherwise = (fields.get(key) for key in ("title", "cite", "otherwise"))
    if formula is None:
        return None
    at = reading.scalar(formula, "a formula")
    declared = reading.decimal(otherwise) if otherwise else None
    if at is None:
        return None
    try:
        parsed = Formula.parse(at.value, declared)
    except FormulaMistake as mistake:
        hint = "; within { } a formula with commas needs quotes" if _was_cut(node) else ""
        reading.mistake_within(at, mistake.start, mistake.end, mistake.message + hint)
        return None
    _check_division(reading, at, parsed)
    texts = (reading.text(title) if title else name, reading.text(cite) if cite else "")
    return _Written(Line(name, *texts, parsed), at)


def _was_cut(node: Node) -> bool:
    """Whether YAML seems to have taken a comma within the formula for the end of its value."""
    return isinstance(node, Mapping) and any(key.endswith(")") for key in node.entries)


def _check_division(reading: Reading, at: Scalar, formula: Formula) -> None:
    divisor = formula.uncertain_divisor
    if divisor is not None and formula.otherwise is None:
        message = 'this may be 0: say what the line gives then, with "otherwise" beside "formula"'
        reading.mistake_within(at, *divisor, message)


def _check_names(reading: Reading, written: _Written, known: Collection[str]) -> None:
    for name in written.line.formula.names:
        if name not in known:
            for start, end in written.line.formula.places_of(name):
                message = f'there is no measure and no line "{name}"'
                reading.mistake_within(written.at, start, end, message, closest(name, known))


def _ordered(reading: Reading, written: abc.Mapping[str, _Written]) -> dict[str, Line]:
    """Depth first, with the path at hand: a line met again on the way down closes a cycle."""
    ordered: dict[str, Line] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        path.append(name)
        for used in written[name].line.formula.names:
            if used in path:
                _refuse_cycle(reading, written[name], used, path[path.index(used) :])
            elif used in written and used not in ordered:
                visit(used)
        ordered[name] = written[path.pop()].line

    for name in written:
        if name not in ordered:
            visit(name)
    return ordered


def _refuse_cycle(reading: Reading, written: _Written, used: str, cycle: list[str]) -> None:
    start, end = written.line.formula.places_of(used)[0]
    message = f"the lines go round in a circle: {' → '.join([*cycle, used])}"
    reading.mistake_within(written.at, start, end, message)
