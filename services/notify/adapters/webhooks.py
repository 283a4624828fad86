"""Sending one webhook over HTTP/1.1 and reading the answer. Redirects are not followed, no proxy is asked."""

import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any, cast

from services.notify.adapters.connections import RECEIVED_BYTES_MAX, Connection, Connections, Limits, TooLong
from services.notify.domain.addresses import AddressRefused, WebhookAddress
from services.notify.domain.retries import RETRY_AFTER_MAX, Answer, NoAnswer

BODY_READ_BYTES_MAX = 64 * 1024
"""Of an answer's body; nothing in it matters. A connection with more to come is closed."""
REASON_LENGTH_MAX = 300


class WebhookSender:
    """Implements services.notify.application.dispatching.Sender. Safe to use from several threads."""

    def __init__(self, connections: Connections, limits: Limits) -> None:
        self._connections = connections
        self._limits = limits

    def send(self, address: WebhookAddress, headers: Sequence[tuple[str, str]], body: bytes) -> Answer | NoAnswer:
        deadline = time.monotonic() + self._limits.total_s
        request = _request(address, headers, body)
        try:
            kept = self._connections.kept(address)
            if kept is not None:
                try:
                    return self._exchange(address, kept, request, deadline)
                except (RemoteDisconnected, ConnectionError):
                    pass  # the endpoint closed it at this very moment: a new connection tells what is the matter
            return self._exchange(address, self._connections.connect(address, deadline), request, deadline)
        except (AddressRefused, OSError, HTTPException, TooLong) as mistake:
            return NoAnswer(self._reason(mistake)[:REASON_LENGTH_MAX])

    def keep_house(self) -> None:
        self._connections.close_idle()

    def close(self) -> None:
        self._connections.close()

    def _exchange(self, address: WebhookAddress, connection: Connection, request: bytes, deadline: float) -> Answer:
        connection.deadline = deadline
        connection.received = 0
        reusable = False
        try:
            connection.send(request)
            response = HTTPResponse(cast(Any, connection), method="POST")
            response.begin()
            answer = Answer(response.status, _retry_after(response.getheader("Retry-After")))
            reusable = _read_to_end(response)
            return answer
        finally:
            if reusable:
                self._connections.keep(address, connection)
            else:
                connection.close()

    def _reason(self, mistake: Exception) -> str:
        match mistake:
            case TimeoutError():
                return f"no answer within {self._limits.total_s:g} seconds"
            case ssl.SSLCertVerificationError():
                return f"its certificate was not accepted: {mistake.verify_message}"
            case ssl.SSLError():
                return f"no TLS connection: {mistake.reason}"
            case AddressRefused():
                return str(mistake)
            case ConnectionRefusedError():
                return "connection refused"
            case RemoteDisconnected() | ConnectionError():
                return "the connection was closed before an answer came"
            case HTTPException():
                return f"the answer is not HTTP: {mistake!r}"
            case TooLong():
                return f"the answer's headers are over {RECEIVED_BYTES_MAX} bytes"
            case OSError():
                return f"no connection: {mistake.strerror or mistake}"
            case _:
                raise mistake


def _request(address: WebhookAddress, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == {"https": 443, "http": 80}[address.scheme] else f":{address.port}"
    lines = [f"POST {address.target} HTTP/1.1", f"Host: {host}{port}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _read_to_end(response: HTTPResponse) -> bool:
    """May the connection be used again? What the body says does not matter: the status came, and it counts."""
    try:
        while not response.isclosed() and response.read(BODY_READ_BYTES_MAX):
            if not response.isclosed():
                return False
    except (OSError, HTTPException, TooLong):
        return False
    return response.isclosed() and not response.will_close


def _retry_after(text: str | None) -> timedelta | None:
    """Seconds or a date (RFC 9110, section 10.2.3); None for what is neither."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), int(RETRY_AFTER_MAX.total_seconds())))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at - datetime.now(UTC)
