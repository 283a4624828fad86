"""The status port of processes that serve no HTTP otherwise, and what they may lack."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from dev.ports import free_port
from shared.eventstore.migrate import migrate
from shared.operations import status
from shared.operations.database import Pool, open_pool
from shared.operations.readiness import missing_of_database

MIGRATION = "CREATE TABLE {name} (a int);"


@pytest.fixture
def missing() -> list[str]:
    return []


@pytest.fixture
def server(missing: list[str]) -> Iterator[ThreadingHTTPServer]:
    serving = status.serve(free_port(), lambda: missing)
    assert serving is not None
    yield serving
    serving.shutdown()
    serving.server_close()


def get(server: ThreadingHTTPServer, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def test_a_process_is_alive_also_when_it_is_not_ready(server: ThreadingHTTPServer, missing: list[str]) -> None:
    missing.append("broker: cannot be reached")

    assert get(server, "/livez")[0] == 200
    code, body = get(server, "/readyz")
    assert (code, json.loads(body)) == (503, {"missing": ["broker: cannot be reached"]})


def test_a_process_that_lacks_nothing_is_ready(server: ThreadingHTTPServer) -> None:
    assert get(server, "/readyz") == (200, '{"missing":[]}')
    assert get(server, "/metrics")[0] == 200
    assert get(server, "/else")[0] == 404


def test_no_port_serves_nothing() -> None:
    assert status.serve(0, list) is None


def test_migrations_that_are_not_applied_are_named(database: str, tmp_path: Path) -> None:
    for name in ("example-0001-a", "example-0002-b"):
        (tmp_path / f"{name}.sql").write_text(MIGRATION.format(name=name[-1]))
    with open_pool(database, 1, "test") as pool:
        assert missing_of_database(pool, tmp_path) == ["database: no migration is applied"]

        migrate(database, tmp_path)
        assert missing_of_database(pool, tmp_path) == []

        (tmp_path / "example-0003-c.sql").write_text(MIGRATION.format(name="c"))
        assert missing_of_database(pool, tmp_path) == ["migrations: example-0003-c"]


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    pool: Pool = open_pool("postgresql://nobody@/nothing?host=/nonexistent", 1, "test")
    with pool:
        assert missing_of_database(pool, tmp_path) == ["database: cannot be reached"]
