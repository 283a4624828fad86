"""How a comparison is taken: ours and the peer's in one run, alternating, five times, and the medians divided.

The machines are noisy; a figure alone says little, a ratio of two figures taken side by side says more.
"""

import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ROUNDS = 5
REPORT = Path("build/bench.json")

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Pair:
    """One comparison that is ready to be taken: each call gives one figure in ``unit``."""

    name: str
    unit: str
    ours: Callable[[], float]
    peer: Callable[[], float]
    peer_name: str
    goal: float
    """The ratio ours / peer that is wanted: at least this where higher is better, at most where lower is."""
    better: Better = "higher"
    rounds_max: int = ROUNDS
    """Of one that takes minutes: how often it is taken at most."""


@dataclass(frozen=True)
class Figure:
    """One figure with a goal of its own (a latency), when there is nothing to divide by."""

    name: str
    unit: str
    ours: Callable[[], float]
    goal: float


@dataclass(frozen=True)
class Result:
    name: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str | None
    ratio: float
    goal: float
    met: bool
    samples: list[float]


Benchmark = Callable[[], AbstractContextManager[Iterator[Pair | Figure]]]
"""Sets up its engines, gives its comparisons, and takes everything down again."""


def say(progress: str) -> None:
    """Of a benchmark that takes minutes: how far it is."""
    print(f"  {progress}", flush=True)


def take(comparison: Pair | Figure, rounds: int = ROUNDS) -> Result:
    return (
        _take_pair(comparison, min(rounds, comparison.rounds_max))
        if isinstance(comparison, Pair)
        else _take_figure(comparison, rounds)
    )


def _take_pair(pair: Pair, rounds: int) -> Result:
    ours, peers = [], []
    for _ in range(rounds):
        ours.append(pair.ours())
        peers.append(pair.peer())
    mine, theirs = statistics.median(ours), statistics.median(peers)
    ratio = mine / theirs
    met = ratio >= pair.goal if pair.better == "higher" else ratio <= pair.goal
    return Result(pair.name, pair.unit, mine, theirs, pair.peer_name, ratio, pair.goal, met, ours + peers)


def _take_figure(figure: Figure, rounds: int) -> Result:
    samples = [figure.ours() for _ in range(rounds)]
    middle = statistics.median(samples)
    return Result(
        figure.name, figure.unit, middle, None, None, middle / figure.goal, figure.goal, middle <= figure.goal, samples
    )


def write_report(results: list[Result]) -> None:
    """``build/bench.json``; results of an earlier run under other names are kept."""
    REPORT.parent.mkdir(exist_ok=True)
    known = json.loads(REPORT.read_text())["results"] if REPORT.exists() else []
    taken = {result.name for result in results}
    rows = [row for row in known if row["name"] not in taken] + [asdict(result) for result in results]
    REPORT.write_text(json.dumps({"results": rows}, indent=1) + "\n")
