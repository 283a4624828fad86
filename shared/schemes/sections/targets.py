"""``at_least``: how much a quota asks for; one number, a number for each, or a formula."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Literal, get_args

from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.formulas import Formula
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Audience, FixedAmount, FormulaAmount, SubjectKind, Target, TargetTable
from shared.schemes.reading import Reading
from shared.schemes.sections.calculating import FORMULA_KEY, read_department_formula
from shared.schemes.shapes import FORMULA, NUMBER, Either, Entries, Key, Keys, words

ROWS_MAX = 500

By = Literal["department", "group", "class", "role"]

_BY: tuple[By, ...] = get_args(By)
_BY_SUBJECT: Mapping[SubjectKind, tuple[By, ...]] = {
    "department": ("department", "group", "class"),
    "person": _BY,
    "group": ("group",),
    "organisation": (),
}
_ROWS = Entries(NUMBER, ROWS_MAX, least=1)

TARGET = Keys(
    "at_least",
    (
        Key("by", words(_BY), "What the target goes by."),
        Key("table", _ROWS, "The target for each."),
        FORMULA_KEY,
        Key(
            "otherwise",
            NUMBER,
            "The target of one that is not in the table, which has none otherwise; or what the formula gives where it "
            "would divide by 0.",
        ),
    ),
)
TARGETS = Either((FORMULA, TARGET))


def read_target(
    reading: Reading,
    node: Node,
    subject: SubjectKind,
    applies_to: Audience,
    classes: Collection[str],
    facts: Collection[str],
) -> Target:
    if isinstance(node, Scalar):
        return _target(reading, node, read_department_formula(reading, node, None, node, facts))
    fields = Fields(reading, node, TARGET)
    way, formula = fields.just_one("table", "formula"), fields.get("formula")
    if way is None:
        return _STAND_IN
    if way == "formula" and formula is not None:
        if fields.get("by") is not None:
            fields.mistake("by", '"by" belongs to a table; a formula stands alone')
        return _target(
            reading, formula, read_department_formula(reading, formula, fields.get("otherwise"), node, facts)
        )
    return _table(fields, subject, applies_to, classes)


def _table(fields: Fields, subject: SubjectKind, applies_to: Audience, classes: Collection[str]) -> Target:
    reading, node = fields.reading, fields.get("by")
    if node is None:
        reading.mistake(fields.node, 'a table needs "by": what the target goes by')
        return _STAND_IN
    by = reading.one_of(node, _BY, "thing a target goes by")
    if by not in _BY_SUBJECT[subject]:
        known = ", ".join(_BY_SUBJECT[subject]) or "none"
        reading.mistake(node, f"a quota of the {subject} has no targets by the {by}; it can have them by: {known}")
    named = Named(reading, fields.get("table"), by, any_text, _ROWS)
    for key, _ in named.entries:
        _check_row(reading, key, by, applies_to, classes)
    rows = {key.value: _positive(reading, entry) for key, entry in named.entries}
    otherwise = fields.get("otherwise")
    return TargetTable(by, rows, _positive(reading, otherwise) if otherwise else None)


_STAND_IN = FixedAmount(Decimal(1))


def _target(reading: Reading, node: Node, formula: Formula | None) -> Target:
    """What was written as a number or as a formula."""
    if formula is None:
        return _STAND_IN
    if formula.references:
        return FormulaAmount(formula)
    number = formula.evaluate({})
    if number <= 0:
        reading.mistake(node, "a quota asks for more than 0")
    return FixedAmount(number)


def _positive(reading: Reading, node: Node) -> Decimal:
    number = reading.decimal(node)
    if number <= 0:
        reading.mistake(node, "a quota asks for more than 0; whom it asks nothing is left out of the table")
    return number


def _check_row(reading: Reading, key: Scalar, by: By, applies_to: Audience, classes: Collection[str]) -> None:
    if by == "class" and key.value not in classes:
        reading.unknown(key, classes, "class")
    if by == "role" and applies_to.roles and key.value not in applies_to.roles:
        message = (
            f'the quota does not apply to the role "{shortened(key.value)}", but to {listed(sorted(applies_to.roles))}'
        )
        reading.mistake(key, message, closest(key.value, sorted(applies_to.roles)))
