"""Writing the directory's tables: what the latest event of each entity says, and never anything older."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from shared.contracts.directory_events import (
    DepartmentDescribed,
    OrganisationDescribed,
    OutletDescribed,
    SchemePublished,
    TokenDescribed,
)
from shared.contracts.envelope import Event
from shared.eventstore import sql

_sql = sql.load("shared.directory", "queries.sql")


def apply(conn: Connection[Any], events: Iterable[Event]) -> None:
    """Bring the tables to what the events say. Safe to repeat, in any order: only a higher version replaces a row.

    Runs in the caller's transaction. Raises TypeError for data that is none of the directory's.
    """
    for event in events:
        describe(conn, event.version, event.data)


def describe(conn: Connection[Any], version: int, data: object) -> None:
    """Apply one entity's state; ``version`` is the version of its directory stream that says so."""
    match data:
        case OrganisationDescribed():
            conn.execute(_sql.put_organisation, (data.organisation, data.title, data.time_zone, version))
        case DepartmentDescribed():
            conn.execute(_sql.put_department, _department(version, data))
        case OutletDescribed():
            _put_outlet(conn, version, data)
        case SchemePublished():
            conn.execute(_sql.put_scheme, _scheme(version, data))
        case TokenDescribed():
            conn.execute(_sql.put_token, _token(version, data))
        case _:
            raise TypeError(f"not an event of the directory: {type(data).__name__}")


def _put_outlet(conn: Connection[Any], version: int, data: OutletDescribed) -> None:
    entity = (data.organisation, data.outlet)
    if conn.execute(_sql.put_outlet, (*entity, version)).fetchone() is None:
        return
    conn.execute(_sql.clear_standings, entity)
    with conn.cursor() as cursor:
        cursor.executemany(
            _sql.put_standing, [(*entity, each.from_on, each.title, each.tier, each.medium) for each in data.standings]
        )


def _department(version: int, data: DepartmentDescribed) -> tuple[Any, ...]:
    facts = Jsonb({name: str(value) for name, value in data.facts.items()})
    entity = (data.organisation, data.department)
    return (*entity, data.title, data.group, list(data.tags), facts, data.from_on, data.live, version, data.last_on)


def _scheme(version: int, data: SchemePublished) -> tuple[Any, ...]:
    entity = (data.organisation, data.scheme, data.version)
    return (*entity, data.title, data.effective_from, data.text, data.digest, version)


def _token(version: int, data: TokenDescribed) -> tuple[Any, ...]:
    scope = (data.role, data.organisation, data.department)
    return (data.token, data.secret_sha256, data.title, *scope, data.expires_at, data.revoked_at, version)
