"""The process ``relay``: publishes a service's event store on Kafka."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.eventstore.relay import Relay, RelayMetrics, autocommit_connection, backlog
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import Pool, open_pool
from shared.operations.readiness import missing_of_database
from shared.operations.settings import (
    DatabaseSettings,
    KafkaSettings,
    ProcessSettings,
    StatusSettings,
    read,
    setting,
)
from shared.processes.samples import tell

POOL_MAX = 2
"""For the status port; the relay has connections of its own."""


@dataclass(frozen=True, kw_only=True)
class RelaySettings(ProcessSettings, DatabaseSettings, KafkaSettings, StatusSettings):
    """Of a relay. Several share the work of a service: each takes one shard of ``relay_shards``."""

    relay_shard: int = setting(
        "TONGBAO_RELAY_SHARD", "Which of the shards this relay publishes, from 0.", default=0, at_least=0, at_most=63
    )
    relay_shards: int = setting(
        "TONGBAO_RELAY_SHARDS", "Into how many shards the relays divide the streams.", default=1, at_least=1, at_most=64
    )


def run(service: str, *migrations: Path) -> None:
    """Publish until the process is told to stop. Ready while the service's database has these ``migrations``."""
    settings = read(RelaySettings)
    logging.configure(service, "relay", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    pool = open_pool(settings.database_url, POOL_MAX, f"{service}-relay-status")
    tell_relay_backlog(pool)
    status.serve(settings.status_port, lambda: missing_of_database(pool, *migrations), settings.status_host)
    servers = ",".join(settings.kafka_bootstrap_servers)
    counted = RelayMetrics(
        metrics.counter("tongbao_relay_published_total"), metrics.counter("tongbao_relay_failures_total")
    )
    try:
        Relay(
            autocommit_connection(settings.database_url),
            lambda: KafkaProducerAdapter(servers),
            f"/{service}",
            shard=settings.relay_shard,
            shards=settings.relay_shards,
            metrics=counted,
        ).run(stop)
    finally:
        pool.close()


def tell_relay_backlog(pool: Pool) -> None:
    """Show what waits to be published in this process' metrics."""

    def samples() -> Iterable[metrics.Sample]:
        with pool.connection() as conn:
            waiting = backlog(conn)
        yield "tongbao_relay_backlog_events", {}, float(waiting.events)
        yield "tongbao_relay_backlog_age_seconds", {}, waiting.age_s

    tell(samples)
