"""A subscriber's real HTTP endpoint: verifies every signature with the reference library, and keeps what came."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class WebhookEndpoint:
    """Listens on a free port of 127.0.0.1 while the ``with`` block runs.

    ``messages`` holds each message once, by its ``webhook-id``; ``arrivals`` counts how often each came;
    ``refused`` lists what failed verification.
    """

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self._lock = threading.Lock()
        self.messages: dict[str, dict[str, Any]] = {}
        self.arrivals: Counter[str] = Counter()
        self.refused: list[str] = []

    def __enter__(self) -> "WebhookEndpoint":
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = endpoint.receive(body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """The test reads ``messages``, not a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/alerts"

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        lowered = {name.lower(): value for name, value in headers.items()}
        try:
            message = self._webhook.verify(body, lowered)
        except WebhookVerificationError as mistake:
            with self._lock:
                self.refused.append(str(mistake))
            return 401
        with self._lock:
            self.messages[lowered["webhook-id"]] = message
            self.arrivals[lowered["webhook-id"]] += 1
        return 204
