"""Connections to webhook endpoints: only to addresses that the rule allows, kept open, bounded in time and bytes."""

import io
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol

from services.notify.domain.addresses import AddressRule, IPAddress, WebhookAddress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

IDLE_PER_ENDPOINT_MAX = 8
IDLE_S_MAX = 20.0
AGE_S_MAX = 300.0
"""A connection is not kept for longer, so that a change of the name's addresses is followed."""
RECEIVED_BYTES_MAX = 256 * 1024
"""Of one answer, with its headers."""


class TooLong(Exception):
    """The endpoint sent more than RECEIVED_BYTES_MAX."""


class Resolver(Protocol):
    def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        """The addresses of a name, best first. Raises OSError."""


def resolve(host: str, port: int) -> Sequence[IPAddress]:
    """By the operating system. Blocks as long as that takes."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


class Connection:
    """A connected socket with a deadline: every operation ends by then with TimeoutError, however slowly bytes drip.

    It has as much of a socket's form as http.client.HTTPResponse needs.
    """

    def __init__(self, sock: socket.socket, now: float) -> None:
        self._sock = sock
        self.made_at = now
        self.idle_since = now
        self.deadline = now
        self.received = 0

    def send(self, data: bytes) -> None:
        self._sock.settimeout(self._remaining_s())
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def receive_into(self, buffer: "WriteableBuffer") -> int:
        self._sock.settimeout(self._remaining_s())
        count = self._sock.recv_into(buffer)
        self.received += count
        if self.received > RECEIVED_BYTES_MAX:
            raise TooLong
        return count

    def is_usable(self, now: float) -> bool:
        """Young enough, and the endpoint has neither closed it nor said anything unasked."""
        if now - self.idle_since > IDLE_S_MAX or now - self.made_at > AGE_S_MAX:
            return False
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self._sock.close()

    def _remaining_s(self) -> float:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining


class _Reader(io.RawIOBase):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        return self._connection.receive_into(buffer)


@dataclass(frozen=True, slots=True)
class Limits:
    connect_s: float = 5.0
    total_s: float = 15.0
    """From the resolution of the name to the last byte of the answer."""


class Connections:
    """Keep-alive connections by endpoint. Safe to use from several threads."""

    def __init__(
        self,
        rule: AddressRule,
        limits: Limits,
        resolver: Resolver = resolve,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._rule = rule
        self._limits = limits
        self._resolve = resolver
        self._tls = tls()
        self._idle: dict[tuple[str, str, int], list[Connection]] = {}
        self._lock = threading.Lock()

    def kept(self, address: WebhookAddress) -> Connection | None:
        """An open connection to the endpoint, if there is one."""
        while True:
            with self._lock:
                idle = self._idle.get(address.origin)
                connection = idle.pop() if idle else None
            if connection is None:
                return None
            if connection.is_usable(time.monotonic()):
                return connection
            connection.close()

    def connect(self, address: WebhookAddress, deadline: float) -> Connection:
        """A new connection, to an address that the rule allows. Raises AddressRefused, TimeoutError, OSError."""
        literal = address.literal
        candidates = [literal] if literal is not None else self._resolve(address.host, address.port)
        self._rule.check_resolved(address, candidates)
        sock = self._connect_first(address, candidates, deadline)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.scheme == "https":
            try:
                sock = self._tls.wrap_socket(sock, server_hostname=address.host)
            except BaseException:
                sock.close()
                raise
        return Connection(sock, time.monotonic())

    def keep(self, address: WebhookAddress, connection: Connection) -> None:
        """Give a connection back whose answer was read to its end."""
        connection.idle_since = time.monotonic()
        with self._lock:
            idle = self._idle.setdefault(address.origin, [])
            if len(idle) < IDLE_PER_ENDPOINT_MAX:
                idle.append(connection)
                return
        connection.close()

    def close_idle(self) -> None:
        """Called now and then: closes what was idle for too long, and forgets endpoints without connections."""
        now = time.monotonic()
        with self._lock:
            stale = [each for idle in self._idle.values() for each in idle if now - each.idle_since > IDLE_S_MAX]
            kept = {
                origin: [each for each in idle if now - each.idle_since <= IDLE_S_MAX]
                for origin, idle in self._idle.items()
            }
            self._idle = {origin: idle for origin, idle in kept.items() if idle}
        for connection in stale:
            connection.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _connect_first(
        self, address: WebhookAddress, candidates: Sequence[IPAddress], deadline: float
    ) -> socket.socket:
        """Connect to the first candidate that takes it; connected is what was checked, the name is not asked again."""
        failure: OSError = OSError(f"{address.host} has no address")
        for candidate in candidates:
            remaining = min(self._limits.connect_s, deadline - time.monotonic())
            if remaining <= 0:
                raise TimeoutError
            try:
                return socket.create_connection((str(candidate), address.port), remaining)
            except OSError as refusal:
                failure = refusal
        raise failure
