"""One migrated database for a module's tests; each test makes organisations of its own in it."""

import itertools
from collections.abc import Iterator

import pytest

from dev.postgres import Postgres
from services.submission import bootstrap
from tests.integration.submission.api import Organisation, World

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def submission_database(postgres_server: Postgres) -> Iterator[str]:
    name = f"submission_{next(_numbers)}"
    url = postgres_server.create_database(name)
    bootstrap.migrate(url, report=lambda _: None)
    try:
        yield url
    finally:
        postgres_server.drop_database(name)


@pytest.fixture(scope="module")
def world(submission_database: str) -> Iterator[World]:
    made = World.on(submission_database)
    try:
        yield made
    finally:
        made.wired.pool.close()


@pytest.fixture
def organisation(world: World) -> Organisation:
    return world.organisation()
