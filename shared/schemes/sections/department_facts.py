"""``facts``: the numbers that are known of each department, such as its staff, for formulas to name."""

from collections.abc import Collection
from decimal import Decimal

from shared.schemes.document import Node
from shared.schemes.entries import Fields, Named, word
from shared.schemes.model import DepartmentFact
from shared.schemes.reading import Reading
from shared.schemes.shapes import CITE, NUMBER, TITLE, WORD_PATTERN, Entries, Key, Keys

FACTS_MAX = 50

FACT = Keys(
    "a fact of departments",
    (TITLE, CITE, Key("otherwise", NUMBER, "What counts for a department of which it is not known; 0 if left out.")),
)
FACTS = Entries(FACT, FACTS_MAX, names=WORD_PATTERN)


def read_department_facts(reading: Reading, node: Node | None, numeric: Collection[str]) -> dict[str, DepartmentFact]:
    """``numeric`` are the fields of facts and items that are numbers: a formula could not tell them apart."""
    named = Named(reading, node, "fact", word, FACTS)
    found: dict[str, DepartmentFact] = {}
    for key, entry in named.entries:
        if key.value in numeric:
            message = (
                f'"{key.value}" is already a field of what departments submit: a formula could not tell them apart'
            )
            reading.mistake(key, message)
        fields = Fields(reading, entry, FACT)
        fields.text("cite")
        otherwise = fields.get("otherwise")
        number = reading.decimal(otherwise) if otherwise else Decimal(0)
        found[key.value] = DepartmentFact(key.value, fields.text("title", key.value), number)
    return found
