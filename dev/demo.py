"""Loads the demo organisation on the first start: a real district's rulebook, and an invented half year under it.

It goes through the HTTP API alone, as any client would, and may be run again after it broke off.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

import urllib3
import yaml

from dev.child import StackError
from dev.demo_history import Span, history
from dev.terminal import Terminal

_FOLDER = Path(__file__).resolve().parent.parent / "schemes" / "haidian-civilised-district"
_REQUEST_LIMIT_S = 60.0
_LINES_A_REQUEST = 250
_SCORED_LIMIT_S = 120.0
_POLL_S = 0.1
_NDJSON = "application/x-ndjson"


class Refused(StackError):
    """The submission service answered with a problem; `type` is the last part of its type's address."""

    def __init__(self, request: str, status: int, body: bytes) -> None:
        super().__init__(f"The demo could not be loaded: {request} answered {status}: {body.decode(errors='replace')}")
        self.status = status
        self.type = str(json.loads(body)["type"]).rpartition("/")[2] if body.startswith(b"{") else ""


class DemoClient:
    """Sends the demo's requests to the submission service. Raises Refused for an answer that is not a success."""

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
        """POST dated commands; a line that is refused is an error."""
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        answers = [json.loads(answer) for answer in self._send("POST", path, body, _NDJSON).splitlines() if answer]
        refused = [answer for answer in answers if answer.get("status") == "refused"]
        if refused:
            raise StackError(f"The demo could not be imported: {refused[0]}")

    def has(self, path: str) -> bool:
        """Whether there is something at this address by now."""
        try:
            self._send("GET", path, b"", "application/json")
        except Refused as refused:
            if refused.status not in (401, 403, 404):  # the token, the organisation or the card is not there yet
                raise
            return False
        return True

    def _send(self, method: str, path: str, body: bytes, media_type: str) -> bytes:
        headers = {**self._headers, "Content-Type": media_type}
        answer = self._http.request(method, self._url + path, body=body, headers=headers)
        if answer.status >= 300:
            raise Refused(f"{method} {path}", answer.status, answer.data)
        return answer.data


def load(urls: Mapping[str, str], token: str, terminal: Terminal, end: datetime) -> None:
    """Describe the organisation, publish its rulebook, import its half year up to `end`, go live, wait for the scores.

    Raises StackError when a request is refused, or the scores do not come.
    """
    told = yaml.safe_load((_FOLDER / "organisation.yaml").read_text())
    scheme_text = (_FOLDER / "scheme.yaml").read_text()
    scheme = yaml.safe_load(scheme_text)
    organisation = told["organisation"]
    path = f"/v1/organisations/{organisation['name']}"
    span = Span(end, ZoneInfo(organisation["time_zone"]))
    client = DemoClient(urls["submission"], token)

    terminal.say(f"Loading the demo organisation {organisation['title']} …")
    client.put(path, {"title": organisation["title"], "time_zone": organisation["time_zone"]})
    for outlet in told["outlets"]:
        client.put(f"{path}/outlets/{outlet['name']}", _body(outlet))
    client.put_text(f"{path}/schemes/{scheme['scheme']}/versions/{scheme['version']}", scheme_text)
    for department in told["departments"]:
        _register(client, path, department, span)
    lines = history(told, span)
    with terminal.counting("Importing the demo's half year", len(lines)) as advance:
        for part in _parts(lines):
            client.import_lines(f"{path}/imports", part)
            advance(len(part))
    for department in told["departments"]:
        _put_department(client, path, department, span, live=True)

    month = end.astimezone(span.zone).strftime("%Y-%m")
    scoring = DemoClient(urls["scoring"], token)
    with terminal.counting("Working out the scorecards", len(told["departments"])) as advance:
        for department in told["departments"]:
            _wait_for_card(scoring, f"{path}/scorecards/{department['name']}?calendar=month&period={month}")
            advance(1)


def first_steps(urls: Mapping[str, str], token: str) -> str:
    """What is printed when all is ready: where to look, and two commands to paste."""
    page = "/organisations/haidian"
    organisation = f"/v1{page}"
    item = {
        "department": "culture",
        "kind": "report",
        "title": "文化委开展全民阅读活动",
        "attributes": {"topic": "event"},
    }
    submit = (
        f"curl -sS -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' "
        f"-d '{json.dumps(item, ensure_ascii=False)}' {urls['submission']}{organisation}/items"
    )
    month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
    read = (
        f"curl -sS -H 'Authorization: Bearer {token}' "
        f"'{urls['scoring']}{organisation}/scorecards/culture?calendar=month&period={month}'"
    )
    return "\n".join(
        (
            "",
            "Tongbao is running. Ctrl-C stops it and keeps the data.",
            "",
            f"  submission     {urls['submission']}",
            f"  scoring        {urls['scoring']}",
            f"  notify         {urls['notify']}",
            f"  scorecards     {urls['scoring']}{page}   (sign in with the token)",
            f"  token          {token}",
            "",
            "Submit an item, then read the department's scorecard:",
            "",
            submit,
            "",
            read,
            "",
        )
    )


def _wait_for_card(scoring: DemoClient, path: str) -> None:
    deadline = monotonic() + _SCORED_LIMIT_S
    while not scoring.has(path):
        if monotonic() > deadline:
            raise StackError(f"The demo was loaded but not scored within {_SCORED_LIMIT_S:.0f} s; see the logs.")
        sleep(_POLL_S)


def _register(client: DemoClient, path: str, department: Mapping[str, Any], span: Span) -> None:
    try:
        _put_department(client, path, department, span, live=False)
    except Refused as refused:
        if refused.type != "still-live":  # a loading before this one broke off when this department was live already
            raise


def _put_department(client: DemoClient, path: str, department: Mapping[str, Any], span: Span, *, live: bool) -> None:
    body = {**_body(department), "from": span.first_day.isoformat(), "live": live}
    client.put(f"{path}/departments/{department['name']}", body)


def _body(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the API is told of an outlet or department: all but its name, which stands in the path."""
    texts = {name: value.isoformat() if name == "from" else value for name, value in entry.items()}
    del texts["name"]
    return texts


def _parts(lines: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(lines), _LINES_A_REQUEST):
        yield lines[start : start + _LINES_A_REQUEST]
