"""The process that folds department-events into scores, and follows the directory in a second thread."""

import gc
import threading
import time
from collections.abc import Sequence

from services.scoring import bootstrap
from services.scoring.application.projector import Projected, Projector, WaitsForScheme
from services.scoring.config import ConsumerSettings
from services.scoring.projection_source import ProjectionSource
from shared.contracts import department_events, directory_events
from shared.directory.consumer import DirectoryFollower
from shared.messaging import Record, Source, run_consumer
from shared.messaging.kafka_source import KafkaReader, KafkaSource
from shared.messaging.topics import partitions
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import open_pool
from shared.operations.settings import read

TOPIC = department_events.TOPIC
COLLECT_EVERY_S = 60.0

log = logging.get(__name__)


class Handler:
    """The handler of the consumer's loop: projects batches and tells what became of them."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector
        self.waiting_for: str | None = None
        """The scheme that the consumer waits for."""

    def __call__(self, records: Sequence[Record]) -> None:
        """Raises NotNow while the database is away, a scheme has not arrived, or another consumer was faster."""
        began = time.perf_counter()
        try:
            projected = self.project(records)
        except WaitsForScheme as unknown:
            self.waiting_for = unknown.reason
            raise
        self.waiting_for = None
        metrics.histogram("tongbao_consumer_batch_seconds").labels(TOPIC).observe(time.perf_counter() - began)
        _tell(projected)

    def project(self, records: Sequence[Record]) -> Projected:
        return self._projector.project(records)

    def missing(self) -> list[str]:
        """What /readyz says of it."""
        return [] if self.waiting_for is None else [f"scheme: {self.waiting_for}"]


def run() -> None:
    """Blocks until the process is told to stop."""
    settings = read(ConsumerSettings)
    logging.configure(bootstrap.SERVICE, "consumer", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    servers = ",".join(settings.kafka_bootstrap_servers)
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-consumer")
    directory = KafkaReader(servers, bootstrap.DIRECTORY_READER, partitions(directory_events.TOPIC))
    follower = DirectoryFollower(directory, pool, stop)
    projection = bootstrap.projection(pool)
    handler = Handler(projection.projector)
    source = ProjectionSource(
        KafkaSource(servers, bootstrap.CONSUMER_GROUP, [TOPIC]), projection.projector, projection.departments
    )
    bootstrap.tell_parked(pool)
    _tell_progress(source, follower, handler)
    status.serve(
        settings.status_port,
        lambda: [*bootstrap.database_missing(pool), *follower.missing(), *handler.missing()],
        settings.status_host,
    )
    follower.start()
    collect_seldom(stop)
    try:
        consume(source, handler, stop, settings.scoring_batch_max)
    finally:
        stop.set()
        follower.join()
        projection.close()
        pool.close()


def collect_seldom(stop: threading.Event) -> None:
    """Look for garbage by the clock, until ``stop`` is set, and not by the number of new objects.

    Folding makes many objects that stay and no cycles among them; libraries make a few. Counting would have the
    collector walk over the hot states again and again, for a tenth of the consumer's time.
    """

    def collect() -> None:
        while not stop.wait(COLLECT_EVERY_S):
            gc.collect()

    gc.collect()
    gc.freeze()
    gc.disable()
    threading.Thread(target=collect, name="collector", daemon=True).start()


def consume(source: Source, handler: Handler, stop: threading.Event, batch_max: int) -> None:
    """Project until ``stop`` is set."""

    def put_back(records: int, reason: str) -> None:
        metrics.counter("tongbao_consumer_rewinds_total").labels(TOPIC).inc()
        log.warning("consumer.put_back", topic=TOPIC, records=records, reason=reason)

    run_consumer(source, handler, stop, on_not_now=put_back, records_max=batch_max)


def _tell_progress(source: Source, follower: DirectoryFollower, handler: Handler) -> None:
    metrics.on_scrape(lambda: [("tongbao_directory_lag_events", {}, follower.lag())])
    metrics.on_scrape(lambda: [("tongbao_scoring_waiting_for_scheme", {}, float(handler.waiting_for is not None))])
    metrics.on_scrape(
        lambda: [
            ("tongbao_consumer_lag_events", {"topic": place.topic, "partition": str(place.number)}, behind)
            for place, behind in source.lag().items()
        ]
    )


def _tell(projected: Projected) -> None:
    metrics.counter("tongbao_consumer_handled_total").labels(TOPIC).inc(projected.folded)
    metrics.counter("tongbao_consumer_duplicates_total").labels(TOPIC).inc(projected.duplicates)
    for type, count in projected.announced.items():
        metrics.counter("tongbao_scoring_decisions_total").labels(type).inc(count)
    if projected.strays:
        metrics.counter("tongbao_scoring_strays_total").inc(projected.strays)
        log.error("consumer.strays", topic=TOPIC, records=projected.strays)
    for stream, reason in projected.parked.items():
        organisation, _, department = stream.partition("/")
        log.error("department.parked", organisation=organisation, department=department, reason=reason)
    for stream in projected.resumed:
        organisation, _, department = stream.partition("/")
        log.info("department.resumed", organisation=organisation, department=department)
