"""Where scoring's parts are put together: the only place that knows all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.reading.postgres import PostgresReadings
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.adapters.write_behind import WriteBehind
from services.scoring.application.ports import StoreAway
from services.scoring.application.projector import Projector
from shared.directory.schemebook import SchemeBook
from shared.eventstore import migrate as eventstore_migrate
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.relay import backlog
from shared.operations import metrics
from shared.operations.database import Pool
from shared.operations.readiness import missing_of_database

SERVICE = "scoring"
CONSUMER_GROUP = "scoring"
DIRECTORY_GROUP = "scoring-directory"
SHARED = Path(__file__).parents[2] / "shared"
MIGRATION_DIRECTORIES = (
    eventstore_migrate.MIGRATIONS,
    SHARED / "directory" / "migrations",
    SHARED / "web" / "migrations",
    Path(__file__).parent / "migrations",
)

Samples = Iterable[metrics.Sample]


@dataclass(frozen=True, slots=True)
class Projection:
    """A projector with the store that it writes behind its back. ``close`` it at the end."""

    projector: Projector
    departments: PostgresDepartments
    behind: WriteBehind

    def close(self) -> None:
        self.behind.close()


def migrate(database_url: str, report: Callable[[str], None] = print) -> int:
    """Bring scoring's database to the schema of this version; how many migrations were applied."""
    return eventstore_migrate.migrate(database_url, *MIGRATION_DIRECTORIES, report=report)


def projection(pool: Pool) -> Projection:
    """What a consumer folds with: it writes one batch while it folds the next."""
    departments = PostgresDepartments(pool)
    behind = WriteBehind(departments)
    return Projection(Projector(behind, DirectoryRules(pool, SchemeBook())), departments, behind)


def readings(pool: Pool) -> PostgresReadings:
    """What the pages and the API read from."""
    return PostgresReadings(pool, SchemeBook())


def database_missing(pool: Pool) -> list[str]:
    """What /readyz says of the database."""
    return missing_of_database(pool, *MIGRATION_DIRECTORIES)


def tell_parked(pool: Pool) -> None:
    """Show the parked departments in this process' metrics."""
    departments = PostgresDepartments(pool)

    def samples() -> Samples:
        try:
            return [("tongbao_scoring_parked_departments", {}, departments.parked_count())]
        except StoreAway:
            return ()

    metrics.on_scrape(samples)


def tell_relay_backlog(pool: Pool) -> None:
    """Show what waits to be published in this process' metrics."""

    def samples() -> Samples:
        try:
            with pool.connection() as conn:
                waiting = backlog(conn)
        except (psycopg.OperationalError, PoolTimeout, StoreUnavailable):
            return ()
        return [
            ("tongbao_relay_backlog_events", {}, waiting.events),
            ("tongbao_relay_backlog_age_seconds", {}, waiting.age_s),
        ]

    metrics.on_scrape(samples)
