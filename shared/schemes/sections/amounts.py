"""``amount``: what a fact is worth; a number, or a table over some of its fields."""

from decimal import Decimal

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.model import AttributeType, FixedAmount, TableAmount
from shared.schemes.reading import Fields, Reading
from shared.schemes.sections.selecting import Selection

FIELDS_MAX = 4
ROWS_MAX = 2_000

_LATER = "bands times formula attribute per scale default"
_NOT_IN_TABLES: frozenset[AttributeType] = frozenset({"text", "choices", "integer", "number", "date"})
"""A table lists every value of its fields, and each fact has one: that leaves choices of one, and yes or no."""


def read_amount(reading: Reading, node: Node, selection: Selection) -> FixedAmount | TableAmount:
    if isinstance(node, Scalar):
        return FixedAmount(reading.decimal(node))
    fields = Fields(reading, node, "an amount", ("by", "table"), later=_LATER)
    by_node, table = fields.require("by"), fields.require("table")
    by = _by(reading, by_node, selection) if by_node else ()
    if table is None or not by:
        return FixedAmount(Decimal(0))
    rows: dict[tuple[str, ...], Decimal] = {}
    _read_rows(reading, table, by, (), rows, selection)
    if len(rows) > ROWS_MAX:
        reading.mistake(table, f"a table has at most {ROWS_MAX} amounts")
    return TableAmount(by, rows)


def _by(reading: Reading, node: Node, selection: Selection) -> tuple[str, ...]:
    """The fields of the table's levels, outermost first; none when one of them is wrong."""
    names = reading.texts(node, "fields", FIELDS_MAX)
    items = [item for item in reading.items(node, "fields", FIELDS_MAX) if isinstance(item, Scalar)]
    right = [selection.has_field(item, _NOT_IN_TABLES) for item in items]
    return names if all(right) else ()


def _read_rows(
    reading: Reading,
    node: Node,
    by: tuple[str, ...],
    above: tuple[str, ...],
    rows: dict[tuple[str, ...], Decimal],
    selection: Selection,
) -> None:
    """Go down the table, a field each level, to the amounts. ``above`` are the values on the way."""
    if len(above) == len(by):
        rows[above] = reading.decimal(node)
        return
    field = by[len(above)]
    if not isinstance(node, Mapping):
        reading.mistake(node, f"expected the values of {field} here, each with what it is worth")
        return
    if len(rows) > ROWS_MAX:
        return  # refused as a whole
    for key, below in node.entries.values():
        _read_rows(reading, below, by, (*above, selection.value(key, field)), rows, selection)
