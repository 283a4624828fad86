"""A small service on a real Postgres: notes that are written with idempotency, guarded by tokens."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import shared.directory
import shared.web
from shared.contracts.directory_events import Role, TokenDescribed
from shared.directory.apply import describe
from shared.directory.tokens import new_secret, secret_sha256
from shared.eventstore.migrate import migrate
from shared.operations.database import Pool, open_pool
from tests.integration.web.example_service import create

MIGRATIONS = tuple(Path(str(package.__file__)).parent / "migrations" for package in (shared.directory, shared.web))

IssueToken = Callable[..., str]


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    migrate(database, *MIGRATIONS)
    with open_pool(database, 6, "test") as opened:
        with opened.connection() as conn:
            conn.execute("CREATE TABLE notes (note bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        yield opened


@pytest.fixture
def app(pool: Pool) -> Flask:
    made = create(pool)
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def issue_token(pool: Pool) -> IssueToken:
    """Issues a token and gives the value of its Authorization header."""

    def issue(
        role: Role,
        organisation: str | None = "haidian",
        department: str | None = None,
        *,
        expires_at: datetime | None = None,
    ) -> str:
        secret = new_secret()
        described = TokenDescribed(
            secret[-12:], secret_sha256(secret), "Test", role, organisation, department, expires_at, None
        )
        with pool.connection() as conn:
            describe(conn, 1, described)
        return f"Bearer {secret}"

    return issue


@pytest.fixture
def revoke(pool: Pool) -> Callable[[str], Any]:
    """Revokes the token of an Authorization header."""

    def revoke_token(header: str) -> None:
        with pool.connection() as conn:
            conn.execute(
                "UPDATE directory_tokens SET revoked_at = clock_timestamp(), version = version + 1"
                " WHERE secret_sha256 = %s",
                (secret_sha256(header.removeprefix("Bearer ")),),
            )

    return revoke_token
