"""Opening the pool of database connections in one way, for all processes."""

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

CONNECT_TIMEOUT_S = 5
WAIT_FOR_CONNECTION_S_MAX = 5.0
STATEMENT_TIMEOUT_MS_DEFAULT = 30_000

Pool = ConnectionPool[Connection[TupleRow]]


def open_pool(
    database_url: str,
    size_max: int,
    application: str,
    *,
    options: str = "",
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS_DEFAULT,
) -> Pool:
    """A pool of autocommit connections: one statement is one round trip; use ``conn.transaction()`` for several.

    Returns at once, connections are made in the background; a process can thus start before its database and say at
    /readyz what is missing. Statements are prepared at their second use. ``options`` are further libpq options, such as
    ``-c tongbao.clock_shift=P1D``. Taking a connection raises psycopg_pool.PoolTimeout after five seconds.
    """
    server_options = f"-c statement_timeout={statement_timeout_ms} -c TimeZone=UTC {options}".strip()
    return ConnectionPool(
        database_url,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 1,
            "application_name": application,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": server_options,
        },
        min_size=min(2, size_max),
        max_size=size_max,
        timeout=WAIT_FOR_CONNECTION_S_MAX,
        name=application,
        open=True,
    )
