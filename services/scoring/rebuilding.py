"""The processes that rebuild: each reads some partitions of department-events from the beginning and folds them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any

from services.scoring import bootstrap
from services.scoring.adapters.generations import departments as making
from services.scoring.adapters.generations.store import PostgresBookmarks
from services.scoring.application.generations.ports import GivenUp
from services.scoring.application.generations.worker import Worker
from services.scoring.config import RebuildSettings
from services.scoring.consumer import collect_seldom
from shared.contracts.department_events import TOPIC
from shared.messaging import Partition
from shared.messaging.kafka_source import KafkaReader
from shared.messaging.topics import partitions
from shared.operations import lifecycle, logging
from shared.operations.database import open_pool

WORKERS_MAX = 4
BATCH_MAX = 30_000
"""Events that a worker folds at once. No reader waits for them, so it may be more than a consumer takes."""
NICENESS = 5
"""The consumers of the live tables go first."""
PARENT_ALIVE_EVERY_S = 1.0
STOP_S_MAX = 60.0

_processes = multiprocessing.get_context("spawn")


def workers_default() -> int:
    """One for each processor, up to WORKERS_MAX."""
    return min(os.cpu_count() or 1, WORKERS_MAX)


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker is to do."""

    settings: RebuildSettings
    partitions: tuple[int, ...]


class WorkerProcesses:
    """Implements Workforce with processes of their own."""

    def __init__(self, settings: RebuildSettings, count: int) -> None:
        numbers = [partition.number for partition in partitions(TOPIC)]
        count = min(count, len(numbers))
        self._shares = [Share(settings, tuple(numbers[place::count])) for place in range(count)]
        self._workers: Sequence[BaseProcess] = ()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        stop = _processes.Event()
        self._workers = [_processes.Process(target=_work, args=(share, stop), daemon=True) for share in self._shares]
        for worker in self._workers:
            worker.start()
        try:
            yield
        finally:
            stop.set()
            for worker in self._workers:
                worker.join(STOP_S_MAX)

    def check(self) -> None:
        if any(not worker.is_alive() for worker in self._workers):
            raise GivenUp("a worker has failed; its log says why")


def _work(share: Share, asked: Any) -> None:
    """What a worker process does. The one that began it says when to stop; when that one is gone, it stops too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    settings = share.settings
    logging.configure(bootstrap.SERVICE, "rebuild", settings.log_format, settings.log_level)
    parent = multiprocessing.parent_process()
    stop = threading.Event()

    def watch() -> None:
        while not asked.wait(PARENT_ALIVE_EVERY_S) and parent is not None and parent.is_alive():
            pass
        stop.set()

    threading.Thread(target=watch, name="watch", daemon=True).start()
    collect_seldom(stop)
    lifecycle.run_process("scoring rebuild", lambda: _fold(share, stop))


def _fold(share: Share, stop: threading.Event) -> None:
    """First one partition after the other: the fewer departments take turns, the faster they fold. Then all of them."""
    settings = share.settings
    servers = ",".join(settings.kafka_bootstrap_servers)
    mine = [partition for partition in partitions(TOPIC) if partition.number in share.partitions]
    with (
        open_pool(settings.database_url, 2, "scoring-rebuild") as pool,
        open_pool(settings.database_url, 2, "scoring-rebuild-making", options=making.SEES) as unseen,
    ):
        projection = bootstrap.rebuilding(unseen, pool)

        def worker(read: Sequence[Partition]) -> Worker:
            source = KafkaReader(servers, "scoring-rebuild", read)
            return Worker(source, projection.projector, PostgresBookmarks(pool), BATCH_MAX)

        try:
            for partition in mine:
                worker([partition]).run_to_the_end(stop)
                projection.projector.forget()
            worker(mine).run(stop)
        finally:
            projection.close()
