"""Wires the submission service: the one place where ports meet their adapters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.submission.adapters.clock import StoreClock
from services.submission.adapters.items import StoredItems
from services.submission.adapters.records import PooledRecords
from services.submission.adapters.rulebooks import RememberedRulebooks
from services.submission.adapters.transactions import StoreTransactions, seconds_until_due
from services.submission.application.ports import Ports
from services.submission.config import StoreSettings
from shared.eventstore import migrate as eventstore
from shared.operations import metrics
from shared.operations.database import Pool, open_pool
from shared.operations.readiness import missing_of_database
from shared.processes.samples import tell

SERVICE = "submission"
SHARED = Path(__file__).parents[2] / "shared"
MIGRATION_DIRECTORIES = (
    eventstore.MIGRATIONS,
    SHARED / "directory" / "migrations",
    SHARED / "web" / "migrations",
    Path(__file__).parent / "migrations",
)


@dataclass(frozen=True)
class Submission:
    """The service, wired. ``transactions`` is that of the ports, with the connection that the edges share."""

    pool: Pool
    ports: Ports
    transactions: StoreTransactions


def wire(settings: StoreSettings, process: str) -> Submission:
    """Open the pool, which connects in the background, and put everything on it."""
    pool = open_pool(
        settings.database_url,
        settings.database_pool_max,
        f"{SERVICE}-{process}",
        options=settings.connection_options(),
    )
    return over(pool)


def over(pool: Pool) -> Submission:
    """The service on a pool that is open."""
    transactions = StoreTransactions(pool)
    ports = Ports(StoredItems(pool), PooledRecords(pool), transactions, RememberedRulebooks(pool), StoreClock())
    return Submission(pool, ports, transactions)


def migrate(database_url: str, report: Callable[[str], None] = print) -> int:
    """Bring the service's database to the schema of this version; how many migrations were applied."""
    return eventstore.migrate(database_url, *MIGRATION_DIRECTORIES, report=report)


def database_missing(pool: Pool) -> list[str]:
    """What /readyz says of the database."""
    return missing_of_database(pool, *MIGRATION_DIRECTORIES)


def tell_overdue_milestones(pool: Pool) -> None:
    """Show how far time is behind in this process' metrics."""

    def samples() -> Iterable[metrics.Sample]:
        until_next_s = seconds_until_due(pool)
        yield "tongbao_timekeeper_behind_seconds", {}, max(0.0, -until_next_s) if until_next_s is not None else 0.0

    tell(samples)
