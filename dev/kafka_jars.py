"""The jars of Apache Kafka: fetched from Maven Central by `jgo`, kept in its cache, checked against kafka_jars.lock.

A file that does not have the locked hash (a download that broke off, a tampered copy) is removed and fetched again.
"""

import contextlib
import fcntl
import hashlib
import logging
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from dev.child import StackError
from dev.terminal import Advance, Terminal

KAFKA_COORDINATES = "org.apache.kafka:kafka_2.13:4.3.0+org.slf4j:slf4j-simple:1.7.36"
"""The broker, and what writes its log to standard error."""
_LOCK = Path(__file__).with_name("kafka_jars.lock")
_DOWNLOAD_ERRORS = (OSError, RuntimeError, ValueError, zipfile.BadZipFile, ElementTree.ParseError)
"""What jgo lets through: errors of the network and the disk, its own, and those of readers of broken files."""


def class_path(terminal: Terminal) -> str:
    """The broker's class path; downloads about 43 MB when they are not cached. Raises StackError when that fails."""
    reason = ""
    with _alone_in(_repository()):
        for again in (False, True):
            try:
                jars = _resolve(terminal, again)
            except _DOWNLOAD_ERRORS as error:
                reason = _in_short(error)
            else:
                broken = _not_as_locked(jars)
                if not broken:
                    return os.pathsep.join(str(jar) for jar in jars)
                reason = f"{broken[0]} is not the file that was expected"
            _remove_broken(_repository())
    raise StackError(f"Apache Kafka could not be downloaded ({reason}). Start again when the network is back.")


def locked_hashes() -> dict[str, str]:
    """SHA-256 by the name of each jar."""
    lines = _LOCK.read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines if line and not line.startswith("#"))}


@contextlib.contextmanager
def _alone_in(repository: Path) -> Iterator[None]:
    """Wait until no other process is here: a file that another one is still writing would be taken for a broken one."""
    try:
        repository.mkdir(parents=True, exist_ok=True)
        with (repository / "tongbao.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise StackError(f"Apache Kafka's files cannot be kept in {repository}: {error.strerror}.") from error


def _resolve(terminal: Terminal, again: bool) -> list[Path]:
    import jgo
    from jgo.maven import PythonResolver

    logging.getLogger("jgo").setLevel(logging.ERROR)
    with _download_bar(terminal) as progress:
        environment = jgo.build(KAFKA_COORDINATES, update=again, resolver=PythonResolver(progress_callback=progress))
    return [Path(jar) for jar in environment.all_jars]


class _Bar:
    """One bar for all files: their sizes are known one by one only, so it counts files."""

    def __init__(self, terminal: Terminal, stack: contextlib.ExitStack) -> None:
        self._terminal = terminal
        self._stack = stack
        self._advance: Advance | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def __call__(self, name: str, size: int) -> "Iterator[Advance]":
        """Called by jgo around each download."""
        yield lambda received: None
        if name.endswith(".jar"):
            with self._lock:
                if self._advance is None:
                    counting = self._terminal.counting("Downloading Apache Kafka", len(locked_hashes()))
                    self._advance = self._stack.enter_context(counting)
                self._advance(1)


@contextlib.contextmanager
def _download_bar(terminal: Terminal) -> Iterator[_Bar]:
    with contextlib.ExitStack() as stack:
        yield _Bar(terminal, stack)


def _in_short(error: Exception) -> str:
    request = getattr(error, "request", None)  # of errors of the requests library
    return str(error) if request is None else f"{type(error).__name__} at {request.url}"


def _not_as_locked(jars: list[Path]) -> list[str]:
    """The names of locked jars that are missing or differ, and of jars that are not locked."""
    found = {jar.name: _sha256(jar) for jar in jars}
    locked = locked_hashes()
    return sorted(name for name in locked.keys() | found.keys() if locked.get(name) != found.get(name))


def _remove_broken(repository: Path) -> None:
    """Remove from Maven's local repository what a download that broke off left there."""
    locked = locked_hashes()
    for jar in repository.rglob("*.jar"):
        if jar.name in locked and _sha256(jar) != locked[jar.name]:
            jar.unlink()
    for pom in repository.rglob("*.pom"):
        try:
            ElementTree.parse(pom)
        except ElementTree.ParseError:
            pom.unlink()


def _repository() -> Path:
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    return Path(MavenContext(repo_cache=GlobalSettings.load().repo_cache).repo_cache)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
