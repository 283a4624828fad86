"""A webhook endpoint as subscribers run one, which verifies every signature and does as the test tells it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Received:
    webhook_id: str
    path: str
    message: dict[str, Any]
    port: int
    """The client's: the same for requests over one connection."""


@dataclass
class Answer:
    """How the endpoint answers one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    before: Callable[[], None] = lambda: None


class Receiver:
    """Answers with ``script`` in turn, and with its last answer from then on."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script) or [Answer()]
        self.received: list[Received] = []
        self.at_once_max = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.05), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def ids(self) -> list[str]:
        with self._lock:
            return [each.webhook_id for each in self.received]

    def messages(self) -> list[dict[str, Any]]:
        with self._lock:
            return [each.message for each in self.received]

    def take(self, received: Received) -> Answer:
        with self._lock:
            self.received.append(received)
            self._at_once += 1
            self.at_once_max = max(self.at_once_max, self._at_once)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def done(self) -> None:
        with self._lock:
            self._at_once -= 1


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            message = Webhook(SECRET).verify(body, dict(self.headers.items()))
            assert message == json.loads(body)
            answer = receiver.take(Received(self.headers["webhook-id"], self.path, message, self.client_address[1]))
            try:
                answer.before()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:
                self.close_connection = True  # the sender gave up
            finally:
                receiver.done()

        def log_message(self, *_: object) -> None:
            """Tests look at ``received``."""

    return Handler


def wait_for(condition: Callable[[], Any], limit_s: float = 10.0) -> Any:
    """The first true value of ``condition``; fails when there is none in time."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not come about in time"
        time.sleep(0.01)
    return value
