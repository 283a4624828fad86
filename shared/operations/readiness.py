"""What a process may lack before it can work, told in a few words at /readyz."""

from pathlib import Path

import psycopg
from psycopg.errors import UndefinedTable
from psycopg_pool import PoolTimeout

from shared.operations.database import Pool

ASKING_S_MAX = 1.0

_APPLIED = "SELECT migration_id FROM _yoyo_migration"


def missing_of_database(pool: Pool, *directories: Path) -> list[str]:
    """Whether the database answers and has all migrations of these directories applied. Blocks for a second at most."""
    try:
        with pool.connection(timeout=ASKING_S_MAX) as conn:
            applied = {row[0] for row in conn.execute(_APPLIED)}
    except UndefinedTable:
        return ["database: no migration is applied"]
    except (psycopg.OperationalError, PoolTimeout):
        return ["database: cannot be reached"]
    expected = sorted(path.stem for directory in directories for path in directory.glob("*.sql"))
    waiting = [name for name in expected if name not in applied]
    return [f"migrations: {', '.join(waiting)}"] if waiting else []
