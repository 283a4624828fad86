"""The real engines for the tests that need them: one Postgres and one Kafka a session, one database a test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from dev.kafka import Kafka
from dev.ports import free_port
from dev.postgres import Postgres

# A property test tries the same examples every time, so that a change is judged by what it changes; HYPOTHESIS_PROFILE=
# by_chance tries others, and HYPOTHESIS_PROFILE=thorough many others (make fuzz).
settings.register_profile("usual", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("by_chance", derandomize=False, deadline=None, print_blob=True)
settings.register_profile("thorough", derandomize=False, deadline=None, print_blob=True, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

_database_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def chance_of_the_pools() -> Iterator[None]:
    """Hypothesis fails a test whose arguments are drawn while the global generator moves, and a pool's threads move it
    whenever they connect: they get a generator of their own.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("psycopg_pool.base.random", Random().random)
        yield


@pytest.fixture(scope="session")
def engine_directory() -> Iterator[Path]:
    """A directory with a short path (a Unix socket's address has room for 107 bytes), removed at the end."""
    path = Path(tempfile.mkdtemp(prefix="tongbao-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture(scope="session")
def postgres_server(engine_directory: Path) -> Iterator[Postgres]:
    """A running Postgres 18 with fsync on."""
    with Postgres(engine_directory / "postgres") as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped after the test."""
    name = f"test_{next(_database_numbers)}"
    url = postgres_server.create_database(name)
    try:
        yield url
    finally:
        postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def kafka_bootstrap(engine_directory: Path) -> Iterator[str]:
    """The bootstrap servers of a running broker, for example `127.0.0.1:40123`. Tests use topics of their own."""
    with Kafka(engine_directory / "kafka", port=free_port()) as broker:
        yield broker.bootstrap_servers
