from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from shared.eventstore import StoreUnavailable
from shared.eventstore.migrate import MIGRATIONS, migrate

OWN = len(list(MIGRATIONS.glob("*.sql")))


def silent(_: str) -> None:
    pass


def test_migrations_are_applied_once_and_told(database: str) -> None:
    told: list[str] = []
    assert migrate(database, report=told.append) == OWN
    assert told[0] == f"migration 1 of {OWN}: eventstore-0001-streams-and-events"
    assert migrate(database, MIGRATIONS, report=told.append) == 0
    assert len(told) == OWN


def test_a_services_migrations_follow_the_stores(database: str, tmp_path: Path) -> None:
    (tmp_path / "submission-0001-items.sql").write_text("CREATE TABLE items (stream text REFERENCES streams);")
    assert migrate(database, tmp_path, report=silent) == OWN + 1


def test_a_failing_migration_leaves_those_before_it(database: str, tmp_path: Path) -> None:
    broken = tmp_path / "a-0002-broken.sql"
    (tmp_path / "a-0001-good.sql").write_text("CREATE TABLE good (id int);")
    broken.write_text("CREATE TABLE half (id int); CREATE TABLE good (id int);")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(database, tmp_path, report=silent)
    with psycopg.connect(database) as conn:
        tables = {row[0] for row in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert "good" in tables
    assert "half" not in tables

    broken.write_text("CREATE TABLE half (id int);")
    assert migrate(database, tmp_path, report=silent) == 1


def test_processes_that_start_together_wait_for_one_another(database: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda _: migrate(database, report=silent), range(4)))
    assert sorted(applied) == [0, 0, 0, OWN]


def test_a_lock_left_by_a_killed_process_is_no_obstacle(database: str) -> None:
    migrate(database, report=silent)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    assert migrate(database, report=silent) == 0


def test_an_absent_database_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(f"postgresql://postgres@/nothing?host={tmp_path}", report=silent)


def test_another_databases_address_is_refused() -> None:
    with pytest.raises(ValueError, match="not a PostgreSQL address"):
        migrate("mysql://localhost/x", report=silent)
