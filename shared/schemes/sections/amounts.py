"""``amount``: what a fact is worth; a number, a formula, or a table over some of its fields."""

import re
from collections.abc import Collection
from decimal import Decimal

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.entries import Fields
from shared.schemes.model import Amount, FixedAmount, FormulaAmount, TableAmount
from shared.schemes.reading import Reading
from shared.schemes.sections.calculating import FORMULA_KEY, read_amount_formula
from shared.schemes.sections.conditions import value_of
from shared.schemes.sections.fields import FieldTable, SelectedField, SelectedType
from shared.schemes.shapes import ANY, FORMULA, NUMBER, Either, Key, Keys, ListOf, Value

FIELDS_MAX = 4
ROWS_MAX = 2_000

_NUMBER = re.compile(r"-?[0-9.]+", re.ASCII)
_REFUSED: dict[SelectedType, str] = {
    "text": "has any text: give the attribute the type choice",
    "choices": "can have several values at once: a table needs one",
    "date": "is a date: work it out in a formula, or select by it with where",
    "time": "is a time: select by it with where",
    "files": "is a number of files: select by it with where",
}
"""A table lists the values of its fields, and each fact has one of them."""


def _levels(below: int) -> Value:
    """A table that is nested so deep, or less."""
    amounts = {"type": "number"}
    if not below:
        return Value(amounts)
    return Value({"anyOf": [amounts, {"type": "object", "additionalProperties": dict(_levels(below - 1).schema)}]})


def _table_keys(required: bool) -> tuple[Key, Key]:
    by = ListOf(ANY, FIELDS_MAX)
    return (
        Key("by", by, "The fields of the table's levels, the outermost first.", required),
        Key("table", _levels(FIELDS_MAX), "The numbers by the values of those fields.", required),
    )


TIMES = Keys(
    "times",
    (
        *_table_keys(required=True),
        Key("otherwise", NUMBER, "The factor of a combination that is not in the table; 1 if left out."),
    ),
)
AMOUNT = Keys(
    "an amount",
    (
        *_table_keys(required=False),
        FORMULA_KEY,
        Key(
            "otherwise",
            NUMBER,
            "The amount of a combination that is not in the table, which is not counted otherwise; or what the formula "
            "gives where it would divide by 0.",
        ),
        Key("times", TIMES, "A second table, whose number the amount is multiplied by."),
    ),
)
AMOUNTS = Either((FORMULA, AMOUNT))


def read_amount(reading: Reading, node: Node, facts: Collection[str], table: FieldTable) -> Amount:
    """The amount of something that has the fields of the table; ``facts`` are those of departments."""
    if isinstance(node, Scalar):
        if _NUMBER.fullmatch(node.value):
            return FixedAmount(reading.decimal(node))
        formula = read_amount_formula(reading, node, None, node, facts, table)
        return FormulaAmount(formula) if formula else FixedAmount(Decimal(0))
    fields = Fields(reading, node, AMOUNT)
    if fields.just_one("table", "formula") != "formula":
        if fields.get("table") is not None and fields.get("by") is None:
            reading.mistake(node, 'a table needs "by": the fields that its levels go by')
        return _table(fields, table) or FixedAmount(Decimal(0))
    for key in fields.has("by", "times"):
        fields.mistake(key, f'"{key}" belongs to a table; a formula stands alone')
    written = fields.get("formula")
    assert written is not None
    formula = read_amount_formula(reading, written, fields.get("otherwise"), node, facts, table)
    return FormulaAmount(formula) if formula else FixedAmount(Decimal(0))


def _table(fields: Fields, table: FieldTable) -> TableAmount | None:
    """A table and what it is multiplied by; None when it lacks its fields or its rows, and the mistake noted."""
    found = _rows(fields, table)
    node = fields.get("times")
    if node is None or found is None:
        return found
    times = Fields(fields.reading, node, TIMES)
    factor = _rows(times, table)
    if factor is None:
        return found
    if factor.otherwise is None:
        factor = TableAmount(factor.by, factor.rows, Decimal(1), factor.bands)
    return TableAmount(found.by, found.rows, found.otherwise, found.bands, factor)


def _rows(fields: Fields, table: FieldTable) -> TableAmount | None:
    reading = fields.reading
    by_node, rows_node, otherwise = fields.get("by"), fields.get("table"), fields.get("otherwise")
    by = _by(reading, by_node, table) if by_node else ()
    declared = reading.decimal(otherwise) if otherwise else None
    if rows_node is None or not by:
        return None
    rows: dict[tuple[str, ...], Decimal] = {}
    _read_rows(reading, rows_node, by, (), rows)
    if len(rows) > ROWS_MAX:
        reading.mistake(rows_node, f"a table has at most {ROWS_MAX} amounts")
    bands = {field.name: field.bands for field in by if field.bands}
    return TableAmount(tuple(field.name for field in by), rows, declared, bands)


def _by(reading: Reading, node: Node, table: FieldTable) -> tuple[SelectedField, ...]:
    """The fields of the table's levels, outermost first; none when one of them is wrong."""
    reading.texts(node, "fields", FIELDS_MAX)
    items = [item for item in reading.items(node, "fields", FIELDS_MAX) if isinstance(item, Scalar)]
    found = [_level(reading, item, table) for item in items]
    return tuple(field for field in found if field) if all(found) else ()


def _level(reading: Reading, name: Scalar, table: FieldTable) -> SelectedField | None:
    field = table.find(reading, name)
    if field is None:
        return None
    if field.type in _REFUSED:
        reading.mistake(name, f'"{name.value}" {_REFUSED[field.type]}')
        return None
    if field.type == "number" and field.bands is None:
        reading.mistake(
            name,
            f'"{name.value}" is a number: a table needs bands of it, such as {{{name.value}: {{few: 0, many: 9}}}}',
        )
        return None
    return field


def _read_rows(
    reading: Reading,
    node: Node,
    by: tuple[SelectedField, ...],
    above: tuple[str, ...],
    rows: dict[tuple[str, ...], Decimal],
) -> None:
    """Go down the table, a field each level, to the amounts. ``above`` are the values on the way."""
    if len(above) == len(by):
        rows[above] = reading.decimal(node)
        return
    field = by[len(above)]
    if not isinstance(node, Mapping):
        reading.mistake(node, f"expected the values of {field.name} here, each with what it is worth")
        return
    if not node.entries:
        reading.mistake(node, f"expected the values of {field.name} here, but there are none")
    if len(rows) > ROWS_MAX:
        return  # refused as a whole
    for key, below in node.entries.values():
        _read_rows(reading, below, by, (*above, _value(reading, key, field)), rows)


def _value(reading: Reading, key: Scalar, field: SelectedField) -> str:
    if field.type == "word":
        return reading.text(key, f"a value of {field.name}")
    return value_of(reading, key, field.name, field.band_names or field.words)
