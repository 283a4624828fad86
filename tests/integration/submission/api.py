"""The submission service as its clients see it: the real application on a real Postgres, asked in process."""

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.submission.application.tokens import ensure_administrator
from services.submission.bootstrap import Submission, over
from services.submission.http.app import assemble
from shared.operations.database import open_pool
from shared.operations.settings import WebSettings

ADMINISTRATOR = "the installation's administrator of the tests"
SCHEME = """
scheme: news
version: 1
title: 信息报送办法
effective: {from: 2014-01-01, begins: at_once}
time_zone: Asia/Shanghai
calendars: {week: {every: week}}
kinds:
  report:
    title: 信息
    attributes:
      topic: {type: choice, of: [progress, problem, practice], required: true}
      photos: {type: integer}
    review: [{stages: [section, office]}]
  notice:
    title: 通知
measures:
  reports: {title: 报送, count: submitted, where: {kind: report}}
quotas:
  weekly: {title: 每周一条, measure: reports, calendar: week, at_least: 1, due: {after_end: P0D}}
lines: {total: reports}
scorecards:
  week: {lines: [total]}
"""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Any

    def expect(self, *statuses: int) -> Any:
        assert self.status in statuses, f"{self.status} instead of {statuses}: {self.body}"
        return self.body

    def problem(self, status: int, kind: str) -> list[str]:
        """The fields that a problem document of this kind names."""
        assert (self.status, self.body["type"]) == (status, f"/problems/{kind}"), self.body
        assert self.headers["Content-Type"] == "application/problem+json"
        return [error["field"] for error in self.body.get("errors", [])]


class Api:
    """Asks with one token."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.token = token
        self._client: FlaskClient = app.test_client()

    def with_token(self, token: str) -> "Api":
        return Api(self.app, token)

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", path, query_string=query)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.send("DELETE", path, query_string=query)

    def put(self, path: str, body: object, **headers: str) -> Answer:
        return self.send("PUT", path, data=json.dumps(body), content_type="application/json", headers=headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.send("POST", path, data=json.dumps(body), content_type="application/json", headers=headers)

    def put_text(self, path: str, text: str, media_type: str = "application/yaml") -> Answer:
        return self.send("PUT", path, data=text.encode(), content_type=media_type)

    def import_lines(self, path: str, lines: Iterable[dict[str, Any] | bytes]) -> list[dict[str, Any]]:
        data = b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines)
        response = self._open("POST", path, data=data, content_type="application/x-ndjson")
        assert response.status_code == 200, response.data
        answers = [json.loads(line) for line in response.data.splitlines()]
        response.close()
        return answers

    def send(self, method: str, path: str, **how: Any) -> Answer:
        response = self._open(method, path, **how)
        is_json = (response.mimetype or "").endswith(("/json", "+json"))
        body = json.loads(response.data) if is_json and response.data else response.data
        response.close()
        return Answer(response.status_code, body, response.headers)

    def _open(self, method: str, path: str, **how: Any) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in how.pop("headers", {}).items()}
        headers = {"Authorization": f"Bearer {self.token}", **given}
        return self._client.open(path, method=method, headers=headers, **how)


@dataclass(frozen=True)
class World:
    """A wired service over a database, and its administrator."""

    wired: Submission
    api: Api

    @classmethod
    def on(cls, database_url: str, clock_shift: str = "") -> "World":
        options = f"-c tongbao.clock_shift={clock_shift}" if clock_shift else ""
        wired = over(open_pool(database_url, 10, "submission-test", options=options))
        with wired.transactions.begin() as transaction:
            ensure_administrator(transaction, ADMINISTRATOR)
        app = assemble(WebSettings(access_log="off"), wired)
        app.testing = True
        return cls(wired, Api(app, ADMINISTRATOR))

    def organisation(self, *, scheme: str | None = SCHEME) -> "Organisation":
        """A new one with a rulebook, the live department ``press``, and the outlet ``daily``."""
        made = Organisation(self, f"org{next(_numbers)}")
        made.api.put(made.path, {"title": "文明办", "time_zone": "Asia/Shanghai"}).expect(201)
        if scheme is not None:
            made.publish(scheme)
        made.department("press")
        made.api.put(f"{made.path}/outlets/daily", OUTLET).expect(201)
        return made


OUTLET = {"title": "日报", "tier": "city", "medium": "newspaper", "from": "2014-01-01"}
DEPARTMENT = {
    "title": "宣传科",
    "group": "street",
    "tags": ["key_unit"],
    "facts": {"staff": "12"},
    "from": "2014-01-01",
}
REPORT = {"department": "press", "kind": "report", "title": "动态", "attributes": {"topic": "progress"}}


@dataclass(frozen=True)
class Organisation:
    world: World
    name: str

    @property
    def path(self) -> str:
        return f"/v1/organisations/{self.name}"

    @property
    def api(self) -> Api:
        return self.world.api

    def publish(self, text: str, version: int = 1) -> Answer:
        name = text.split("scheme:", 1)[1].split()[0]
        return self.api.put_text(f"{self.path}/schemes/{name}/versions/{version}", text)

    def department(self, name: str, **changes: Any) -> Answer:
        return self.api.put(f"{self.path}/departments/{name}", {**DEPARTMENT, **changes})

    def token(self, role: str, department: str | None = None) -> Api:
        body = {"title": role, "role": role, "department": department}
        return self.api.with_token(self.api.post(f"{self.path}/tokens", body).expect(201)["secret"])

    def submit(self, api: Api | None = None, **changes: Any) -> dict[str, Any]:
        item: dict[str, Any] = (api or self.api).post(f"{self.path}/items", {**REPORT, **changes}).expect(201)
        return item

    def accepted(self) -> dict[str, Any]:
        """An item that has passed both stages, submitted by somebody else than the administrator."""
        item = self.submit(self.token("submitter"))
        for _ in range(2):
            item = self.post(item, "reviews", {"decision": "accepted"}).expect(201)
        return item

    def post(self, item: dict[str, Any], what: str, body: object, **headers: str) -> Answer:
        return self.api.post(f"{self.path}/items/{item['id']}/{what}", body, **headers)

    def events(self, department: str = "press") -> list[tuple[str, Any]]:
        """Type and recorded instant of the department's events, in order."""
        with self.world.wired.pool.connection() as conn:
            rows = conn.execute(
                "SELECT type, recorded_at FROM events WHERE stream = %s ORDER BY version",
                (f"{self.name}/{department}",),
            ).fetchall()
        return [(row[0].removeprefix("tongbao.").removesuffix(".v1"), row[1]) for row in rows]
