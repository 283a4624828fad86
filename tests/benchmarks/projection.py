"""The live projection of a real rulebook, against Quix Streams counting into Postgres, and against ``eventsourcing``.

All three work on real Postgres; ours and Quix read the same events from the same topic of a real broker.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from shared.contracts.department_events import TOPIC
from tests.benchmarks import projection_load
from tests.benchmarks.engines import Engines, engines, run_peer
from tests.benchmarks.protocol import Pair

EVENTS = 100_000
DEPARTMENTS = 500
PEER_PROJECTED = 5_000
FOLDED = "SELECT sum(version) FROM positions WHERE parked_version IS NULL"
COUNTED = "SELECT sum(items) FROM quix_card"


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with engines() as running:
        values = projection_load.make_events(EVENTS, DEPARTMENTS, seed=1)
        projection_load.produce(running.bootstrap_servers, values)
        ours = _ours(running)
        yield iter(
            [
                Pair(
                    "live projection, Quix", "events/s", ours, _quix(running), "Quix Streams to Postgres, counting", 1.5
                ),
                Pair("live projection, eventsourcing", "events/s", ours, _eventsourcing(running), "eventsourcing", 8.0),
            ]
        )


def _ours(running: Engines) -> Callable[[], float]:
    runs = itertools.count(1)

    def ours() -> float:
        name = f"projection_{next(runs)}"
        url = running.postgres.create_database(name)
        projection_load.prepare(url)
        seconds = projection_load.project_topic(running.bootstrap_servers, url, EVENTS, name)
        _check(url, FOLDED)
        running.postgres.drop_database(name)
        return EVENTS / seconds

    return ours


def _quix(running: Engines) -> Callable[[], float]:
    runs = itertools.count(1)

    def quix() -> float:
        name = f"quix_{next(runs)}"
        url = running.postgres.create_database(name)
        state = str(running.directory / name)
        arguments = (running.bootstrap_servers, TOPIC, str(EVENTS), running.postgres.sockets, name, state)
        figure = run_peer("quix_peer.py", "sink", *arguments)
        _check(url, COUNTED)
        running.postgres.drop_database(name)
        return figure

    return quix


def _eventsourcing(running: Engines) -> Callable[[], float]:
    runs = itertools.count(1)

    def eventsourcing() -> float:
        name = f"eventsourcing_{next(runs)}"
        running.postgres.create_database(name)
        figure = run_peer("eventsourcing_peer.py", "project", running.postgres.sockets, name, str(PEER_PROJECTED))
        running.postgres.drop_database(name)
        return figure

    return eventsourcing


def _check(url: str, question: str) -> None:
    with psycopg.connect(url) as connection:
        answer = connection.execute(question).fetchone()
    assert answer is not None, "no answer"
    assert answer[0] == EVENTS, f"{answer[0]} of {EVENTS} events were counted"
