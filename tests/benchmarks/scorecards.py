"""A month's scorecards of 500 departments over HTTP, ranked: what one reader waits for.

A first reader comes after a further event of one department has been folded, and reads that department again. When most
departments have moved, everything is read again.
"""

import http.client
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from dev.ports import free_port
from dev.postgres import Postgres
from services.scoring import bootstrap
from shared.contracts import department_events as happened
from shared.contracts.directory_events import TokenDescribed
from shared.contracts.envelope import read_envelope
from shared.directory.apply import describe
from shared.directory.tokens import secret_sha256
from shared.messaging import Record
from shared.operations.database import open_pool
from tests.benchmarks import projection_load
from tests.benchmarks.engines import postgres_alone
from tests.benchmarks.protocol import Figure, say
from tests.benchmarks.rulebooks import FULL_LOAD, ORGANISATION, TWELVE_LINES, Rulebook
from tests.benchmarks.serving import serving

DEPARTMENTS = 500
EVENTS = 50_000
"""A quarter's."""
QUARTER_BEGAN = datetime(2014, 1, 1, 1, tzinfo=UTC)
EVERY = timedelta(hours=50)
BATCH = 10_000
P95_MS_MAX = 100.0
READS = 60
"""Of one figure."""
WHOLE_READS = 8
"""Of one figure of which each comes after WHOLE events."""
WHOLE = 500
"""Of so many events, most departments have one."""
LATER = 25_000
"""Events that are folded before readings."""
TOKEN = "benchmark-reader-token"

Read = Callable[[], bytes]


@contextmanager
def comparisons() -> Iterator[Iterator[Figure]]:
    with postgres_alone() as postgres, ExitStack() as opened:
        yield itertools.chain.from_iterable(
            _figures(opened, postgres, rulebook, lines) for rulebook, lines in ((TWELVE_LINES, 12), (FULL_LOAD, 25))
        )


def _figures(opened: ExitStack, postgres: Postgres, rulebook: Rulebook, lines: int) -> Iterator[Figure]:
    url = postgres.create_database(rulebook.scheme.name.replace("-", "_"))
    fold_next = opened.enter_context(_folded(url, rulebook))
    address = opened.enter_context(_scoring_server(url))
    read = opened.enter_context(_reader(address, lines))
    name = f"scorecards of {lines} lines"
    yield Figure(f"{name}, first reader, p95", "ms", lambda: _p95(read, lambda: fold_next(1)), P95_MS_MAX)
    yield Figure(f"{name}, unchanged, p95", "ms", lambda: _p95(read, lambda: None), P95_MS_MAX)
    yield Figure(
        f"{name}, most departments moved, p95",
        "ms",
        lambda: _p95(read, lambda: fold_next(WHOLE), WHOLE_READS),
        P95_MS_MAX,
    )


@contextmanager
def _folded(url: str, rulebook: Rulebook) -> Iterator[Callable[[int], None]]:
    """A quarter of the departments' work in the database; what is called then folds so many further events."""
    projection_load.prepare(url, rulebook)
    with psycopg.connect(url, autocommit=True) as connection:
        describe(connection, 1, TokenDescribed("reader", secret_sha256(TOKEN), "", "reader", None, None, None, None))
    values = projection_load.make_events(EVENTS + LATER, DEPARTMENTS, 1, rulebook, QUARTER_BEGAN, EVERY)
    records = [
        Record(happened.TOPIC, 0, offset, read_envelope(value).subject, value) for offset, value in enumerate(values)
    ]
    with open_pool(url, 4, "scorecards-load") as pool:
        projection = bootstrap.projection(pool)

        def fold(batch: Sequence[Record]) -> None:
            projection.projector.project(batch)
            projection.projector.settle()

        for first in range(0, EVENTS, BATCH):
            fold(records[first : min(first + BATCH, EVENTS)])
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        say(f"{EVENTS:,} events under {rulebook.scheme.name} are folded")
        later = iter(records[EVENTS:])
        yield lambda count: fold(list(itertools.islice(later, count)))
        projection.close()


@contextmanager
def _scoring_server(url: str) -> Iterator[str]:
    """The real process ``web``."""
    address = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "TONGBAO_DATABASE_URL": url,
        "TONGBAO_HTTP_PORT": address.rpartition(":")[2],
        "TONGBAO_LOG_LEVEL": "warning",
    }
    with serving(address, [sys.executable, "-m", "services.scoring", "web"], environment) as listening:
        yield listening


@contextmanager
def _reader(address: str, lines: int) -> Iterator[Read]:
    """One client on one connection that is kept; the first answer is looked at closely."""
    connection = http.client.HTTPConnection(address, timeout=60)

    def read() -> bytes:
        path = f"/v1/organisations/{ORGANISATION}/scorecards?calendar=month&subject=department"
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:500]
        return body

    body = read()
    assert body.count(b'"department":"department-') == DEPARTMENTS, "every department has a card"
    assert body.count(b'"line":') == lines, "the card has its lines"
    say(f"a card of {lines} lines for {DEPARTMENTS} departments: {len(body):,} bytes")
    yield read
    connection.close()


def _p95(read: Read, before: Callable[[], None], reads: int = READS) -> float:
    """Milliseconds; ``before`` each reading, outside the measured time."""
    taken = []
    for _ in range(reads):
        before()
        started = time.perf_counter()
        read()
        taken.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(taken, n=20)[18]
    say(f"p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms, least {min(taken):.1f} ms")
    return p95
