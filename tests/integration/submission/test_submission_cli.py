"""What an operator does by hand."""

import os
import subprocess
import sys

import psycopg
import pytest

SECRET = "a secret of the installation"
SECONDS_MAX = 60


@pytest.fixture
def environment(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TONGBAO_DATABASE_URL", database)
    monkeypatch.setenv("TONGBAO_ADMINISTRATOR_TOKEN", SECRET)
    return database


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.submission", *arguments]
    return subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)


def run(*arguments: str) -> str:
    done = start(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_migrate_makes_sure_of_the_administrator_and_tells_the_other_services(environment: str) -> None:
    assert "token is set" in run("migrate")
    assert "token is as it was" in run("migrate")

    with psycopg.connect(environment) as conn:
        streams = conn.execute("SELECT topic, head_version FROM streams WHERE stream LIKE 'tokens/%'").fetchall()
        stored = conn.execute("SELECT convert_from(data, 'UTF8') FROM events").fetchall()
    assert streams == [("directory-events", 1)]
    assert SECRET not in str(stored)


def test_everything_is_published_again_on_command(environment: str) -> None:
    run("migrate")
    with psycopg.connect(environment, autocommit=True) as conn:
        conn.execute("UPDATE streams SET relayed_version = head_version, waiting_since = NULL")

    assert "1 streams will be published again" in run("republish", "--topic", "directory-events")
    assert "0 items worked out, 0 differ" in run("rebuild-items")


def test_a_token_that_is_too_short_is_one_clear_sentence(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAO_ADMINISTRATOR_TOKEN", "short")

    done = start("migrate")

    assert done.returncode == 2
    assert done.stderr == "submission migrate: TONGBAO_ADMINISTRATOR_TOKEN must have at least 16 characters.\n"
