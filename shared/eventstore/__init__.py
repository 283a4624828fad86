"""The event store: streams of events in Postgres, and the relay that publishes them on Kafka.

``store`` appends and reads, ``relay`` publishes, ``migrate`` brings the schema, ``sql`` loads named queries.
"""

from shared.eventstore.errors import AlreadyAppended, Conflict, EventStoreError, RecordedTooEarly, StoreUnavailable
from shared.eventstore.store import (
    Append,
    Connection,
    EventTooLarge,
    Receipt,
    StoredEvent,
    Trace,
    append,
    append_many,
    head_version,
    read,
    republish,
)

__all__ = [
    "AlreadyAppended",
    "Append",
    "Conflict",
    "Connection",
    "EventStoreError",
    "EventTooLarge",
    "Receipt",
    "RecordedTooEarly",
    "StoreUnavailable",
    "StoredEvent",
    "Trace",
    "append",
    "append_many",
    "head_version",
    "read",
    "republish",
]
