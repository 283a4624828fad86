"""``bands``: names for the ranges of a numeric field, so that tables and conditions can speak of them."""

from collections.abc import Collection
from decimal import Decimal

from shared.schemes.document import Node
from shared.schemes.entries import Named, any_text
from shared.schemes.model import Bands
from shared.schemes.reading import Reading
from shared.schemes.shapes import NUMBER, Entries

BANDED_FIELDS_MAX = 50
STEPS_MAX = 20

STEPS = Entries(NUMBER, STEPS_MAX, least=1)
"""Each name with the lower bound of its range."""
BANDS = Entries(STEPS, BANDED_FIELDS_MAX)


def read_bands(reading: Reading, node: Node | None, numeric: Collection[str]) -> dict[str, Bands]:
    """The bands by the field that they are of, one of ``numeric``: the fields that are numbers."""
    named = Named(reading, node, "field", any_text, BANDS)
    for key, _ in named.entries:
        if key.value not in numeric:
            reading.unknown(key, numeric, "numeric field")
    return {key.value: read_steps(reading, entry) for key, entry in named.entries}


def read_steps(reading: Reading, node: Node) -> Bands:
    """The bands of one field."""
    named = Named(reading, node, "band", any_text, STEPS)
    steps: list[tuple[str, Decimal]] = []
    for key, entry in named.entries:
        bound = reading.decimal(entry)
        if steps and bound <= steps[-1][1]:
            message = f'each band begins above the one before it: "{steps[-1][0]}" begins at {steps[-1][1]}'
            reading.mistake(entry, message)
            continue
        steps.append((key.value, bound))
    return Bands(tuple(steps))
