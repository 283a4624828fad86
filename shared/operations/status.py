"""The status port of processes that serve no HTTP otherwise: /livez, /readyz, /metrics."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from shared.operations import logging, metrics

Readiness = Callable[[], list[str]]
"""Says what is missing, each in a few words; an empty list means ready. It may block for a second or two at most."""

log = logging.get(__name__)


def serve(port: int, readiness: Readiness, host: str = "127.0.0.1") -> ThreadingHTTPServer | None:
    """Answer on ``port`` from a daemon thread; 0 serves nothing and gives None. Raises OSError if the port is taken."""
    if port == 0:
        return None
    server = _StatusServer((host, port), readiness)
    threading.Thread(target=server.serve_forever, name="status", daemon=True).start()
    return server


class _StatusServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], readiness: Readiness) -> None:
        super().__init__(address, _Handler)
        self.readiness = readiness


class _Handler(BaseHTTPRequestHandler):
    server: _StatusServer
    timeout = 10

    def do_GET(self) -> None:
        if self.path == "/livez":
            self._answer(200, "application/json", b'{"status":"live"}')
        elif self.path == "/readyz":
            missing = self.server.readiness()
            self._answer(503 if missing else 200, "application/json", msgspec.json.encode({"missing": missing}))
        elif self.path == "/metrics":
            self._answer(200, metrics.CONTENT_TYPE, metrics.exposition())
        else:
            self._answer(404, "application/json", b'{"status":"not found"}')

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug("status.request", line=format % args)
