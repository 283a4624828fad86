"""The live projection with a what-if beside it, and without one.

The what-if is worked out by its real process, which gives way to consumers that lag: those of the consumer's own group.
"""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from kafka import KafkaAdminClient

from dev.ports import free_port
from services.scoring.adapters.what_ifs.store import ask
from services.scoring.application.what_ifs.questions import Draft, Question
from services.scoring.bootstrap import CONSUMER_GROUP
from tests.benchmarks import projection_load
from tests.benchmarks.engines import Engines, engines
from tests.benchmarks.protocol import Pair, say
from tests.benchmarks.rulebooks import DISTRICT, ORGANISATION
from tests.waiting import wait_for

EVENTS = 60_000
DEPARTMENTS = 500
RATIO = 0.9
BEGINS_S_MAX = 60.0
BEGAN = "SELECT progress FROM what_ifs WHERE state = 'running' AND progress > 0"
STATE = "SELECT state, told FROM what_ifs ORDER BY requested_at DESC LIMIT 1"
FORGET = "DELETE FROM what_ifs"


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with engines() as running:
        projection_load.produce(running.bootstrap_servers, projection_load.make_events(EVENTS, DEPARTMENTS, seed=1))
        url = running.postgres.create_database("past")
        projection_load.prepare(url)
        projection_load.project_topic(running.bootstrap_servers, url, EVENTS, CONSUMER_GROUP)
        with _worker(running, url):
            yield iter([_pair(running, url)])


def _pair(running: Engines, past: str) -> Pair:
    runs = itertools.count(1)

    def alone() -> float:
        name = f"live_{next(runs)}"
        url = running.postgres.create_database(name)
        projection_load.prepare(url)
        _begin_anew(running.bootstrap_servers)
        seconds = projection_load.project_topic(running.bootstrap_servers, url, EVENTS, CONSUMER_GROUP)
        running.postgres.drop_database(name)
        return EVENTS / seconds

    return Pair("live projection beside a what-if", "events/s", _beside(past, alone), alone, "without a what-if", RATIO)


def _beside(past: str, live: Callable[[], float]) -> Callable[[], float]:
    def rate() -> float:
        with psycopg.connect(past, autocommit=True) as connection:
            with connection.transaction():
                ask(connection, Question(ORGANISATION, "", Draft(DISTRICT.scheme.name, _draft()), None, None))
            wait_for("the what-if to begin", lambda: connection.execute(BEGAN).fetchone(), seconds=BEGINS_S_MAX)
            found = live()
            row = connection.execute(STATE).fetchone()
            assert row is not None, "it is kept"
            assert row[0] in ("running", "done"), f"the what-if ended: {row}"
            say(f"the what-if is {row[0]} when the live events are folded")
            connection.execute(FORGET)
        return found

    return rate


def _draft() -> str:
    """The rulebook with another price of an adoption."""
    return DISTRICT.text.replace("whole: 40", "whole: 50")


def _begin_anew(bootstrap_servers: str) -> None:
    """Let the live consumer's group begin at the first event."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
    admin.delete_groups([CONSUMER_GROUP])
    admin.close()


@contextmanager
def _worker(running: Engines, url: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "services.scoring", "what-ifs"],
        env={
            **os.environ,
            "TONGBAO_DATABASE_URL": url,
            "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": running.bootstrap_servers,
            "TONGBAO_STATUS_PORT": str(free_port()),
            "TONGBAO_LOG_LEVEL": "error",
        },
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
