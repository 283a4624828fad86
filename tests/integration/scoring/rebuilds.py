"""A rebuild in this process: its workers are threads, and department-events is in memory."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from services.scoring import bootstrap
from services.scoring.adapters.generations.building import columns
from services.scoring.adapters.generations.departments import SEES
from services.scoring.adapters.generations.store import PostgresBookmarks, PostgresGenerations, guard
from services.scoring.adapters.generations.tables import LIVE, TABLES, compared
from services.scoring.application.generations.ports import Standing
from services.scoring.application.generations.rebuild import Outcome, Rebuild
from services.scoring.application.generations.worker import Worker
from services.scoring.consumer import Handler, consume
from services.scoring.projection_source import ProjectionSource
from shared.contracts.department_events import TOPIC
from shared.messaging import Source
from shared.messaging.memory import MemoryBroker
from shared.operations.database import open_pool
from tests.reference.streams import StreamWriter

BATCH_MAX = 40

Content = dict[str, list[tuple[object, ...]]]


def content(conn: psycopg.Connection[tuple[object, ...]]) -> Content:
    """All rows of the projection by table, and the ids of what was announced."""
    found: Content = {}
    known = columns(conn, LIVE)
    for table in TABLES:
        names = SQL(", ").join(Identifier(column.name) for column in compared(known, table))
        rows = conn.execute(SQL("SELECT {} FROM {}").format(names, Identifier(table))).fetchall()
        found[table] = sorted(rows, key=repr)
    found["events"] = conn.execute("SELECT stream, version, id FROM events ORDER BY stream, version").fetchall()
    return found


class Threads:
    """Implements Workforce. Each worker reads the whole topic: they keep one another from folding anything twice."""

    def __init__(self, url: str, broker: MemoryBroker, count: int = 1) -> None:
        self._url = url
        self._broker = broker
        self._count = count
        self.failures: list[BaseException] = []

    def source(self) -> Source:
        return self._broker.reader([TOPIC])

    @contextmanager
    def at_work(self) -> Iterator[None]:
        stop = threading.Event()
        threads = [threading.Thread(target=self._work, args=(stop,)) for _ in range(self._count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)

    def check(self) -> None:
        for failure in self.failures:
            raise failure

    def _work(self, stop: threading.Event) -> None:
        try:
            with open_pool(self._url, 2, "worker") as pool, open_pool(self._url, 2, "making", options=SEES) as making:
                projection = bootstrap.rebuilding(making, pool)
                try:
                    Worker(self.source(), projection.projector, PostgresBookmarks(pool), BATCH_MAX).run_to_the_end(stop)
                    Worker(self.source(), projection.projector, PostgresBookmarks(pool), BATCH_MAX).run(stop)
                finally:
                    projection.close()
        except BaseException as failure:  # noqa: BLE001 - whatever it is, the test is to see it
            self.failures.append(failure)


def _not_told(_: Standing) -> None:
    """For tests that do not look at the progress."""


def rebuild(
    url: str,
    workforce: Threads,
    *,
    accept_differences: bool = False,
    afresh: bool = False,
    stop: threading.Event | None = None,
    tell: object = _not_told,
    still_s_max: float = 10.0,
) -> Outcome:
    """Run a rebuild to its end."""
    with (
        guard(url) as guarding,
        open_pool(url, 4, "guide", statement_timeout_ms=0) as pool,
    ):
        generations = PostgresGenerations(pool, guarding)
        generations.begin(afresh=afresh)
        one = Rebuild(generations, workforce, stop or threading.Event(), tell, still_s_max)  # type: ignore[arg-type]
        return one.run(accept_differences=accept_differences)


@contextmanager
def live_consumer(url: str, broker: MemoryBroker) -> Iterator[None]:
    """A consumer of the live tables, with all that a real one has but Kafka."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with open_pool(url, 4, "consumer") as pool:
                projection = bootstrap.projection(pool)
                source = ProjectionSource(
                    broker.source("scoring", [TOPIC]), projection.projector, projection.departments
                )
                consume(source, Handler(projection.projector), stop, 25)
                projection.close()
        except BaseException as failure:  # noqa: BLE001 - whatever it is, the test is to see it
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert failures == []


def publish(broker: MemoryBroker, writers: Sequence[StreamWriter], told: dict[str, int]) -> None:
    """Put on the topic what the writers have written since the last time; ``told`` remembers how much that was."""
    producer = broker.producer()
    for writer in writers:
        for value in writer.values[told.get(writer.stream, 0) :]:
            producer.send(TOPIC, writer.stream, value)
        told[writer.stream] = len(writer.values)
    producer.flush()
