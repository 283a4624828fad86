"""The process that publishes scoring-events."""

from services.scoring import bootstrap
from services.scoring.config import RelaySettings
from shared.eventstore.relay import Relay, RelayMetrics, autocommit_connection
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import open_pool
from shared.operations.settings import read

POOL_MAX = 2
"""For the status port; the relay has connections of its own."""


def run() -> None:
    """Blocks until the process is told to stop."""
    settings = read(RelaySettings)
    logging.configure(bootstrap.SERVICE, "relay", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    pool = open_pool(settings.database_url, POOL_MAX, f"{bootstrap.SERVICE}-relay-status")
    bootstrap.tell_relay_backlog(pool)
    status.serve(settings.status_port, lambda: bootstrap.database_missing(pool), settings.status_host)
    servers = ",".join(settings.kafka_bootstrap_servers)
    counted = RelayMetrics(
        metrics.counter("tongbao_relay_published_total"), metrics.counter("tongbao_relay_failures_total")
    )
    try:
        Relay(
            autocommit_connection(settings.database_url),
            lambda: KafkaProducerAdapter(servers),
            f"/{bootstrap.SERVICE}",
            metrics=counted,
        ).run(stop)
    finally:
        pool.close()
