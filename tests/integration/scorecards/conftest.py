"""The scoring service's web application over a real database that holds a generated district."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from services.scoring.adapters.reading.postgres import PostgresReadings
from shared.directory.schemebook import SchemeBook
from shared.operations.database import Pool, open_pool
from tests.integration.scorecards import generated
from tests.integration.scorecards.application import add_token, application, migrated

ADMINISTRATOR = "tongbao_administrator"


@pytest.fixture
def scoring_database(database: str) -> str:
    """The URL of a database with the scoring service's tables, all empty."""
    return migrated(database)


@pytest.fixture
def connection(scoring_database: str) -> Iterator[Connection[TupleRow]]:
    with psycopg.connect(scoring_database, autocommit=True) as conn:
        yield conn


@pytest.fixture
def pool(scoring_database: str) -> Iterator[Pool]:
    with open_pool(scoring_database, 4, "scorecards-tests") as pool:
        yield pool


@pytest.fixture
def readings(pool: Pool) -> PostgresReadings:
    return PostgresReadings(pool, SchemeBook())


@pytest.fixture
def app(pool: Pool, readings: PostgresReadings, connection: Connection[TupleRow]) -> Flask:
    add_token(connection, ADMINISTRATOR, role="administrator", organisation=None)
    app = application(pool, readings)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Signed in as the installation's administrator."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {ADMINISTRATOR}"
    return client


@pytest.fixture
def departments(connection: Connection[TupleRow]) -> list[str]:
    """The names of the generated district's twenty departments."""
    return generated.generate(connection)
