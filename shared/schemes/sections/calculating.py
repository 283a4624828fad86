"""Reads formulas where they stand in a scheme, and tells their mistakes at the characters that are wrong."""

from collections.abc import Collection

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.entries import Fields
from shared.schemes.formulas import FACT_FUNCTIONS, LINE_FUNCTIONS, Formula, FormulaMistake, Reference
from shared.schemes.formulas.functions import Functions, NameFunction
from shared.schemes.mistakes import closest, listed
from shared.schemes.reading import Reading
from shared.schemes.sections.conditions import known_moment
from shared.schemes.sections.fields import FieldTable
from shared.schemes.shapes import FORMULA, NUMBER, Either, Key, Keys

FORMULA_KEY = Key("formula", FORMULA, "How it is worked out.")
OTHERWISE_KEY = Key("otherwise", NUMBER, "What it gives where it would divide by 0.")
DEPARTMENT_FORMULA = Keys("a formula", (Key("formula", FORMULA, FORMULA_KEY.says, required=True), OTHERWISE_KEY))
NUMBERS = Either((FORMULA, DEPARTMENT_FORMULA))
"""A number, or a formula over the facts of departments."""

_WITHOUT_DATES: Functions = {
    name: function for name, function in FACT_FUNCTIONS.items() if not isinstance(function, NameFunction)
}


def read_line_formula(
    reading: Reading, node: Node, otherwise: Node | None, within: Node
) -> tuple[Formula, Scalar] | None:
    """The formula of a line and where it stands; its names are checked elsewhere, with all of the scheme at hand.

    ``within`` is what it was written in. None when it is no formula, and the mistake noted.
    """
    return _formula(reading, node, otherwise, within, LINE_FUNCTIONS)


def read_amount_formula(
    reading: Reading, node: Node, otherwise: Node | None, within: Node, facts: Collection[str], table: FieldTable
) -> Formula | None:
    """A formula over the numbers of a fact, the facts of its department, and functions of its dates."""
    found = _formula(reading, node, otherwise, within, FACT_FUNCTIONS)
    if found is None:
        return None
    formula, at = found
    for reference in formula.references:
        if reference.function is None:
            _check_name(reading, formula, at, reference.name, facts, table)
        else:
            _check_dates(reading, formula, at, reference, table)
    return formula


def read_number(reading: Reading, node: Node, facts: Collection[str]) -> Formula | None:
    """A number, or a formula over the facts of a department: as it is, or beside its ``otherwise``."""
    if isinstance(node, Scalar):
        return read_department_formula(reading, node, None, node, facts)
    fields = Fields(reading, node, DEPARTMENT_FORMULA)
    written = fields.get("formula")
    return read_department_formula(reading, written, fields.get("otherwise"), node, facts) if written else None


def read_department_formula(
    reading: Reading, node: Node, otherwise: Node | None, within: Node, facts: Collection[str]
) -> Formula | None:
    """A formula over the facts of a department alone."""
    found = _formula(reading, node, otherwise, within, _WITHOUT_DATES)
    if found is None:
        return None
    formula, at = found
    for name in formula.names:
        _check_name(reading, formula, at, name, facts, None)
    return formula


def _formula(
    reading: Reading, node: Node, otherwise: Node | None, within: Node, functions: Functions
) -> tuple[Formula, Scalar] | None:
    declared = reading.decimal(otherwise) if otherwise else None
    at = reading.scalar(node, "a formula")
    if at is None:
        return None
    try:
        parsed = Formula.parse(at.value, declared, functions)
    except FormulaMistake as mistake:
        hint = "; within { } a formula with commas needs quotes" if _was_cut(within) else ""
        reading.mistake_within(at, mistake.start, mistake.end, mistake.message + hint, mistake.suggestion)
        return None
    divisor = parsed.uncertain_divisor
    if divisor is not None and declared is None:
        message = 'this may be 0: say what the formula gives then, with "otherwise" beside "formula"'
        reading.mistake_within(at, *divisor, message)
    return parsed, at


def _was_cut(within: Node) -> bool:
    """Whether YAML seems to have taken a comma within the formula for the end of its value."""
    return isinstance(within, Mapping) and any(")" in key for key in within.entries)


def _check_name(
    reading: Reading, formula: Formula, at: Scalar, name: str, facts: Collection[str], table: FieldTable | None
) -> None:
    numeric = table.numeric if table else []
    if name in facts or (name in numeric and table and name not in table.unlike):
        return
    known = [*numeric, *facts]
    if table is not None and name in table.unlike:
        message = table.unlike[name]
    elif table is not None and name in table.fields:
        message = f'"{name}" is no number; the numbers here are {listed(known) or "none"}'
    else:
        what = f"{table.what} has no number" if table else "there is no fact of departments"
        message = f'{what} "{name}"; there are {listed(known) or "none"}; numbers of departments stand under "facts"'
    for span in formula.places_of(name):
        reading.mistake_within(at, *span, message, closest(name, known))


def _check_dates(reading: Reading, formula: Formula, at: Scalar, reference: Reference, table: FieldTable) -> None:
    assert reference.function is not None
    for name in reference.arguments:
        known_moment(reading, at, formula.places_of(name)[0], reference.function, table)
    if reference.function == "workdays":
        reading.needs_workdays.append(at)
