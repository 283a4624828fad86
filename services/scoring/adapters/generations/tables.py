"""Which tables a generation has, where they lie, and how their rows are compared."""

from collections.abc import Collection
from typing import NamedTuple

LIVE = "public"
MAKING = "rebuilding"
"""The schema of the generation in the making. Its workers' connections see no other."""
REPLACED = "replaced"
"""Where the tables of the generation before lie until they are dropped."""

POSITIONS = "positions"

TABLES = (
    POSITIONS,
    "department_spans",
    "department_facts",
    "persons",
    "applied_schemes",
    "calendar_closings",
    "waivers",
    "reasons",
    "item_states",
    "windows",
    "ledger",
    "totals",
    "periods",
    "obligations",
    "obligations_while_open",
    "decisions",
)
"""Everything that follows from the recorded events and the schemes alone."""

UNREAD = ("reasons", "ledger", "obligations_while_open", "decisions")
"""The fold only appends to these: their indexes are put on at the end."""

NOT_COMPARED = {
    POSITIONS: (
        *("parked_version", "parked_kind", "parked_reason", "parked_at", "parked_partition", "parked_offset"),
        *("parkings", "resume_requested_at"),
    )
}
"""Columns that tell of the consumers and operators, not of the stream: the new generation takes them over."""


class Column(NamedTuple):
    table: str
    name: str
    type: str
    key: bool
    """Whether it is of the primary key."""

    def among(self, named: Collection[str]) -> bool:
        """Whether its table is named, or it itself as table.column."""
        return self.table in named or f"{self.table}.{self.name}" in named


def compared(columns: list[Column], table: str) -> list[Column]:
    """Those columns of a table whose values follow from the events."""
    left_out = NOT_COMPARED.get(table, ())
    return [column for column in columns if column.table == table and column.name not in left_out]
