"""How an item's state and a department's timetable stand in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.submission.domain.items import ItemState

_states = msgspec.json.Decoder(ItemState)
_begins = msgspec.json.Decoder(dict[str, datetime])
_encoder = msgspec.json.Encoder()


def encode_state(state: ItemState) -> str:
    return _encoder.encode(state).decode()


def decode_state(text: str) -> ItemState:
    return _states.decode(text)


def encode_lines(values: Sequence[object]) -> str:
    """One JSON document a line, as events and states are encoded; none of them holds a line break."""
    return _encoder.encode_lines(values).decode()[:-1]


def encode_begins(begins: dict[str, datetime]) -> str:
    return _encoder.encode(begins).decode()


def decode_begins(text: str) -> dict[str, datetime]:
    return _begins.decode(text)
