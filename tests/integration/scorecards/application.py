"""The scoring service's web application, put together for tests without its settings and processes."""

from pathlib import Path
from typing import Any

from flask import Flask
from psycopg import Connection

from services.scoring.adapters.reading.postgres import PostgresReadings
from services.scoring.http.app import assemble
from shared.directory.tokens import secret_sha256
from shared.eventstore.migrate import MIGRATIONS, migrate
from shared.operations.database import Pool
from shared.operations.settings import WebSettings

ROOT = Path(__file__).parents[3]


def migrated(database_url: str) -> str:
    """The URL again, after the scoring service's migrations."""
    own = [ROOT / folder / "migrations" for folder in ("shared/directory", "shared/web", "services/scoring")]
    migrate(database_url, MIGRATIONS, *own)
    return database_url


def application(pool: Pool, readings: PostgresReadings) -> Flask:
    return assemble(WebSettings(), pool, readings, lambda: [])


def add_token(
    conn: Connection[Any],
    secret: str,
    *,
    role: str = "reader",
    organisation: str | None = "district",
    department: str | None = None,
) -> None:
    """A token that is in force, with this very secret."""
    conn.execute(
        "INSERT INTO directory_tokens (token, secret_sha256, title, role, organisation, department, version)"
        " VALUES (%s, %s, %s, %s, %s, %s, 1)",
        (secret.replace("_", "-"), secret_sha256(secret), secret, role, organisation, department),
    )
