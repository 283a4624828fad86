"""A database of its own for each test of what is owed together."""

from collections.abc import Iterator

import pytest

from dev.postgres import Postgres
from shared.operations.database import Pool
from tests.integration.joint.together import Together, database, template_of


@pytest.fixture(scope="session")
def together_template(postgres_server: Postgres) -> str:
    return template_of(postgres_server)


@pytest.fixture
def pool(postgres_server: Postgres, together_template: str) -> Iterator[Pool]:
    with database(postgres_server, together_template) as opened:
        yield opened


@pytest.fixture
def town(pool: Pool) -> Iterator[Together]:
    made = Together(pool)
    yield made
    made.close()
