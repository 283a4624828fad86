"""The envelope of every event on Kafka: CloudEvents 1.0, structured JSON.

``subject`` is the stream, ``version`` its dense place in it (1, 2, 3 …), ``previousid`` the id of the event
before it. A consumer may rely on those three; it must not rely on Kafka's offsets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

CONTENT_TYPE = "application/cloudevents+json"
EVENT_BYTES_MAX = 512 * 1024


class Undecodable(Exception):
    """The bytes are no event of a contract known here. ``envelope`` is there when at least that was readable."""

    def __init__(self, reason: str, envelope: "Envelope | None" = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.envelope = envelope


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The attributes of an event as they travel; ``data`` stays encoded until somebody needs it."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    version: int
    previousid: UUID | None = None
    correlationid: str
    causationid: str | None = None
    actor: str
    data: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Event:
    """An event as consumers see it: the envelope's attributes by their plain names, and the decoded data."""

    id: UUID
    type: str
    stream: str
    version: int
    previous_id: UUID | None
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None
    actor: str
    data: Any


T = TypeVar("T")

_classes: dict[str, type] = {}
_decoders: dict[str, "msgspec.json.Decoder[Any]"] = {}
_types: dict[type, str] = {}
_envelopes = msgspec.json.Decoder(Envelope)
_encoder = msgspec.json.Encoder()


def published(type_name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as the data of the event type ``tongbao.<thing>.<happened>.v<n>``.

    A published version never changes; a change of meaning or shape is a new version.
    """

    def register(cls: type[T]) -> type[T]:
        if type_name in _classes:
            raise ValueError(f"{type_name} is published twice")
        _classes[type_name] = cls
        _types[cls] = type_name
        _decoders[type_name] = msgspec.json.Decoder(cls)
        return cls

    return register


def published_types() -> Iterator[tuple[str, type]]:
    yield from sorted(_classes.items())


def type_of(data: object) -> str:
    return _types[type(data)]


def schema_of(type_name: str) -> str:
    """The ``dataschema`` attribute: where the AsyncAPI document describes this type."""
    return f"urn:tongbao:events:{type_name}"


def encode_data(data: object) -> bytes:
    """The data of an event as JSON. Decimals are strings, instants carry their offset, dates are dates."""
    return _encoder.encode(data)


def decode_data(type_name: str, raw: bytes) -> Any:
    """Raises Undecodable for an unknown type or data that does not fit its contract."""
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise Undecodable(f"unknown event type {type_name}")
    try:
        return decoder.decode(raw)
    except msgspec.MsgspecError as mistake:
        raise Undecodable(f"{type_name}: {mistake}") from mistake


def encode(envelope: Envelope) -> bytes:
    return _encoder.encode(envelope)


def read_envelope(value: bytes) -> Envelope:
    """Raises Undecodable when the bytes are not a CloudEvent with this project's extensions."""
    try:
        return _envelopes.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError) as mistake:
        raise Undecodable(f"not an event envelope: {mistake}") from mistake


def open_envelope(envelope: Envelope) -> Event:
    """Decode the data too. Raises Undecodable (with the envelope) for an unknown type or unfitting data."""
    try:
        data = decode_data(envelope.type, envelope.data)
    except Undecodable as mistake:
        raise Undecodable(mistake.reason, envelope) from mistake
    return Event(
        envelope.id,
        envelope.type,
        envelope.subject,
        envelope.version,
        envelope.previousid,
        envelope.time,
        envelope.correlationid,
        envelope.causationid,
        envelope.actor,
        data,
    )


def decode(value: bytes) -> Event:
    return open_envelope(read_envelope(value))
