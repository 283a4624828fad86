"""How an item's state, a record and a department's timetable stand in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.submission.domain.item_state import ItemState
from services.submission.domain.records import Adjustment, Call, Person, Record, RecordKind, Waiver

_states = msgspec.json.Decoder(ItemState)
_records: dict[RecordKind, "msgspec.json.Decoder[Record]"] = {
    "person": msgspec.json.Decoder(Person),
    "call": msgspec.json.Decoder(Call),
    "adjustment": msgspec.json.Decoder(Adjustment),
    "waiver": msgspec.json.Decoder(Waiver),
}
_begins = msgspec.json.Decoder(dict[str, datetime])
_encoder = msgspec.json.Encoder()


def encode_state(state: ItemState) -> str:
    return _encoder.encode(state).decode()


def decode_state(text: str) -> ItemState:
    return _states.decode(text)


def encode_record(record: Record) -> str:
    return _encoder.encode(record).decode()


def decode_record(kind: RecordKind, text: str) -> Record:
    return _records[kind].decode(text)


def encode_lines(values: Sequence[object]) -> str:
    """One JSON document a line, as events and states are encoded; none of them holds a line break."""
    return _encoder.encode_lines(values).decode()[:-1]


def encode_begins(begins: dict[str, datetime]) -> str:
    return _encoder.encode(begins).decode()


def decode_begins(text: str) -> dict[str, datetime]:
    return _begins.decode(text)
