"""How an item's state lies in the database: the columns that others read, and a body that only the fold reads."""

from datetime import date
from decimal import Decimal

import msgspec

from services.scoring.domain.items import Fact, Item, ItemStatus
from shared.contracts.department_events import AttributeValue

Body = tuple[
    date,
    date | None,
    date | None,
    dict[str, AttributeValue],
    list[Fact],
    dict[str, dict[str, tuple[date, Decimal, int]]],
    int,
]
"""From submitted_on to scored_under, the fields of Item behind those that are columns: as JSON, in that order."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Body)


def encode_body(item: Item) -> bytes:
    return _encoder.encode(
        (
            item.submitted_on,
            item.happened_on,
            item.accepted_on,
            item.attributes,
            item.facts,
            item.credits,
            item.scored_under,
        )
    )


def decode_item(item: str, scheme: str, kind: str, title: str, state: ItemStatus, body: bytes) -> Item:
    """The item from its row in ``item_states``."""
    return Item(item, scheme, kind, title, state, *_decoder.decode(body))
