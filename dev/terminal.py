"""What the embedded stack tells the person at the terminal: lines, and how far something long has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_PLAIN_STEPS = 4
"""How many lines a counted task gives where bars cannot be drawn."""

Advance = Callable[[int], None]


class Terminal(Protocol):
    """Where progress is told. May be called from any thread."""

    def say(self, line: str) -> None:
        """One complete line."""

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        """A long task of `total` steps; the function that is given is called with the number of steps just done."""
        yield lambda steps: None


class Silence:
    """A terminal for tests: nobody listens."""

    def say(self, line: str) -> None:
        """Say nothing."""

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        """Show nothing."""
        yield lambda steps: None


class PlainTerminal:
    """Lines without any control codes, for pipes, logs and continuous integration."""

    def say(self, line: str) -> None:
        """Print the line at once."""
        print(line, flush=True)

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        """Print a line at the start and at each quarter."""
        self.say(f"{title} …")
        done, told = 0, 0

        def advance(steps: int) -> None:
            nonlocal done, told
            done += steps
            reached = done * _PLAIN_STEPS // max(total, 1)
            if reached > told:
                told = reached
                self.say(f"{title}: {min(100, 100 * done // max(total, 1))} %")

        yield advance


class RichTerminal:
    """Lines and bars on a real terminal."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def say(self, line: str) -> None:
        """Print the line as it is, unwrapped, so that commands in it can be copied."""
        self._console.print(line, markup=False, soft_wrap=True)

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        """Draw a bar with the time that remains, and remove it at the end."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(title, total=total)
            yield lambda steps: progress.advance(task, steps)


def terminal() -> Terminal:
    """Bars where standard output is a terminal, plain lines elsewhere."""
    return RichTerminal() if sys.stdout.isatty() else PlainTerminal()
