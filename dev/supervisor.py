"""Keeps processes running: restarts one that dies, tells it in one line, and stops all of them in order."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from signal import Signals
from time import monotonic

from dev.child import Child, StackError

_WATCH_EVERY_S = 0.05
_BACK_OFF_FIRST_S = 0.5
_BACK_OFF_MAX_S = 30.0
_SETTLED_AFTER_S = 30.0
"""A process that ran this long before it died is restarted at once: it is not dying in a loop."""
_STOP_GRACE_S = 10.0
_DEATHS_WHILE_STARTING_MAX = 3


def always_ready() -> bool:
    """The probe of a process that cannot be asked."""
    return True


@dataclass
class _Watched:
    child: Child
    stage: int
    probe: Callable[[], bool]
    started_at: float
    deaths_in_a_row: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """Owns the processes given to `start` until `stop`. All methods may be called from any thread."""

    report: Callable[[str], None]
    back_off_first_s: float = _BACK_OFF_FIRST_S
    _watched: dict[str, _Watched] = field(default_factory=dict, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _watcher: threading.Thread | None = field(default=None, init=False)

    def start(self, child: Child, *, stage: int, probe: Callable[[], bool] = always_ready) -> None:
        """Start a process and watch it from now on. `stage` says when it is stopped: higher ones are stopped first."""
        child.start()
        self.watch(child, stage=stage, probe=probe)

    def watch(self, child: Child, *, stage: int, probe: Callable[[], bool] = always_ready) -> None:
        """Watch a process that has been started already."""
        with self._lock:
            self._watched[child.name] = _Watched(child, stage, probe, started_at=monotonic())
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
                self._watcher.start()

    def forget(self, name: str) -> None:
        """Watch it no longer, because its end is wanted."""
        with self._lock:
            self._watched.pop(name, None)

    def kill(self, name: str) -> None:
        """SIGKILL a process as a crash would; it is restarted at once, however often this is done."""
        with self._lock:
            watched = self._find(name)
            watched.deaths_in_a_row = 0
            watched.started_at = monotonic() - _SETTLED_AFTER_S
            watched.child.kill()

    def wait_ready(self, names: Iterable[str] | None = None, limit_s: float = 60.0) -> None:
        """Block until the named processes (default: all) run and are ready.

        Raises StackError after `limit_s`, or as soon as one of them has died several times in a row.
        """
        waiting = list(self._watched) if names is None else list(names)
        deadline = monotonic() + limit_s
        while waiting:
            waiting = [name for name in waiting if not self._is_ready(name)]
            if waiting and monotonic() > deadline:
                child = self._find(waiting[0]).child
                raise StackError(f"{child.name} was not ready after {limit_s:.0f} s; see {child.log_file}.")
            if waiting and self._stopping.wait(_WATCH_EVERY_S):
                raise StackError("The stack was stopped while it was starting.")

    def process_ids(self) -> dict[str, int]:
        """The process id of each process that runs at this moment."""
        with self._lock:
            running = [watched.child for watched in self._watched.values() if watched.child.exit_code() is None]
            return {child.name: child.pid for child in running}

    def stop(self) -> None:
        """Stop everything, the highest stage first and each stage at once; blocks until nothing is left."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        with self._lock:
            for stage in sorted({watched.stage for watched in self._watched.values()}, reverse=True):
                children = [watched.child for watched in self._watched.values() if watched.stage == stage]
                for child in children:
                    child.ask_to_stop()
                deadline = monotonic() + _STOP_GRACE_S
                for child in children:
                    child.stop(grace_s=max(0.0, deadline - monotonic()))
            self._watched.clear()

    def _find(self, name: str) -> _Watched:
        if name not in self._watched:
            raise KeyError(f"no process is called {name}; there are: {', '.join(self._watched)}")
        return self._watched[name]

    def _is_ready(self, name: str) -> bool:
        watched = self._find(name)
        if watched.deaths_in_a_row >= _DEATHS_WHILE_STARTING_MAX:
            raise StackError(f"{name} does not start; the end of its log:\n{watched.child.log_tail()}")
        return watched.child.exit_code() is None and watched.probe()

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_EVERY_S):
            with self._lock:
                for watched in self._watched.values():
                    self._look_after(watched)

    def _look_after(self, watched: _Watched) -> None:
        code = watched.child.exit_code()
        if code is None:
            return
        if watched.restart_at is None:
            self._note_death(watched, code)
        if watched.restart_at is not None and monotonic() >= watched.restart_at:
            self._restart(watched)

    def _restart(self, watched: _Watched) -> None:
        try:
            watched.child.start()
        except OSError as error:  # no room for its log, no memory: the others are still to be looked after
            watched.restart_at = monotonic() + _BACK_OFF_MAX_S
            self.report(f"{watched.child.name} could not be started: {error}; trying again in {_BACK_OFF_MAX_S:g} s.")
        else:
            watched.restart_at = None
            watched.started_at = monotonic()

    def _note_death(self, watched: _Watched, code: int) -> None:
        watched.child.sweep()
        settled = monotonic() - watched.started_at >= _SETTLED_AFTER_S
        watched.deaths_in_a_row = 0 if settled else watched.deaths_in_a_row + 1
        pause_s = self._back_off_s(watched.deaths_in_a_row)
        watched.restart_at = monotonic() + pause_s
        when = f"in {pause_s:g} s" if pause_s else "now"
        self.report(f"{watched.child.name} {_ending(code)}; restarting it {when} (log: {watched.child.log_file}).")

    def _back_off_s(self, deaths_in_a_row: int) -> float:
        if deaths_in_a_row == 0:
            return 0.0
        return min(_BACK_OFF_MAX_S, self.back_off_first_s * 2.0 ** min(deaths_in_a_row - 1, 16))


def _ending(code: int) -> str:
    if code < 0:
        return f"was killed by {Signals(-code).name}"
    return f"ended with exit code {code}"
