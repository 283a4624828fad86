"""``make bench [only=NAME]``: take the comparisons, print them beside their goals, write build/bench.json."""

import importlib
import sys

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks.protocol import ROUNDS, Result, take, write_report

BENCHMARKS = ("post", "append", "relay", "projection", "full-load", "scorecards", "rebuild", "what-if", "visible")


@click.command()
@click.option("--only", type=click.Choice(BENCHMARKS), help="One group of comparisons instead of all.")
@click.option("--rounds", default=ROUNDS, show_default=True, help="How often each side is taken.")
def main(only: str | None, rounds: int) -> None:
    """Compare the product's real code paths with peers, on a real broker and a real Postgres."""
    console = Console()
    results: list[Result] = []
    for name in [only] if only else BENCHMARKS:
        benchmark = importlib.import_module(f"tests.benchmarks.{name.replace('-', '_')}")
        with benchmark.comparisons() as comparisons:
            for comparison in comparisons:
                console.print(f"{comparison.name} …", highlight=False)
                results.append(take(comparison, rounds))
                write_report(results)
    console.print(_table(results))
    if not all(result.met for result in results):
        sys.exit(1)


def _table(results: list[Result]) -> Table:
    table = Table("what", "ours", "peer", "ratio", "goal", "", title=f"medians of {ROUNDS} alternating rounds")
    for row in results:
        peer = f"{row.peer:,.0f} {row.unit} ({row.peer_name})" if row.peer is not None else ""
        goal = f"{row.goal:g}" if row.peer is not None else f"{row.goal:g} {row.unit}"
        table.add_row(
            row.name, f"{row.ours:,.1f} {row.unit}", peer, f"{row.ratio:.2f}", goal, "met" if row.met else "missed"
        )
    return table


if __name__ == "__main__":
    main()
