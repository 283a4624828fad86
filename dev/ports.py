"""TCP ports of 127.0.0.1."""

import errno
import random
import socket

from dev.child import StackError

_HOST = "127.0.0.1"
_CHOICE = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections: one of those may be taken by the time it is needed, and a
client that tries such a port again and again while its server is away may in the end be connected to itself."""
_TRIES_MAX = 1_000


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    for _ in range(_TRIES_MAX):
        port = random.choice(_CHOICE)
        if _is_free(port):
            return port
    raise StackError("No free TCP port was found on 127.0.0.1.")


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
