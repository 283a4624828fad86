"""The boundary at which a database that is away is told of in the application's word for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg_pool import PoolTimeout

from services.scoring.application.ports import StoreAway
from shared.eventstore import StoreUnavailable
from shared.eventstore.errors import translated
from shared.operations.database import Pool


@contextmanager
def connection(pool: Pool) -> Iterator[Connection[Any]]:
    """A connection of the pool. Raises StoreAway."""
    try:
        with translated(), pool.connection() as conn:
            yield conn
    except (StoreUnavailable, PoolTimeout) as away:
        raise StoreAway(str(away)) from away
