"""Bring a database to the schema that the code expects: plain SQL migrations, each applied once, in order."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import yoyo

from shared.eventstore.errors import translated

MIGRATIONS = Path(__file__).parent / "migrations"
"""The event store's own migrations, which come before those of a service."""

_ONE_AT_A_TIME = 0x746F6E67
"""Key of the advisory lock under which migrations run; replicas that start together wait for one another."""

_DRIVER = "postgresql+psycopg"


def migrate(database_url: str, *directories: Path, report: Callable[[str], None] = print) -> int:
    """Apply what is missing of the store's own and the directories' migrations; returns how many that were.

    Blocks until done. Files are applied in the order of the directories and of their names, unless ``-- depends:``
    says otherwise. A file's name is its identity and is unique over all directories. Each runs in its own
    transaction, so a failing one leaves those before it applied. ``report`` is told of each before it runs.
    Raises StoreUnavailable.
    """
    yoyo_url = _yoyo_url(database_url)
    with translated(), psycopg.connect(database_url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        backend = yoyo.get_backend(yoyo_url)
        with backend.connection:
            backend.break_lock()  # under the advisory lock, a lock row is left over from a process that was killed
            with backend.lock():
                missing = backend.to_apply(yoyo.read_migrations(*map(str, dict.fromkeys([MIGRATIONS, *directories]))))
                for place, migration in enumerate(missing, 1):
                    report(f"migration {place} of {len(missing)}: {migration.id}")
                    backend.apply_one(migration)
                return len(missing)


def _yoyo_url(database_url: str) -> str:
    parts = urlsplit(database_url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"not a PostgreSQL address: {parts.scheme}://…")
    return urlunsplit(parts._replace(scheme=_DRIVER))
