"""From the POST to the scorecard: how long until a submission is counted, at 200 submissions a second."""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from dev.stack import Stack
from tests.acceptance.client import Client
from tests.benchmarks import organisation, post
from tests.benchmarks.protocol import Figure
from tests.waiting import wait_for

RATE_PER_SECOND = 200
SECONDS = 10
P99_MS_MAX = 60.0
CLIENTS = 4
COUNTED = "SELECT item, recorded_at FROM ledger WHERE organisation = %s"
FOLDED = "SELECT stream, version FROM positions WHERE stream = ANY(%s)"


@contextmanager
def comparisons() -> Iterator[Iterator[Figure]]:
    with tempfile.TemporaryDirectory(prefix="tongbao-bench-") as directory, Stack(Path(directory)) as stack:
        names = post.describe(Client(stack.urls["submission"], stack.administrator_token))
        _warm(stack, names)
        yield iter([Figure("POST to visible at 200/s, p99", "ms", lambda: _p99_ms(stack, names), P99_MS_MAX)])


def _warm(stack: Stack, names: list[str]) -> None:
    client = Client(stack.urls["submission"], stack.administrator_token)
    for name in names:
        client.post(f"{organisation.PATH}/items", organisation.item(name)).expect(201)
    with psycopg.connect(stack.database_url("scoring"), autocommit=True) as connection:
        wait_for(
            "the first items", lambda: len(connection.execute(COUNTED, ("bench",)).fetchall()) == len(names), seconds=30
        )


def _p99_ms(stack: Stack, names: list[str]) -> float:
    """Watches the positions that the projection commits; an item is visible once its version is folded."""
    answered: dict[tuple[str, int], float] = {}
    latencies: list[float] = []
    lock, done = threading.Lock(), threading.Event()

    def send(number: int) -> None:
        client = Client(stack.urls["submission"], stack.administrator_token)
        start = time.perf_counter() + number / RATE_PER_SECOND
        for n in range(RATE_PER_SECOND * SECONDS // CLIENTS):
            due = start + n * CLIENTS / RATE_PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            name = names[(n * CLIENTS + number) % len(names)]
            sent = time.perf_counter()
            body = client.post(f"{organisation.PATH}/items", organisation.item(name)).expect(201)
            with lock:
                answered[(f"bench/{name}", body["version"])] = sent

    def watch() -> None:
        streams = [f"bench/{name}" for name in names]
        with psycopg.connect(stack.database_url("scoring"), autocommit=True) as connection:
            while not (done.is_set() and not answered):
                positions = connection.execute(FOLDED, (streams,)).fetchall()
                now = time.perf_counter()
                with lock:
                    folded = dict(positions)
                    for key in [key for key in answered if key[1] <= folded.get(key[0], 0)]:
                        latencies.append(now - answered.pop(key))
                time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    senders = [threading.Thread(target=send, args=(number,)) for number in range(CLIENTS)]
    for thread in (watcher, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    done.set()
    watcher.join(timeout=30)
    assert len(latencies) == RATE_PER_SECOND * SECONDS, f"{len(latencies)} of all became visible"
    return statistics.quantiles(latencies, n=100)[98] * 1000
