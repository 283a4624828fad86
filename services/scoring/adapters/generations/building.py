"""Tables like the live ones, under the same names in another schema, with the same indexes under the same names."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from services.scoring.adapters.generations.tables import LIVE, MAKING, REPLACED, TABLES, UNREAD, Column
from shared.eventstore import sql

statements = sql.load("services.scoring.adapters.generations", "generations.sql")

_NAMES = {"live": Identifier(LIVE), "making": Identifier(MAKING), "replaced": Identifier(REPLACED)}


def named(statement: str, **more: Any) -> Composed:
    """The statement with the schemas, and with what else is given, in their places."""
    return SQL(statement).format(**_NAMES, **more)


def columns(conn: Connection[Any], schema: str) -> list[Column]:
    """The columns of a generation's tables in a schema, in order."""
    return [Column(*row) for row in conn.execute(statements.columns, (schema, list(TABLES)))]


def usable(conn: Connection[Any]) -> bool:
    """Whether a generation is in the making whose tables are like the live ones."""
    begun = conn.execute(statements.begun, (f"{MAKING}.generation",)).fetchone()
    return bool(begun and begun[0]) and _shape(conn, MAKING) == _shape(conn, LIVE)


def build(conn: Connection[Any]) -> None:
    """Make the tables of a new generation, empty, in place of one that was in the making."""
    with conn.transaction():
        for schema in (MAKING, REPLACED):
            conn.execute(named(statements.drop, schema=Identifier(schema)))
        conn.execute(named(statements.own_tables))
        for table in TABLES:
            conn.execute(named(statements.copy_table, table=Identifier(table)))
            for (options,) in conn.execute(statements.storage_of, (table, LIVE)).fetchall():
                conn.execute(named(statements.store_so, table=Identifier(table), options=SQL(options)))
            if table not in UNREAD:
                _add_indexes(conn, table)


def complete(conn: Connection[Any]) -> None:
    """Add the indexes that are not there yet, and gather statistics of all tables."""
    for table in UNREAD:
        _add_indexes(conn, table)
    for table in TABLES:
        conn.execute(named(statements.analyze, table=Identifier(table)))


def _shape(conn: Connection[Any], schema: str) -> list[tuple[str, str, str]]:
    return [column[:3] for column in columns(conn, schema)]


def _add_indexes(conn: Connection[Any], table: str) -> None:
    for name, definition in _definitions(conn, table):
        exists = conn.execute(statements.relation_exists, (name, MAKING)).fetchone()
        if not (exists and exists[0]):
            conn.execute(definition)


def _definitions(conn: Connection[Any], table: str) -> Iterator[tuple[str, Composed]]:
    """How the indexes of a live table would be made for the one in the making, by their names."""
    live = f"{LIVE}.{table}"
    for name, definition in conn.execute(statements.keys_of, (live,)).fetchall():
        parts = {"table": Identifier(table), "name": Identifier(name), "definition": SQL(definition)}
        yield name, named(statements.add_key, **parts)
    for name, definition in conn.execute(statements.indexes_of, (live,)).fetchall():
        yield name, Composed([SQL(definition.replace(f" ON {LIVE}.", f" ON {MAKING}.", 1))])
