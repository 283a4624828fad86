"""A year of 500 departments under a rulebook as large as they get, and as many events under a simple one.

Each rulebook has a broker of its own, whose topic holds a whole year of weeks: the simple one has fewer milestones, so
that its departments are busier by as much.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from tests.benchmarks import projection_load
from tests.benchmarks.engines import Engines, engines
from tests.benchmarks.protocol import Pair, say
from tests.benchmarks.rulebooks import DISTRICT, FULL_LOAD, Rulebook

EVENTS = 200_000
DEPARTMENTS = 500
YEAR_BEGAN = datetime(2014, 1, 1, 1, tzinfo=UTC)
EVERY = {FULL_LOAD.path: timedelta(hours=50), DISTRICT.path: timedelta(hours=33)}
"""Between two happenings of a department, so that EVENTS are a year's."""
ROUNDS_MAX = 2
"""A round is a minute and more."""
RATIO = 0.5
LEDGER = "SELECT count(*) FROM ledger"


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with engines() as full, engines() as simple:
        yield iter(
            [
                Pair(
                    "live projection, full load",
                    "events/s",
                    _rate(full, FULL_LOAD),
                    _rate(simple, DISTRICT),
                    "the simple rulebook",
                    RATIO,
                    rounds_max=ROUNDS_MAX,
                )
            ]
        )


def _rate(running: Engines, rulebook: Rulebook) -> Callable[[], float]:
    name = rulebook.scheme.name
    values = projection_load.make_events(EVENTS, DEPARTMENTS, 1, rulebook, YEAR_BEGAN, EVERY[rulebook.path])
    projection_load.produce(running.bootstrap_servers, values)
    say(f"{len(values):,} events under {name} stand on the topic")
    runs = itertools.count(1)

    def rate() -> float:
        database = f"full_load_{next(runs)}"
        url = running.postgres.create_database(database)
        projection_load.prepare(url, rulebook)
        seconds = projection_load.project_topic(running.bootstrap_servers, url, EVENTS, database)
        say(f"{name}: {EVENTS / seconds:,.0f} events/s, {_entries(url) / EVENTS:.2f} entries an event")
        running.postgres.drop_database(database)
        return EVENTS / seconds

    return rate


def _entries(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(LEDGER).fetchone()
    assert row is not None, "an aggregate always answers with a row"
    return int(row[0])
