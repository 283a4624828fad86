"""A load for the projection: the district's rulebook, many departments, items that are reviewed, adopted, instructed.

``make_events`` gives the events; ``prepare`` makes a database ready for them; ``project_topic`` measures a consumer on
a topic that holds them. Run as a script it takes the measure once: ``python -m tests.benchmarks.projection_load``.
"""

import gc
import random
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import psycopg

from services.scoring import bootstrap
from services.scoring.application.projector import Projected
from services.scoring.consumer import Handler, collect_seldom, consume
from services.scoring.projection_source import ProjectionSource
from shared.contracts import department_events as happened
from shared.contracts.directory_events import SchemePublished
from shared.contracts.envelope import read_envelope
from shared.contracts.identifiers import new_id
from shared.directory.apply import describe
from shared.messaging import Record
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import ensure_topics
from shared.operations.database import open_pool
from shared.schemes import Scheme, read_scheme
from tests.benchmarks.engines import engines
from tests.reference.streams import StreamWriter

ORGANISATION = "haidian"
SCHEME = Path("schemes/haidian-civilised-district/scheme.yaml")
START = datetime(2014, 3, 3, 1, tzinfo=UTC)
EVENTS_PER_DAY = 10
"""Of one department; the faster, the fewer milestones stand between the items."""
BATCH = 10_000
WAIT_S_MAX = 300.0


@cache
def scheme() -> Scheme:
    return read_scheme(SCHEME.read_text("utf-8"))


def make_events(n: int, departments: int, seed: int) -> list[bytes]:
    """``n`` envelopes: 60 % submitted, 20 % reviewed, 15 % adopted, 5 % instructed, and the milestones on the way.

    The departments take turns; each stream begins with its registration. The same arguments give the same load, but for
    the ids of items.
    """
    chance = random.Random(seed)
    streams = [_Department(f"department-{number:04}", number, chance) for number in range(departments)]
    values = [value for stream in streams for value in stream.new()]
    step = timedelta(days=1) / EVENTS_PER_DAY
    at = START
    while len(values) < n:
        at += step
        for stream in streams:
            stream.act(at)
            values += stream.new()
    return values[:n]


class _Department:
    def __init__(self, name: str, number: int, chance: random.Random) -> None:
        self._writer = StreamWriter(ORGANISATION, name)
        self._chance = chance
        self._items: list[str] = []
        self._told = 0
        group = ("committee", "department", "street")[number % 3]
        tags = ("key_unit",) if number % 2 else ()
        self._writer.register([scheme()], date(2014, 1, 1), group=group, tags=tags, at=START)

    def new(self) -> list[bytes]:
        values = self._writer.values[self._told :]
        self._told = len(self._writer.values)
        return values

    def act(self, at: datetime) -> None:
        chance = self._chance
        drawn = chance.random()
        if drawn < 0.6 or not self._items:
            item = str(new_id())
            self._items.append(item)
            event: object = happened.ItemSubmitted(
                item,
                scheme().name,
                "report",
                "创建全国文明城区工作动态信息",
                contributors=(happened.Contributor("王芳"),),
                attributes={"topic": chance.choice(("progress", "problem", "practice"))},
            )
        else:
            item = self._items[-1 - min(int(chance.expovariate(0.05)), len(self._items) - 1)]
            event = self._about(item, drawn, at)
        self._writer.tell(event, at)

    def _about(self, item: str, drawn: float, at: datetime) -> object:
        chance = self._chance
        if drawn < 0.8:
            return happened.ItemReviewed(item, "office", "accepted", True)
        if drawn < 0.95:
            tier = chance.choice(("district", "city", "national"))
            form: happened.Form = "whole" if chance.random() < 0.7 else "edited"
            return happened.ItemAdopted(item, str(new_id()), f"{tier}-daily", "日报", tier, "paper", form, at.date())
        level = chance.choice(("capital", "city", "district"))
        return happened.ItemInstructed(item, str(new_id()), level, at.date())


def prepare(database_url: str) -> None:
    """Migrate the database and put the rulebook into its directory."""
    bootstrap.migrate(database_url, report=lambda _: None)
    text = SCHEME.read_text("utf-8")
    digest = sha256(text.encode()).hexdigest()
    rulebook = scheme()
    published = SchemePublished(
        ORGANISATION, rulebook.name, rulebook.version, rulebook.title, rulebook.effective_from, text, digest
    )
    with psycopg.connect(database_url, autocommit=True) as connection:
        describe(connection, 1, published)


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
