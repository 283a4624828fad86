"""A load for the projection: a rulebook, many departments, items that are reviewed, adopted, instructed.

``make_events`` gives the events; ``prepare`` makes a database ready for them; ``project_topic`` measures a consumer on
a topic that holds them. Run as a script it takes the measure once: ``python -m tests.benchmarks.projection_load``.
"""

import gc
import random
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

import psycopg

from services.scoring import bootstrap
from services.scoring.application.projector import Projected
from services.scoring.consumer import Handler, collect_seldom, consume
from services.scoring.projection_source import ProjectionSource
from shared.contracts import department_events as happened
from shared.contracts.envelope import read_envelope
from shared.directory.apply import describe
from shared.messaging import Record
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import ensure_topics
from shared.operations.database import open_pool
from tests.benchmarks.engines import engines
from tests.benchmarks.rulebooks import DISTRICT, ORGANISATION, Rulebook
from tests.reference.streams import StreamWriter

START = datetime(2014, 3, 3, 1, tzinfo=UTC)
DENSE = timedelta(days=1) / 10
"""Between two happenings of one department; the less, the fewer milestones stand between the items."""
JOINED_ON = date(2014, 1, 1)
BATCH = 10_000
WAIT_S_MAX = 300.0


def make_events(
    n: int,
    departments: int,
    seed: int,
    rulebook: Rulebook = DISTRICT,
    start: datetime = START,
    step: timedelta = DENSE,
) -> list[bytes]:
    """``n`` envelopes: what happens in the departments, to each of them every ``step``, and the milestones on the way.

    Each stream begins with its registration. The same arguments give the same load, but for the ids of items.
    """
    chance = random.Random(seed)
    streams = [_Department(f"department-{number:04}", number, rulebook, start, chance) for number in range(departments)]
    values = [value for stream in streams for value in stream.new()]
    at = start
    while len(values) < n:
        at += step
        for stream in streams:
            stream.act(at)
            values += stream.new()
    return values[:n]


class _Department:
    def __init__(self, name: str, number: int, rulebook: Rulebook, start: datetime, chance: random.Random) -> None:
        self._writer = StreamWriter(ORGANISATION, name)
        self._happening = partial(rulebook.happening, rulebook.scheme.name)
        self._chance = chance
        self._items: list[str] = []
        self._told = 0
        group = ("committee", "department", "street")[number % 3]
        tags = ("key_unit",) if number % 2 else ()
        self._writer.register([rulebook.scheme], JOINED_ON, group=group, tags=tags, at=start)

    def new(self) -> list[bytes]:
        values = self._writer.values[self._told :]
        self._told = len(self._writer.values)
        return values

    def act(self, at: datetime) -> None:
        self._writer.tell(self._happening(self._chance, self._items, at), at)


def prepare(database_url: str, rulebook: Rulebook = DISTRICT) -> None:
    """Migrate the database and put the rulebook into its directory."""
    bootstrap.migrate(database_url, report=lambda _: None)
    with psycopg.connect(database_url, autocommit=True) as connection:
        describe(connection, 1, rulebook.published)


def produce(bootstrap_servers: str, values: Iterable[bytes], topic: str = happened.TOPIC) -> None:
    """Put the events on the topic, keyed by their streams."""
    ensure_topics(bootstrap_servers)
    producer = KafkaProducerAdapter(bootstrap_servers)
    for value in values:
        producer.send(topic, read_envelope(value).subject, value)
    producer.flush()
    producer.close()


def project_topic(bootstrap_servers: str, database_url: str, n: int, group: str, batch_max: int = BATCH) -> float:
    """Seconds that a consumer takes from its first batch until the ``n`` events of the topic are stored.

    It is the consumer process's own loop, on the topic's real partitions and a pool of the process's own kind.
    """
    stop = threading.Event()
    collect_seldom(stop)
    with open_pool(database_url, 4, "projection-load") as pool:
        projection = bootstrap.projection(pool)
        source = KafkaSource(bootstrap_servers, group, [happened.TOPIC])
        handler = _Counting(projection, n, stop)
        timer = threading.Timer(WAIT_S_MAX, stop.set)
        timer.start()
        consume(ProjectionSource(source, projection.projector, projection.departments), handler, stop, batch_max)
        timer.cancel()
        projection.close()
    gc.enable()
    if handler.folded < n:
        raise TimeoutError(f"only {handler.folded} of {n} events were folded within {WAIT_S_MAX} s")
    return handler.ended - handler.began


class _Counting(Handler):
    """Stops the loop when all events are stored."""

    def __init__(self, projection: bootstrap.Projection, n: int, stop: threading.Event) -> None:
        super().__init__(projection.projector)
        self._projection = projection
        self._n = n
        self._stop = stop
        self.folded = 0
        self.began = self.ended = 0.0

    def project(self, records: Sequence[Record]) -> Projected:
        self.began = self.began or time.perf_counter()
        projected = super().project(records)
        self.folded += projected.folded
        if self.folded >= self._n:
            self._projection.projector.settle()
            self.ended = time.perf_counter()
            self._stop.set()
        return projected


def main(n: int = 200_000, departments: int = 500) -> None:
    """Generate, produce, project once into an empty database, and print events a second."""
    with engines() as running:
        values = make_events(n, departments, seed=1)
        produce(running.bootstrap_servers, values)
        for run in range(3):
            url = running.postgres.create_database(f"projection_{run}")
            prepare(url)
            seconds = project_topic(running.bootstrap_servers, url, n, f"projection-{run}")
            print(f"{n} events, {departments} departments: {n / seconds:,.0f} events/s", flush=True)


if __name__ == "__main__":
    main()
