"""Parked streams: who waits, and asking for one to be tried again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from shared.contracts.identifiers import department_stream
from shared.eventstore import sql

_sql = sql.load("services.notify.adapters", "alerts.sql")


@dataclass(frozen=True, slots=True)
class ParkedDepartment:
    department: str
    version: int
    """The version that is expected next."""
    reason: str
    parked_at: datetime
    resume_requested_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resumption:
    """A parked stream that shall be tried again, and where its record lies."""

    stream: str
    partition: int
    offset: int
    requested_at: datetime


def parked(conn: Connection[Any], organisation: str, department: str | None) -> list[ParkedDepartment]:
    """Of the organisation, or only this department of it."""
    rows = conn.execute(_sql.parked, {"organisation": organisation, "department": department})
    return [_parked(row) for row in rows]


def request_resumption(conn: Connection[Any], organisation: str, department: str) -> ParkedDepartment | None:
    """None when the department is not parked."""
    row = conn.execute(_sql.request_resumption, (department_stream(organisation, department),)).fetchone()
    return None if row is None else _parked(row)


def resumptions(conn: Connection[Any]) -> list[Resumption]:
    """Those that were asked for and have not been tried."""
    return [Resumption(*row) for row in conn.execute(_sql.resumptions)]


def count_parked(conn: Connection[Any]) -> int:
    row = conn.execute(_sql.count_parked).fetchone()
    return 0 if row is None else int(row[0])


def _parked(row: tuple[Any, ...]) -> ParkedDepartment:
    return ParkedDepartment(row[0].split("/", 1)[1], *row[1:])
