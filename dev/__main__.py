"""`python -m dev`: what `make run`, `make reset` and `make docs` call."""

import errno
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from dev import documents
from dev.child import StackError
from dev.data_directory import DataDirectory
from dev.demo import loading, rulebooks, telling
from dev.processes import PORTS
from dev.stack import ROOT, Stack
from dev.terminal import Terminal, terminal

_DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / ".data",
    show_default=".data",
    help="Where the databases, the broker's log, the logs and the token are kept.",
)


@click.group()
def main() -> None:
    """The embedded stack: all of Tongbao on this machine, with a real Postgres and a real Kafka."""


@main.command()
@_DATA_DIR
@click.option(
    "--rulebooks",
    "names",
    default=rulebooks.DEFAULT,
    show_default=True,
    help="Load these, each with a year of invented work, unless they are loaded already: names of folders in schemes/, "
    "with commas between them, or all.",
)
@click.option("--no-demo", is_flag=True, help="Load no rulebook.")
@click.option(
    "--port-offset", type=click.IntRange(-8_000, 40_000), default=0, help="Added to every port, for a second stack."
)
def run(data_dir: Path, names: str, no_demo: bool, port_offset: int) -> None:
    """Start everything and stay until Ctrl-C."""
    screen = terminal()
    ports = {name: port + port_offset for name, port in PORTS.items()}
    stack = Stack(data_dir, ports=ports, terminal=screen)
    _raise_once_on_signals()
    with _one_sentence():
        wanted = [] if no_demo else rulebooks.chosen(names)
        try:
            stack.start()
            if wanted:
                _load(stack.data, stack.urls, screen, [*stack.data.broken_off(), *wanted])
            screen.say(telling.first_steps(stack.urls, stack.administrator_token, stack.data.loaded()))
            screen.say(telling.further(stack.data.loaded(), _options(data_dir)))
            threading.Event().wait()
        except Interrupted:
            screen.say("Stopping …")
        finally:
            stack.stop()
    screen.say("Stopped.")


@main.command()
@_DATA_DIR
@click.argument("names", metavar="RULEBOOKS", required=False, default="")
def load(data_dir: Path, names: str) -> None:
    """Load RULEBOOKS into the running stack: names of folders in schemes/, with commas between them, or all.

    Without a name, tell which there are.
    """
    data, screen = DataDirectory(data_dir.resolve()), terminal()
    with _one_sentence():
        wanted = rulebooks.chosen(names)
        if not wanted:
            screen.say(telling.further(data.loaded(), _options(data_dir)) or "All rulebooks are loaded.")
            return
        for name in data.loaded():
            if name in wanted:
                screen.say(f"{name} is loaded already.")
        _load(data, data.addresses(), screen, wanted)


def _load(data: DataDirectory, urls: Mapping[str, str], screen: Terminal, wanted: Sequence[str]) -> None:
    """Load those that are not loaded yet, each once."""
    left = [name for name in dict.fromkeys(wanted) if name not in data.loaded()]
    loading.load(urls, data.administrator_token(), screen, left, data.demo_end, data.note_loaded)


def _options(data_dir: Path) -> str:
    """The options that another command needs to find the same data."""
    return "" if data_dir.resolve() == (ROOT / ".data").resolve() else f"--data-dir {data_dir}"


@main.command()
@_DATA_DIR
def reset(data_dir: Path) -> None:
    """Delete all data of the embedded stack."""
    with _one_sentence():
        DataDirectory(data_dir.resolve()).remove()
    click.echo(f"{data_dir} is gone.")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is not what the code says.")
def docs(check: bool) -> None:
    """Write the pages of docs/ that are made from the code."""
    stale = documents.stale_pages() if check else documents.write_pages()
    for page in stale:
        click.echo(f"{page} {'is out of date' if check else 'written'}")
    if check and stale:
        raise SystemExit(1)


class Interrupted(BaseException):
    """Somebody wants the stack to end."""


def _raise_once_on_signals() -> None:
    """Let the first SIGINT, SIGTERM or SIGHUP raise Interrupted, wherever the main thread is.

    Later ones are ignored: stopping takes a bounded time, and must not be cut short with processes left behind.
    """
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def on_signal(number: int, frame: FrameType | None) -> None:
        for each in wanted:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted

    for each in wanted:
        signal.signal(each, on_signal)


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Tell what the person can mend in one sentence, and end with exit code 1."""
    try:
        yield
    except StackError as error:
        sys.exit(str(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit("The disk is full; make room and start again.")


if __name__ == "__main__":
    main()
