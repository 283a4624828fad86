from collections.abc import Iterator
from pathlib import Path

import pytest

import shared.directory
from shared.eventstore.migrate import migrate
from shared.operations.database import Pool, open_pool

MIGRATIONS = Path(shared.directory.__file__).parent / "migrations"


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    migrate(database, MIGRATIONS)
    with open_pool(database, 4, "test") as opened:
        yield opened
