from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from shared.eventstore.migrate import migrate


@pytest.fixture
def store(database: str) -> str:
    """The URL of a database with an empty event store."""
    migrate(database, report=lambda _: None)
    return database


@pytest.fixture
def conn(store: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(store, autocommit=True) as connection:
        yield connection
