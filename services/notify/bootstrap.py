"""Where notify's parts are put together: the only place that knows all of them."""

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from services.notify.adapters import alert_store, parking
from services.notify.adapters.connections import Connections, Limits, Resolver, resolve
from services.notify.adapters.delivery_store import PostgresDeliveryStore
from services.notify.adapters.webhooks import WebhookSender
from services.notify.application.dispatcher import Dispatcher, Pace
from services.notify.config import DispatcherSettings
from services.notify.domain.addresses import AddressRule
from shared.eventstore import migrate as eventstore_migrate
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.relay import backlog
from shared.operations import metrics
from shared.operations.database import Pool

SERVICE = "notify"
CONSUMER_GROUP = "notify"
DIRECTORY_GROUP = "notify-directory"
SHARED = Path(__file__).parents[2] / "shared"
MIGRATION_DIRECTORIES = (
    eventstore_migrate.MIGRATIONS,
    SHARED / "directory" / "migrations",
    SHARED / "web" / "migrations",
    Path(__file__).parent / "migrations",
)

Samples = Iterable[metrics.Sample]


def migrate(database_url: str, report: Callable[[str], None] = print) -> int:
    """Bring notify's database to the schema of this version; how many migrations were applied."""
    return eventstore_migrate.migrate(database_url, *MIGRATION_DIRECTORIES, report=report)


def dispatcher(settings: DispatcherSettings, pool: Pool, resolver: Resolver = resolve) -> Dispatcher:
    limits = Limits(total_s=settings.webhook_timeout_s)
    rule = AddressRule(settings.webhook_allowed_networks)
    connections = Connections(rule, limits, resolver, ssl.create_default_context)
    pace = Pace(settings.dispatcher_threads, attempt_s_max=limits.total_s)
    sender = WebhookSender(connections, limits)
    return Dispatcher(PostgresDeliveryStore(pool), sender, pace)


def database_missing(pool: Pool) -> list[str]:
    """What /readyz says of the database."""
    try:
        with pool.connection(timeout=1) as conn:
            conn.execute("SELECT 1")
    except psycopg.OperationalError:
        return ["database: cannot be reached"]
    return []


def tell_alerts(pool: Pool) -> None:
    """Show the alerts and the parked departments in this process' metrics."""
    metrics.on_scrape(lambda: _asked(pool, _alert_samples))


def tell_deliveries(pool: Pool) -> None:
    """Show what waits to be delivered in this process' metrics."""
    metrics.on_scrape(lambda: _asked(pool, _delivery_samples))


def tell_relay_backlog(pool: Pool) -> None:
    """Show what waits to be published in this process' metrics."""
    metrics.on_scrape(lambda: _asked(pool, _relay_samples))


def _asked(pool: Pool, ask: Callable[[Pool], Samples]) -> Samples:
    """Nothing while the database is away: /readyz says so, and the other metrics are still told."""
    try:
        return list(ask(pool))
    except (psycopg.OperationalError, PoolTimeout, StoreUnavailable):
        return ()


def _alert_samples(pool: Pool) -> Samples:
    with pool.connection() as conn:
        yield "tongbao_notify_alerts_open", {}, alert_store.count_unresolved(conn)
        yield "tongbao_notify_parked_departments", {}, parking.count_parked(conn)


def _delivery_samples(pool: Pool) -> Samples:
    waiting, oldest_s = PostgresDeliveryStore(pool).backlog()
    yield "tongbao_notify_deliveries_waiting", {}, waiting
    yield "tongbao_notify_oldest_delivery_seconds", {}, oldest_s


def _relay_samples(pool: Pool) -> Samples:
    with pool.connection() as conn:
        waiting = backlog(conn)
    yield "tongbao_relay_backlog_events", {}, waiting.events
    yield "tongbao_relay_backlog_age_seconds", {}, waiting.age_s
