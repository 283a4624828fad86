"""A client of notify's API, with tokens made for the test."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from shared.contracts.directory_events import TokenDescribed
from shared.directory.apply import describe
from shared.directory.tokens import secret_sha256
from shared.operations.database import Pool

ROOT = "/v1/organisations/haidian"


class Caller:
    """A client with a token."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self._client = client
        self.secret = secret

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.open(
            path if path.startswith("/") else f"{ROOT}/{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.secret}", **named},
            buffered=False,
        )


def revoke(pool: Pool, caller: Caller) -> None:
    at = datetime.now(UTC)
    token = TokenDescribed(caller.secret, secret_sha256(caller.secret), "test", "operator", "haidian", None, None, at)
    with pool.connection() as conn:
        describe(conn, 2, token)
