"""The scoring service's web application over a real database that holds a generated district."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from dev.postgres import Postgres
from services.scoring.adapters.reading.postgres import PostgresReadings
from shared.directory.schemebook import SchemeBook
from shared.operations.database import Pool, open_pool
from tests.integration.scorecards import generated
from tests.integration.scorecards.application import add_token, application, migrated

_numbers = itertools.count(1)

ADMINISTRATOR = "tongbao_administrator"


@pytest.fixture(scope="session")
def empty_template(postgres_server: Postgres) -> str:
    """The name of a database with the scoring service's tables; copying it is faster than migrating each time."""
    name = f"scorecards_empty_{next(_numbers)}"
    migrated(postgres_server.create_database(name))
    return name


@pytest.fixture(scope="session")
def district_template(postgres_server: Postgres, empty_template: str) -> str:
    """The name of a database that holds the generated district's twenty departments."""
    name = f"scorecards_district_{next(_numbers)}"
    url = postgres_server.create_database(name, template=empty_template)
    with psycopg.connect(url, autocommit=True) as conn:
        generated.generate(conn)
    return name


@pytest.fixture
def scoring_database(postgres_server: Postgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with the scoring service's tables: with the district if the test asks for departments."""
    template = "district_template" if "departments" in request.fixturenames else "empty_template"
    name = f"scorecards_{next(_numbers)}"
    yield postgres_server.create_database(name, template=request.getfixturevalue(template))
    postgres_server.drop_database(name)


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
    """The names of the generated district's departments."""
    return [row[0] for row in connection.execute("SELECT department FROM directory_departments ORDER BY 1")]
