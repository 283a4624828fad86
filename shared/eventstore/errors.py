"""What can go wrong in the event store, by name. Errors of the driver end here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from psycopg.errors import UniqueViolation

_CONFLICT = "TB001"
_RECORDED_TOO_EARLY = "TB002"
_IDS_ARE_UNIQUE = "events_id_is_unique"


class EventStoreError(Exception):
    """The root of what this package raises."""


class Conflict(EventStoreError):
    """The stream is not at the expected version: somebody else appended first. Read again and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}, expected {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class RecordedTooEarly(EventStoreError):
    """A given recorded instant lies before the last one of the stream, whose instants never go back."""

    def __init__(self, stream: str, given: datetime, last: datetime) -> None:
        super().__init__(f"stream {stream} was last recorded at {last.isoformat()}, after {given.isoformat()}")
        self.stream = stream
        self.given = given
        self.last = last


class AlreadyAppended(EventStoreError):
    """An event with this id is in the store already: a decision with a derived id was made twice."""


class StoreUnavailable(EventStoreError):
    """The database cannot be reached, or ended the connection; nothing is known to have been written."""


def translate(error: psycopg.Error) -> EventStoreError | None:
    """The named error that a driver error stands for; None for those that are mistakes in the program."""
    if error.sqlstate == _CONFLICT:
        detail = json.loads(error.diag.message_detail or "{}")
        return Conflict(detail["stream"], detail["expected"], detail["actual"])
    if error.sqlstate == _RECORDED_TOO_EARLY:
        detail = json.loads(error.diag.message_detail or "{}")
        given, last = (datetime.fromisoformat(detail[name]) for name in ("given", "last"))
        return RecordedTooEarly(detail["stream"], given, last)
    if isinstance(error, UniqueViolation) and error.diag.constraint_name == _IDS_ARE_UNIQUE:
        return AlreadyAppended(error.diag.message_detail or str(error))
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable(str(error))
    return None


@contextmanager
def translated() -> Iterator[None]:
    """The one boundary behind which the driver's errors are not seen: wraps calls of psycopg."""
    try:
        yield
    except psycopg.Error as error:
        named = translate(error)
        if named is None:
            raise
        raise named from error
