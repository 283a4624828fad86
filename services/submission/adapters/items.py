"""Items one at a time: reading them, and appending one event in one round trip."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import psycopg

from services.submission.adapters.encoding import decode_state, encode_state
from services.submission.application.errors import (
    AnotherDay,
    ItemChanged,
    KeyReused,
    KeyUsed,
    MilestonesDue,
    SchemesChanged,
    TokenLapsed,
)
from services.submission.application.ports import (
    Attempt,
    ItemFilter,
    KeyUse,
    StoredItem,
)
from services.submission.domain.joint import id_in
from services.submission.domain.refusals import (
    DepartmentHasLeft,
    DepartmentImporting,
    FieldMistake,
    NotJoined,
    Refused,
    UnknownDepartment,
)
from shared.contracts.identifiers import department_stream
from shared.directory import queries as directory
from shared.directory.entities import Standing
from shared.eventstore import StoredEvent, sql
from shared.eventstore.errors import translated
from shared.eventstore.store import encoded
from shared.operations.database import Pool

_queries = sql.load("services.submission.adapters")

_ASSUMPTION_FAILED = "TS001"


class StoredItems:
    """Takes a connection of the pool for each call."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def find(self, organisation: str, item: UUID) -> StoredItem | None:
        with translated(), self._pool.connection() as conn:
            row = conn.execute(_queries.find_item, (item, organisation)).fetchone()
        return None if row is None else StoredItem(decode_state(row[0]), row[1], row[2], row[3])

    def page(self, wanted: ItemFilter, limit: int) -> list[StoredItem]:
        parameters = {name: getattr(wanted, name) for name in ItemFilter.__dataclass_fields__} | {"limit": limit}
        with translated(), self._pool.connection() as conn:
            rows = conn.execute(_queries.list_items, parameters).fetchall()
        return [StoredItem(decode_state(row[1]), row[2], row[3], row[4]) for row in rows]

    def events(self, organisation: str, item: UUID) -> list[StoredEvent]:
        with translated(), self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
            return [StoredEvent(*row) for row in cursor.execute(_queries.events_of_item, (item, organisation))]

    def standings(self, organisation: str, outlet: str) -> Sequence[Standing]:
        with translated(), self._pool.connection() as conn:
            return directory.standings(conn, organisation, outlet)

    def append(self, attempt: Attempt) -> StoredItem:
        query, parameters = _queries.append, _parameters(attempt)
        if attempt.after.departments:
            query, parameters = _queries.append_jointly, _jointly(attempt, parameters)
        try:
            with translated(), self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
                row = cursor.execute(query, parameters, prepare=True).fetchone()
        except psycopg.Error as error:
            if error.sqlstate != _ASSUMPTION_FAILED:
                raise
            _put_right(attempt, error)
        assert row is not None
        version, recorded_at, submitted_at = row
        return StoredItem(attempt.after, submitted_at, recorded_at, version)

    def answered(self, key: KeyUse) -> StoredItem | None:
        with translated(), self._pool.connection() as conn:
            row = conn.execute(_queries.answered, (key.scope, key.key)).fetchone()
        if row is None:
            return None
        fingerprint, body, submitted_at, changed_at, version = row
        if fingerprint != key.fingerprint:
            raise KeyReused
        instants = (datetime.fromisoformat(submitted_at), datetime.fromisoformat(changed_at))
        return StoredItem(decode_state(body), *instants, version)


def _parameters(attempt: Attempt) -> tuple[Any, ...]:
    (type_,), (data,) = encoded([attempt.event])
    trace, key, token = attempt.asker.trace, attempt.asker.key, attempt.asker.unconfirmed
    after = attempt.after
    return (
        attempt.organisation,
        attempt.department,
        attempt.event_id,
        type_,
        data,
        trace.correlation_id,
        trace.causation_id,
        trace.actor,
        *((token.token, token.version) if token is not None else (None, None)),
        attempt.edition,
        attempt.day_begins,
        attempt.day_ends,
        UUID(after.item),
        attempt.item_version,
        after.scheme,
        after.kind,
        after.state,
        encode_state(after),
        *((key.scope, key.key, key.fingerprint) if key is not None else (None, None, None)),
    )


def _jointly(attempt: Attempt, parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same for all of the item's departments, with an id for each one's event."""
    departments = attempt.after.departments
    ids = [id_in(attempt.event_id, department, departments) for department in departments]
    return (parameters[0], list(departments), ids, *parameters[3:])


def _put_right(attempt: Attempt, error: psycopg.Error) -> NoReturn:
    reason = error.diag.message_primary or ""
    stale: Mapping[str, type[Exception]] = {
        "rulebook_changed": SchemesChanged,
        "item_changed": ItemChanged,
        "key_used": KeyUsed,
        "token_lapsed": TokenLapsed,
    }
    if reason in stale:
        raise stale[reason] from error
    detail = json.loads(error.diag.message_detail or "{}")
    department = detail["department"]
    if reason == "milestones_due":
        raise MilestonesDue(department_stream(attempt.organisation, department)) from error
    if reason == "another_day":
        raise AnotherDay(datetime.fromisoformat(detail["at"])) from error
    refused: Mapping[str, tuple[type[Refused], str]] = {
        "unknown_department": (UnknownDepartment, f"there is no department “{department}”"),
        "importing": (
            DepartmentImporting,
            f"the past of “{department}” is being imported; it takes imports only, until it goes live",
        ),
        "not_joined": (NotJoined, f"“{department}” joins on {detail['joined_on']}"),
        "left": (DepartmentHasLeft, f"the last day of “{department}” was {detail['last_on']}"),
    }
    if reason not in refused:
        raise error
    refusal, said = refused[reason]
    raise refusal(FieldMistake(_field(attempt, department), said)) from error


def _field(attempt: Attempt, department: str) -> str:
    """Where a command names the department."""
    if department == attempt.department:
        return "department"
    return f"departments.{attempt.after.departments.index(department) - 1}"
