"""``lines``: formulas over the measures and over one another, like the cells of a spreadsheet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared.schemes.document import Node, Scalar
from shared.schemes.formulas import Formula, FormulaMistake
from shared.schemes.mistakes import closest
from shared.schemes.model import Line
from shared.schemes.reading import Fields, Named, Reading

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
    named = Named(reading, node, "line", LINES_MAX)
    written = {name: found for name, entry in named.entries if (found := _line(reading, name, entry))}
    for name, found in written.items():
        if name in measures:
            message = f'"{name}" is already a measure: give the line another name, so that formulas are plain'
            reading.mistake(found.at, message)
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
        reading.mistake_within(at, mistake.start, mistake.end, mistake.message)
        return None
    _check_division(reading, at, parsed)
    texts = (reading.text(title) if title else name, reading.text(cite) if cite else "")
    return _Written(Line(name, *texts, parsed), at)


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


def _ordered(reading: Reading, written: Mapping[str, _Written]) -> dict[str, Line]:
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
