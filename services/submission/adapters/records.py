"""Persons, calls, adjustments and waivers: reading and writing them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.submission.adapters.encoding import decode_record, encode_record
from services.submission.application.ports import StoredRecord
from services.submission.domain.records import RecordKey, RecordKind
from shared.eventstore import Connection, sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool

_queries = sql.load("services.submission.adapters")


class PooledRecords:
    """Takes a connection of the pool for each call."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def of(self, organisation: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, StoredRecord]:
        with translated(), self._pool.connection() as conn:
            return records(conn, organisation, keys)

    def page(
        self, organisation: str, kind: RecordKind, department: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[StoredRecord]:
        after_name, after_department = after or (None, None)
        parameters = {
            "organisation": organisation,
            "kind": kind,
            "department": department,
            "after_name": after_name,
            "after_department": after_department,
            "limit": limit,
        }
        each_once = kind == "call" and department is None
        query = _queries.page_of_calls if each_once else _queries.page_of_records
        with translated(), self._pool.connection() as conn:
            return [_stored(row) for row in conn.execute(query, parameters)]


def records(connection: Connection, organisation: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, StoredRecord]:
    """Those of the keys that there are."""
    columns = ([key.kind for key in keys], [key.name for key in keys], [key.department for key in keys])
    found = [_stored(row) for row in connection.execute(_queries.records, (*columns, organisation))]
    return {stored.key: stored for stored in found}


def record_keys(connection: Connection, organisation: str, kind: RecordKind, names: Collection[str]) -> list[RecordKey]:
    """The keys of these names, in whichever departments."""
    rows = connection.execute(_queries.records_named, (organisation, kind, list(names)))
    return [RecordKey(*row) for row in rows]


def saved_columns(stored: Collection[StoredRecord]) -> tuple[list[Any], ...]:
    return (
        [each.key.kind for each in stored],
        [each.key.name for each in stored],
        [each.key.department for each in stored],
        [encode_record(each.record) for each in stored],
        [each.version for each in stored],
        [each.recorded_at for each in stored],
    )


def _stored(row: tuple[Any, ...]) -> StoredRecord:
    kind, name, department, body, version, recorded_at = row
    return StoredRecord(RecordKey(kind, name, department), decode_record(kind, body), version, recorded_at)
