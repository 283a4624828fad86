"""Where notify's parts are put together: the only place that knows all of them."""

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

from services.notify.adapters import alert_store, parking
from services.notify.adapters.connections import Connections, Limits, Resolver, resolve
from services.notify.adapters.delivery_store import PostgresDeliveryStore
from services.notify.adapters.webhooks import WebhookSender
from services.notify.application.dispatcher import Dispatcher, Pace
from services.notify.config import DispatcherSettings
from services.notify.domain.addresses import AddressRule
from shared.eventstore import migrate as eventstore_migrate
from shared.operations import metrics
from shared.operations.database import Pool
from shared.operations.readiness import missing_of_database
from shared.processes.samples import tell

SERVICE = "notify"
CONSUMER_GROUP = "notify"
DIRECTORY_READER = "notify-directory"
SHARED = Path(__file__).parents[2] / "shared"
MIGRATION_DIRECTORIES = (
    eventstore_migrate.MIGRATIONS,
    SHARED / "directory" / "migrations",
    SHARED / "web" / "migrations",
    Path(__file__).parent / "migrations",
)


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
    return missing_of_database(pool, *MIGRATION_DIRECTORIES)


def tell_alerts(pool: Pool) -> None:
    """Show the alerts and the parked departments in this process' metrics."""

    def samples() -> Iterable[metrics.Sample]:
        with pool.connection() as conn:
            yield "tongbao_notify_alerts_open", {}, alert_store.count_unresolved(conn)
            yield "tongbao_notify_parked_departments", {}, parking.count_parked(conn)

    tell(samples)


def tell_deliveries(pool: Pool) -> None:
    """Show what waits to be delivered in this process' metrics."""

    def samples() -> Iterable[metrics.Sample]:
        waiting, oldest_s = PostgresDeliveryStore(pool).backlog()
        yield "tongbao_notify_deliveries_waiting", {}, waiting
        yield "tongbao_notify_oldest_delivery_seconds", {}, oldest_s

    tell(samples)
