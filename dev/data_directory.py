"""The one directory that holds everything of an embedded stack: databases, the broker's log, logs, the token."""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dev.child import StackError
from shared.directory.tokens import new_secret

DISK_FREE_BYTES_MIN = 1 << 30
"""Below this the databases and the broker would soon stop in the middle of something."""
_DEMOS = "demos"


@dataclass
class DataDirectory:
    """Locked by one stack at a time; made on first use, readable by its owner alone where it holds secrets."""

    path: Path
    left_behind: bool = False
    """Whether the stack before this one was killed, so that its processes may still be ending."""
    _lock: int | None = None

    @property
    def postgres(self) -> Path:
        """Of the embedded Postgres."""
        return self.path / "postgres"

    @property
    def kafka(self) -> Path:
        """Of the embedded broker."""
        return self.path / "kafka"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.path / "logs"

    @property
    def temporary(self) -> Path:
        """What processes keep while they run, so that nothing of it stays elsewhere."""
        return self.path / "temporary"

    def demo_end(self, rulebook: str) -> datetime:
        """The instant up to which a demo's history goes: the first time it was asked for, also after a break."""
        file = self._demo(rulebook, "end")
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            partial = file.with_suffix(".partial")
            partial.write_text(datetime.now(UTC).isoformat())
            partial.rename(file)
        return datetime.fromisoformat(file.read_text())

    def note_loaded(self, rulebook: str) -> None:
        """A demo has been loaded completely."""
        self._demo(rulebook, "loaded").touch()

    def loaded(self) -> list[str]:
        """The demos that have been loaded completely."""
        return sorted(file.stem for file in (self.path / _DEMOS).glob("*.loaded"))

    def broken_off(self) -> list[str]:
        """The demos whose loading was begun and not finished."""
        return sorted({file.stem for file in (self.path / _DEMOS).glob("*.end")} - set(self.loaded()))

    def note_addresses(self, urls: Mapping[str, str]) -> None:
        """Where the stack on this directory answers, for commands in another terminal."""
        self._addresses.write_text(json.dumps(dict(urls)))

    def addresses(self) -> dict[str, str]:
        """Where the running stack answers. Raises StackError when none runs, or it is only starting."""
        if not self._in_use() or not self._addresses.exists():
            raise StackError(f"No stack is running with its data in {self.path}; `make run` starts it.")
        found: dict[str, str] = json.loads(self._addresses.read_text())
        return found

    def acquire(self) -> None:
        """Make it and lock it. Raises StackError when another stack uses it, or there is no room on the disk."""
        try:
            for folder in (self.logs, self.temporary):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StackError(f"The data directory {self.path} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = self._owner() or "unknown"
            self._close()
            raise StackError(f"The stack with its data in {self.path} is running already (process {owner}).") from None
        self.left_behind = self._owner() != ""
        self._addresses.unlink(missing_ok=True)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)
        self._require_room()

    def release(self) -> None:
        """Let others use it; a further call does nothing."""
        if self._lock is not None:
            self._addresses.unlink(missing_ok=True)
            os.ftruncate(self._lock, 0)
            self._close()

    def remove(self) -> None:
        """Delete everything in it. Raises StackError while a stack uses it."""
        if not self.path.exists():
            return
        self.acquire()
        try:
            shutil.rmtree(self.path)
        finally:
            self.release()

    def administrator_token(self) -> str:
        """The token of the installation's administrator, made on the first call and kept in a file of mode 0600."""
        file = self.path / "administrator-token"
        if not file.exists():
            partial = file.with_suffix(".partial")
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(new_secret() + "\n")
            partial.rename(file)
        return file.read_text().strip()

    @property
    def _addresses(self) -> Path:
        return self.path / "addresses.json"

    def _demo(self, rulebook: str, suffix: str) -> Path:
        return self.path / _DEMOS / f"{rulebook}.{suffix}"

    def _in_use(self) -> bool:
        """Whether a stack has locked it."""
        try:
            descriptor = os.open(self.path / "lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _owner(self) -> str:
        """The process id that the lock's file names; empty after an orderly end."""
        return "" if self._lock is None else os.pread(self._lock, 20, 0).decode()

    def _close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _require_room(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < DISK_FREE_BYTES_MIN:
            self.release()
            needed = DISK_FREE_BYTES_MIN >> 20
            raise StackError(f"Only {free >> 20} MiB are free on the disk of {self.path}, but {needed} are needed.")
