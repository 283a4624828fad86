"""The demo's way into the services: their HTTP APIs alone, as any client's."""

import json
from collections.abc import Iterable, Mapping
from time import monotonic, sleep
from typing import Any

import urllib3

from dev.child import StackError

_REQUEST_LIMIT_S = 120.0
_POLL_S = 0.1
_NDJSON = "application/x-ndjson"


class Refused(StackError):
    """A service answered with a problem; `type` is the last part of its type's address."""

    def __init__(self, request: str, status: int, body: bytes) -> None:
        super().__init__(f"The demo could not be loaded: {request} answered {status}: {body.decode(errors='replace')}")
        self.status = status
        self.type = str(json.loads(body)["type"]).rpartition("/")[2] if body.startswith(b"{") else ""


class DemoClient:
    """Sends the demo's requests to one service. Raises Refused for an answer that is not a success."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = urllib3.PoolManager(timeout=_REQUEST_LIMIT_S, retries=False)

    def put(self, path: str, body: Mapping[str, Any]) -> None:
        """PUT a JSON document."""
        self._send("PUT", path, json.dumps(body).encode(), "application/json")

    def put_text(self, path: str, text: str) -> None:
        """PUT a YAML text as it is."""
        self._send("PUT", path, text.encode(), "application/yaml")

    def import_lines(self, path: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """POST dated commands; a line that is refused is an error. Those that were imported before are left out."""
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        answers = [json.loads(answer) for answer in self._send("POST", path, body, _NDJSON).splitlines() if answer]
        refused = [answer for answer in answers if answer.get("status") == "refused"]
        if refused:
            raise StackError(f"The demo could not be imported: {refused[0]}")

    def wait_for(self, path: str, limit_s: float) -> None:
        """Block until there is something at this address. Raises StackError after ``limit_s``."""
        deadline = monotonic() + limit_s
        while not self._has(path):
            if monotonic() > deadline:
                raise StackError(f"The demo was loaded, but {path} was not there after {limit_s:.0f} s; see the logs.")
            sleep(_POLL_S)

    def _has(self, path: str) -> bool:
        try:
            self._send("GET", path, b"", "application/json")
        except Refused as refused:
            if refused.status not in (401, 403, 404, 422):  # not there yet: token, period, card
                raise
            return False
        return True

    def _send(self, method: str, path: str, body: bytes, media_type: str) -> bytes:
        headers = {**self._headers, "Content-Type": media_type}
        answer = self._http.request(method, self._url + path, body=body, headers=headers)
        if answer.status >= 300:
            raise Refused(f"{method} {path}", answer.status, answer.data)
        return answer.data
