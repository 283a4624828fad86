"""A child process of the embedded stack: started on a leash, stopped politely, and never left behind."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic, sleep

_LEASH = Path(__file__).with_name("leash.py")
_POLL_S = 0.02


class StackError(Exception):
    """Something the person at the terminal must know; the text is one complete sentence for them."""


@dataclass
class Child:
    """One running process with its own session, so that it and all it forked can be signalled together."""

    name: str
    command: Sequence[str]
    log_file: Path
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _swept: bool = field(default=True, init=False)

    def start(self) -> None:
        """Start it, or start it again; what it prints is appended to `log_file`. Does not wait until it is ready."""
        self._process = _starter().submit(self._spawn).result()
        self._swept = False

    def _spawn(self) -> "subprocess.Popen[bytes]":
        leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(int(self.stop_signal))]
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                [*leash, self.user or "-", *self.command],
                env=None if self.environment is None else dict(self.environment),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id; also that of its process group."""
        return self._started().pid

    def exit_code(self) -> int | None:
        """The exit code (minus the signal's number when killed), None while it runs."""
        return self._started().poll()

    def stop(self, grace_s: float = 20.0) -> None:
        """Send the stop signal, wait up to `grace_s`, then kill whatever is left of its process group."""
        if self._process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        self.sweep()

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once. A frozen process goes on, for it could not stop otherwise."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.stop_signal)
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL the process alone, as a crash would, and wait for its end; its own children are left to notice."""
        self._started().kill()
        self._started().wait()

    def sweep(self) -> None:
        """Kill what is left of the process group and reap the process. Once a start: its number may be reused later."""
        process = self._started()
        if not self._swept:
            self._swept = True
            with contextlib.suppress(ProcessLookupError, PermissionError):  # the group is empty: all have ended
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of the log, for the message that explains a failed start."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._process


@cache
def _starter() -> ThreadPoolExecutor:
    """The one thread that starts children: the kernel ties a child to the thread, not the process, that started it."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-starter")


def wait_until(child: Child, ready: Callable[[], bool], limit_s: float) -> None:
    """Block until `ready()`; raises StackError when the child ends first or `limit_s` have passed."""
    deadline = monotonic() + limit_s
    while not ready():
        if child.exit_code() is not None:
            raise StackError(f"{child.name} ended while starting; see {child.log_file}:\n{child.log_tail()}")
        if monotonic() > deadline:
            raise StackError(f"{child.name} was not ready after {limit_s:.0f} s; see {child.log_file}.")
        sleep(_POLL_S)
