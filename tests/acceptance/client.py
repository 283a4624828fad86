"""A client of the three services that knows nothing but HTTP."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import urllib3

REQUEST_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: "urllib3.response.BaseHTTPResponse | dict[str, str]"
    body: Any

    def expect(self, *statuses: int) -> Any:
        assert self.status in statuses, f"{self.status} instead of {statuses}: {self.body}"
        return self.body


class Client:
    """Sends JSON with a bearer token to one service; nothing is retried, so that a test sees what a client sees."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(retries=False, timeout=REQUEST_SECONDS_MAX)

    def with_token(self, token: str) -> "Client":
        return Client(self.address, token)

    def get(self, path: str, **parameters: str) -> Answer:
        return self.send("GET", path, fields={name: value for name, value in parameters.items() if value})

    def put(self, path: str, body: object) -> Answer:
        return self.send("PUT", path, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})

    def put_text(self, path: str, text: str, media_type: str = "application/yaml") -> Answer:
        return self.send("PUT", path, body=text.encode(), headers={"Content-Type": media_type})

    def post(self, path: str, body: object, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(
            "POST", path, body=json.dumps(body).encode(), headers={"Content-Type": "application/json", **named}
        )

    def post_lines(self, path: str, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """NDJSON out, NDJSON back."""
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        answer = self._pool.request(
            "POST", self.address + path, body=body, headers=self._headers({"Content-Type": "application/x-ndjson"})
        )
        assert answer.status == 200, f"{answer.status}: {answer.data[:2000]!r}"
        return [json.loads(line) for line in answer.data.splitlines() if line.strip()]

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list, following its cursor."""
        cursor = ""
        while True:
            page = self.get(path, **parameters, cursor=cursor).expect(200)
            yield from page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        answer = self._pool.request(method, self.address + path, headers=self._headers(headers), **more)
        is_json = "json" in answer.headers.get("Content-Type", "")
        return Answer(
            answer.status, answer.headers, json.loads(answer.data) if is_json and answer.data else answer.data
        )

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", **(more or {})}
