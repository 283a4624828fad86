"""Rebuilding the projection from its topic, against folding the same topic live; and ten times as many events.

A rebuild is the command itself: its start, catching up, indexes, the comparison of all rows, and taking over.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import projection_load
from tests.benchmarks.engines import Engines, engines
from tests.benchmarks.protocol import Pair

EVENTS = 1_000_000
FEWER = EVENTS // 10
DEPARTMENTS = 500
LOOK_EVERY_S = 0.2


@dataclass(slots=True)
class Folded:
    """A topic, and a database that has folded it."""

    running: Engines
    events: int
    url: str
    live_s: float
    memory_mb: float = 0.0
    """Of the largest worker of the last rebuild."""

    def rebuilt_s(self) -> float:
        """Seconds that the command takes."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "services.scoring", "rebuild", "--afresh"],
            env={
                **os.environ,
                "TONGBAO_DATABASE_URL": self.url,
                "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": self.running.bootstrap_servers,
            },
            stdout=subprocess.DEVNULL,
        )
        self.memory_mb = 0.0
        while process.poll() is None:
            self.memory_mb = max([self.memory_mb, *_memory_mb(process.pid)])
            time.sleep(LOOK_EVERY_S)
        assert process.returncode == 0, f"the rebuild ended with {process.returncode}"
        return time.perf_counter() - began


def _memory_mb(pid: int) -> Iterator[float]:
    """The most that each worker of the command has held so far."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):
            most = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
            yield 0.0 if most is None else int(most.group(1)) / 1024  # one that has ended holds nothing


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with engines() as small, engines() as large:
        fewer, more = _folded(small, FEWER), _folded(large, EVENTS)
        yield iter(
            [
                Pair(
                    "rebuild of a million events",
                    "events/s",
                    lambda: more.events / more.rebuilt_s(),
                    lambda: more.events / more.live_s,
                    "the live projection",
                    2.0,
                ),
                Pair(
                    "rebuild, time per event",
                    "µs",
                    lambda: more.rebuilt_s() / more.events * 1e6,
                    lambda: fewer.rebuilt_s() / fewer.events * 1e6,
                    "a tenth of the events",
                    1.2,
                    "lower",
                ),
                Pair(
                    "rebuild, memory",
                    "MB",
                    lambda: more.memory_mb,
                    lambda: fewer.memory_mb,
                    "a tenth of the events",
                    1.2,
                    "lower",
                ),
            ]
        )


def _folded(running: Engines, events: int) -> Folded:
    values = projection_load.make_events(events, DEPARTMENTS, seed=1)
    projection_load.produce(running.bootstrap_servers, values)
    url = running.postgres.create_database("rebuilt")
    projection_load.prepare(url)
    return Folded(running, events, url, projection_load.project_topic(running.bootstrap_servers, url, events, "live"))
