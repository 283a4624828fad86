"""Wires the submission service: the one place where ports meet their adapters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from services.submission.adapters.clock import StoreClock
from services.submission.adapters.items import StoredItems
from services.submission.adapters.rulebooks import RememberedRulebooks
from services.submission.adapters.transactions import StoreTransactions, seconds_until_due
from services.submission.application.ports import Ports
from services.submission.config import StoreSettings
from shared.eventstore import migrate as eventstore
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.relay import backlog
from shared.operations import metrics
from shared.operations.database import Pool, open_pool

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
    ports = Ports(StoredItems(pool), transactions, RememberedRulebooks(pool), StoreClock())
    return Submission(pool, ports, transactions)


def migrate(database_url: str, report: Callable[[str], None] = print) -> int:
    """Bring the service's database to the schema of this version; how many migrations were applied."""
    return eventstore.migrate(database_url, *MIGRATION_DIRECTORIES, report=report)


def database_missing(pool: Pool) -> list[str]:
    """What /readyz says of the database."""
    try:
        with pool.connection(timeout=1) as conn:
            conn.execute("SELECT 1")
    except (psycopg.OperationalError, PoolTimeout):
        return ["database: cannot be reached"]
    return []


def tell_relay_backlog(pool: Pool) -> None:
    """Show what waits to be published in this process' metrics."""
    metrics.on_scrape(lambda: _asked(lambda: _relay_samples(pool)))


def tell_overdue_milestones(pool: Pool) -> None:
    """Show how far time is behind in this process' metrics."""
    metrics.on_scrape(lambda: _asked(lambda: _timekeeper_samples(pool)))


def _asked(ask: Callable[[], Iterable[metrics.Sample]]) -> list[metrics.Sample]:
    """Nothing while the database is away: /readyz says so, and the other metrics are still told."""
    try:
        return list(ask())
    except (psycopg.OperationalError, PoolTimeout, StoreUnavailable):
        return []


def _relay_samples(pool: Pool) -> Iterable[metrics.Sample]:
    with pool.connection() as conn:
        waiting = backlog(conn)
    yield "tongbao_relay_backlog_events", {}, float(waiting.events)
    yield "tongbao_relay_backlog_age_seconds", {}, waiting.age_s


def _timekeeper_samples(pool: Pool) -> Iterable[metrics.Sample]:
    until_next_s = seconds_until_due(pool)
    yield "tongbao_timekeeper_behind_seconds", {}, max(0.0, -until_next_s) if until_next_s is not None else 0.0
