"""Reading the directory. Every function is one round trip to the database and gives None for what is not there."""

from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import Connection

from shared.directory.entities import Department, Organisation, Principal, PublishedScheme, Standing, Token
from shared.eventstore import sql

_sql = sql.load("shared.directory", "queries.sql")


def find_token(conn: Connection[Any], secret_sha256: str) -> Principal | None:
    """The principal of a token that is neither revoked nor expired at this moment. Asked on every request."""
    row = conn.execute(_sql.find_token, (secret_sha256,)).fetchone()
    return None if row is None else Principal(*row)


def token(conn: Connection[Any], token: str) -> Token | None:
    """Also of one that is revoked or expired."""
    row = conn.execute(_sql.token, (token,)).fetchone()
    return None if row is None else Token(*row[:8])


def secret_of_token(conn: Connection[Any], token: str) -> str | None:
    """The SHA-256 of the token's secret, in hexadecimal: needed to describe the token again when it is revoked."""
    row = conn.execute(_sql.token, (token,)).fetchone()
    return None if row is None else str(row[8])


def tokens(conn: Connection[Any], organisation: str, after: str = "", limit: int = 100) -> list[Token]:
    """A page of the organisation's tokens by id, behind the id ``after``."""
    return [Token(*row) for row in conn.execute(_sql.tokens, (organisation, after, limit))]


def organisation(conn: Connection[Any], organisation: str) -> Organisation | None:
    row = conn.execute(_sql.organisation, (organisation,)).fetchone()
    return None if row is None else Organisation(*row)


def organisations(conn: Connection[Any]) -> list[Organisation]:
    return [Organisation(*row) for row in conn.execute(_sql.organisations)]


def department(conn: Connection[Any], organisation: str, department: str) -> Department | None:
    row = conn.execute(_sql.department, (organisation, department)).fetchone()
    return None if row is None else _department(row)


def departments(conn: Connection[Any], organisation: str, group: str | None = None) -> list[Department]:
    """The organisation's departments by name, or those of one group."""
    if group is None:
        rows = conn.execute(_sql.departments, (organisation,))
    else:
        rows = conn.execute(_sql.departments_of_group, (organisation, group))
    return [_department(row) for row in rows]


def outlet_on(conn: Connection[Any], organisation: str, outlet: str, day: date) -> Standing | None:
    """The outlet as it stood on ``day``; None when it is unknown or did not exist yet."""
    row = conn.execute(_sql.outlet_on, (organisation, outlet, day)).fetchone()
    return None if row is None else Standing(*row)


def outlet_exists(conn: Connection[Any], organisation: str, outlet: str) -> bool:
    return conn.execute(_sql.outlet_exists, (organisation, outlet)).fetchone() is not None


def outlet_version(conn: Connection[Any], organisation: str, outlet: str) -> int | None:
    """The version of the outlet's directory stream that the standings are of."""
    row = conn.execute(_sql.outlet_version, (organisation, outlet)).fetchone()
    return None if row is None else int(row[0])


def standings(conn: Connection[Any], organisation: str, outlet: str) -> list[Standing]:
    """All standings of an outlet, oldest first; empty when it is unknown."""
    return [Standing(outlet, *row) for row in conn.execute(_sql.standings, (organisation, outlet))]


def schemes(conn: Connection[Any], organisation: str) -> list[PublishedScheme]:
    """Every published version of every scheme of the organisation, by scheme and version."""
    return [PublishedScheme(*row) for row in conn.execute(_sql.schemes, (organisation,))]


def scheme_text(conn: Connection[Any], organisation: str, scheme: str, version: int) -> tuple[str, str] | None:
    """The text of a version exactly as it was handed in, and its digest."""
    row = conn.execute(_sql.scheme_text, (organisation, scheme, version)).fetchone()
    return None if row is None else (row[0], row[1])


def _department(row: tuple[Any, ...]) -> Department:
    facts = {name: Decimal(value) for name, value in row[5].items()}
    return Department(row[0], row[1], row[2], row[3], tuple(row[4]), facts, row[6], row[7], row[8], row[9])
