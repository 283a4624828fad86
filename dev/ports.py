"""TCP ports of 127.0.0.1."""

import errno
import itertools
import random
import socket
from collections.abc import Collection
from time import monotonic, sleep

from dev.child import StackError

_HOST = "127.0.0.1"
_POLL_S = 0.1
_CHOICE = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections: one of those may be taken by the time it is needed, and a
client that tries such a port again and again while its server is away may in the end be connected to itself."""
_chance = random.SystemRandom()
"""Processes that look at the same time must not look in the same order, whatever seeds the common generator."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on at this moment. Raises StackError when there are too few."""
    candidates = _chance.sample(_CHOICE, k=len(_CHOICE))
    found = list(itertools.islice(filter(_is_free, candidates), count))
    if len(found) < count:
        raise StackError("There are too few free TCP ports on 127.0.0.1.")
    return found


def wait_for_free_ports(ports: Collection[int], limit_s: float) -> None:
    """Block until nobody listens on any of them, or until `limit_s` have passed."""
    deadline = monotonic() + limit_s
    while not all(map(_is_free, ports)) and monotonic() < deadline:
        sleep(_POLL_S)


def require_free_port(port: int, name: str) -> None:
    """Raises StackError when somebody listens on the port that is meant for `name`."""
    if not _is_free(port):
        raise StackError(f"Port {port}, which {name} needs, is in use by another program.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            return False
        return True
