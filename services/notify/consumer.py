"""The process that folds scoring-events into alerts, and follows the directory in a second thread."""

import threading
import time
from collections.abc import Sequence
from datetime import datetime

from services.notify import bootstrap
from services.notify.adapters import parking
from services.notify.adapters.arrivals import arrival
from services.notify.adapters.fold_store import fold_transaction
from services.notify.application.changes import Change
from services.notify.application.folding import FoldReport, Overtaken, fold
from services.notify.config import ConsumerSettings
from services.notify.domain.positions import Position
from shared.contracts import directory_events, scoring_events
from shared.directory.consumer import DirectoryFollower
from shared.eventstore.errors import StoreUnavailable, translated
from shared.messaging import Assignment, AssignmentChanged, NotNow, Partition, Record, Source, run_consumer
from shared.messaging.kafka_source import KafkaReader, KafkaSource
from shared.messaging.topics import partitions
from shared.operations import lifecycle, logging, metrics, status
from shared.operations.database import Pool, open_pool
from shared.operations.settings import read

TOPIC = scoring_events.TOPIC
RESUMPTIONS_EVERY_S = 1.0

log = logging.get(__name__)


class ResumingSource:
    """A source that goes back to a parked record when somebody asked for its stream to be resumed.

    Everything behind that record comes again too, and is dropped where it is known. A request is followed once by each
    process; it is over when the record was met again, well or not.
    """

    def __init__(self, source: Source, pool: Pool) -> None:
        self._source = source
        self._pool = pool
        self._followed: dict[str, datetime] = {}
        self._look_at = 0.0

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        def changed(assignment: Assignment) -> None:
            self._followed.clear()
            on_assignment_changed(assignment)

        self._source.start(changed)

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + RESUMPTIONS_EVERY_S
            self._go_back()
        return self._source.poll(timeout_ms, records_max)

    def commit(self) -> None:
        self._source.commit()

    def rewind(self) -> None:
        self._source.rewind()

    def seek(self, topic: str, partition: int, offset: int) -> None:
        self._source.seek(topic, partition, offset)

    def assignment(self) -> frozenset[Partition]:
        return self._source.assignment()

    def lag(self) -> dict[Partition, int]:
        return self._source.lag()

    def close(self) -> None:
        self._source.close()

    def _go_back(self) -> None:
        try:
            with translated(), self._pool.connection() as conn:
                wanted = parking.resumptions(conn)
        except StoreUnavailable:
            return  # the next batch says so, and this is asked again
        earliest: dict[int, int] = {}
        for each in wanted:
            mine = Partition(TOPIC, each.partition) in self._source.assignment()
            if mine and self._followed.get(each.stream) != each.requested_at:
                self._followed[each.stream] = each.requested_at
                earliest[each.partition] = min(each.offset, earliest.get(each.partition, each.offset))
        for partition, offset in earliest.items():
            log.info("consumer.went_back", topic=TOPIC, partition=partition, offset=offset)
            self._source.seek(TOPIC, partition, offset)


class Folding:
    """The handler of the consumer's loop."""

    def __init__(self, pool: Pool, scoring_url: str) -> None:
        self._pool = pool
        self._scoring_url = scoring_url

    def __call__(self, records: Sequence[Record]) -> None:
        """Raises NotNow while the database is away, and when another consumer was faster."""
        began = time.perf_counter()
        arrivals = [arrival(record) for record in records]
        try:
            with translated():
                report = fold(arrivals, fold_transaction(self._pool, self._scoring_url))
        except StoreUnavailable as away:
            raise NotNow(f"the database cannot be reached: {away}") from away
        except Overtaken as overtaken:
            raise NotNow(str(overtaken)) from overtaken
        metrics.histogram("tongbao_consumer_batch_seconds").labels(TOPIC).observe(time.perf_counter() - began)
        _tell(report)


def run() -> None:
    """Blocks until the process is told to stop."""
    settings = read(ConsumerSettings)
    logging.configure(bootstrap.SERVICE, "consumer", settings.log_format, settings.log_level)
    stop = lifecycle.stop_on_signals()
    servers = ",".join(settings.kafka_bootstrap_servers)
    pool = open_pool(settings.database_url, settings.database_pool_max, "notify-consumer")
    directory = KafkaReader(servers, bootstrap.DIRECTORY_READER, partitions(directory_events.TOPIC))
    follower = DirectoryFollower(directory, pool, stop)
    source = ResumingSource(KafkaSource(servers, bootstrap.CONSUMER_GROUP, [TOPIC]), pool)
    _tell_metrics(pool, source, follower)
    status.serve(
        settings.status_port, lambda: [*bootstrap.database_missing(pool), *follower.missing()], settings.status_host
    )
    follower.start()
    try:
        consume(source, Folding(pool, settings.scoring_public_url), stop)
    finally:
        stop.set()
        follower.join()
        pool.close()


def consume(source: Source, folding: Folding, stop: threading.Event) -> None:
    """Fold until ``stop`` is set."""

    def put_back(records: int, reason: str) -> None:
        metrics.counter("tongbao_consumer_rewinds_total").labels(TOPIC).inc()
        log.warning("consumer.put_back", topic=TOPIC, records=records, reason=reason)

    run_consumer(source, folding, stop, on_not_now=put_back)


def _tell_metrics(pool: Pool, source: Source, follower: DirectoryFollower) -> None:
    bootstrap.tell_alerts(pool)
    metrics.on_scrape(lambda: [("tongbao_directory_lag_events", {}, follower.lag())])
    metrics.on_scrape(
        lambda: [
            ("tongbao_consumer_lag_events", {"topic": place.topic, "partition": str(place.number)}, behind)
            for place, behind in source.lag().items()
        ]
    )


def _tell(report: FoldReport) -> None:
    metrics.counter("tongbao_consumer_handled_total").labels(TOPIC).inc(report.folded)
    metrics.counter("tongbao_consumer_duplicates_total").labels(TOPIC).inc(report.duplicates)
    for position in report.parked:
        _tell_parked(position)
    for change in report.changes:
        _tell_change(change)


def _tell_parked(position: Position) -> None:
    assert position.parked is not None
    organisation, _, department = position.stream.partition("/")
    log.error(
        "department.parked",
        organisation=organisation,
        department=department,
        version=position.parked.version,
        reason=position.parked.reason,
    )


def _tell_change(change: Change) -> None:
    log.info(
        change.type,
        organisation=change.organisation,
        department=change.department,
        correlation_id=change.correlation_id,
        alert=change.event.alert.alert,
        condition=change.event.alert.condition,
    )
