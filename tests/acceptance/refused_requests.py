"""Requests with one thing wrong in each, and the problem that must answer them."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from tests.acceptance.bureau import PATH, SCHEME
from tests.acceptance.client import Answer, Client
from tests.acceptance.story import Services
from tests.waiting import wait_for

ELSEWHERE = "/v1/organisations/elsewhere"
NOBODY = "00000000-0000-7000-8000-000000000000"
TOKEN_SECONDS_MAX = 10.0

Who = Literal["administrator", "elsewhere", "reader", "submitter", "north"]


@dataclass(frozen=True)
class Strangers:
    """Tokens that may not do everything: the other organisation's administrator, and others of the bureau."""

    tokens: dict[str, str]

    @classmethod
    def of(cls, services: Services) -> "Strangers":
        submission = services.submission
        submission.put(ELSEWHERE, {"title": "别处", "time_zone": "Asia/Shanghai"}).expect(201)
        wanted = {
            "elsewhere": (ELSEWHERE, {"role": "administrator"}),
            "reader": (PATH, {"role": "reader"}),
            "submitter": (PATH, {"role": "submitter"}),
            "north": (PATH, {"role": "operator", "department": "north"}),
        }
        tokens = {
            name: submission.post(f"{path}/tokens", {"title": name, **body}).expect(201)["secret"]
            for name, (path, body) in wanted.items()
        }
        for service in (services.scoring, services.notify):
            _wait_known(service, tokens["reader"], tokens["north"])
        return cls(tokens)


def _wait_known(service: Client, *tokens: str) -> None:
    path = f"{PATH}/obligations" if "scoring" in service.address else PATH
    for token in tokens:
        reader = service.with_token(token)
        wait_for("the token", partial(_is_known, reader, path), seconds=TOKEN_SECONDS_MAX)


def _is_known(reader: Client, path: str) -> bool:
    return reader.get(path).status != 401


@dataclass(frozen=True)
class Refused:
    what: str
    method: str
    path: str
    body: Any
    status: int
    field: str | None = None
    service: str = "submission"
    who: Who = "administrator"

    def send(self, services: Services, strangers: Strangers) -> Answer:
        client: Client = getattr(services, self.service)
        if self.who != "administrator":
            client = client.with_token(strangers.tokens[self.who])
        match self.method:
            case "GET":
                return client.get(self.path, **(self.body or {}))
            case "POST":
                return client.post(self.path, self.body)
            case "PUT":
                return client.put(self.path, self.body)
            case _:
                return client.send(self.method, self.path, fields=self.body)


def _post(what: str, path: str, body: Any, status: int = 422, field: str | None = None, **more: Any) -> Refused:
    return Refused(what, "POST", f"{PATH}{path}", body, status, field, **more)


def _get(
    what: str, path: str, asked: dict[str, str], status: int = 422, field: str | None = None, **more: Any
) -> Refused:
    return Refused(what, "GET", f"{PATH}{path}", asked, status, field, service="scoring", **more)


def _put(what: str, path: str, body: Any, status: int = 422, field: str | None = None, **more: Any) -> Refused:
    return Refused(what, "PUT", f"{PATH}{path}", body, status, field, **more)


_PERSON = {"title": "孙明", "roles": ["correspondent"], "from": "2014-04-02"}
_ITEM = {
    "department": "north",
    "kind": "report",
    "title": "动态",
    "attributes": {"length": 300},
    "contributors": [{"person": "wang", "role": "author"}],
}
_CALL = {"departments": ["north"], "title": "约稿", "due_at": "2014-05-01T12:00:00+08:00"}
_ADJUSTMENT = {
    "department": "north",
    "category": "interview",
    "value": "1",
    "adjusted_on": "2014-04-01",
    "reason": "表扬",
}
_WAIVER = {"departments": ["north"], "periods": ["2014-04"], "quota": "monthly_reports", "reason": "撤并"}
_LEAVING = {"last_on": "2014-04-30", "into": ["south"], "reason": "撤并"}
_CLOSING = {"last_on": "2014-05-31"}
_BACKDATING = {"from": "2014-02-01", "reason": "重新计算"}
_DRIVE = f"/schemes/{SCHEME}/calendars/drive/closing"
_SECOND = f"/schemes/{SCHEME}/versions/2/backdating"
_PERSONS = "/departments/north/persons"

PERSONS = (
    _put("a person of no department", "/departments/nort/persons/sun", _PERSON, 404),
    _put("a person from a day that does not exist", f"{_PERSONS}/sun", {**_PERSON, "from": "2014-02-30"}, field="from"),
    _put("a person until before from", f"{_PERSONS}/sun", {**_PERSON, "until": "2014-04-01"}, field="until"),
    _put("too many roles", f"{_PERSONS}/sun", {**_PERSON, "roles": [f"r{n}" for n in range(51)]}, field="roles"),
    _put("a person with an unknown field", f"{_PERSONS}/sun", {**_PERSON, "post": "leader"}, field="post"),
    _put("a person by another organisation", f"{_PERSONS}/sun", _PERSON, 403, who="elsewhere"),
    _put("a person by a submitter", f"{_PERSONS}/sun", _PERSON, 403, who="submitter"),
    _put("a person of another department", "/departments/south/persons/sun", _PERSON, 403, who="north"),
)
ITEMS = (
    _post("an item with nobody's department", "/items", {**_ITEM, "departments": ["nowhere"]}, field="departments.0"),
    _post("an item with its own department", "/items", {**_ITEM, "departments": ["north"]}, field="departments.0"),
    _post("an item of too many", "/items", {**_ITEM, "departments": [f"d{n}" for n in range(21)]}, field="departments"),
    _post(
        "an item by nobody",
        "/items",
        {**_ITEM, "contributors": [{"person": "sun", "role": "author"}]},
        field="contributors.0.person",
    ),
    _post(
        "an item by another department's",
        "/items",
        {**_ITEM, "contributors": [{"person": "zhao", "role": "author", "department": "south"}]},
        field="contributors.0.department",
    ),
    _post(
        "an item in an unknown role",
        "/items",
        {**_ITEM, "contributors": [{"person": "wang", "role": "writer"}]},
        field="contributors.0.role",
    ),
    _post("an item without its author", "/items", {**_ITEM, "contributors": []}, field="contributors"),
    _post("an item that answers nothing", "/items", {**_ITEM, "answers": NOBODY}, field="answers"),
    _post("an item without its length", "/items", {**_ITEM, "attributes": {}}, field="attributes.length"),
    _post("an item of no length", "/items", {**_ITEM, "attributes": {"length": 0}}, field="attributes.length"),
    _post("an item of tomorrow", "/items", {**_ITEM, "happened_on": "2014-04-03"}, field="happened_on"),
    _post("a correction of nothing", f"/items/{NOBODY}/corrections", {"title": "动态", "reason": "更正"}, 404),
    _post("a correction without reason", f"/items/{NOBODY}/corrections", {"title": "动态"}, field="reason"),
    _post(
        "a measurement of nothing",
        f"/items/{NOBODY}/measurements",
        {"metric": "clicks", "value": "3", "measured_on": "2014-04-01"},
        404,
    ),
    _post(
        "a measurement that is no number",
        f"/items/{NOBODY}/measurements",
        {"metric": "clicks", "value": "1e9999", "measured_on": "2014-04-01"},
        field="value",
    ),
)
RECORDS = (
    _post("a call to nobody", "/calls", {**_CALL, "departments": ["north", "nowhere"]}, field="departments.1"),
    _post("a call to none", "/calls", {**_CALL, "departments": []}, field="departments"),
    _post("a call to too many", "/calls", {**_CALL, "departments": [f"d{n}" for n in range(501)]}, field="departments"),
    _post("a call that is due already", "/calls", {**_CALL, "due_at": "2014-04-01T12:00:00+08:00"}, field="due_at"),
    _post("a call due without a zone", "/calls", {**_CALL, "due_at": "2014-05-01T12:00:00"}, field="due_at"),
    _post("a call by a submitter", "/calls", _CALL, 403, who="submitter"),
    _post("a call to another department", "/calls", {**_CALL, "departments": ["south"]}, 403, who="north"),
    Refused("a cancellation of nothing", "DELETE", f"{PATH}/calls/{NOBODY}", {"reason": "误发"}, 404),
    _post("an adjustment of nobody", "/adjustments", {**_ADJUSTMENT, "person": "sun"}, field="person"),
    _post("an adjustment of no department", "/adjustments", {**_ADJUSTMENT, "department": "x"}, field="department"),
    _post(
        "an adjustment of tomorrow", "/adjustments", {**_ADJUSTMENT, "adjusted_on": "2014-04-03"}, field="adjusted_on"
    ),
    _post("an adjustment by too much", "/adjustments", {**_ADJUSTMENT, "value": "1" * 20}, field="value"),
    _post("an adjustment under no scheme", "/adjustments", {**_ADJUSTMENT, "scheme": "burea"}, field="scheme"),
    _post("an adjustment without reason", "/adjustments", {**_ADJUSTMENT, "reason": " "}, field="reason"),
    _post("an adjustment by a reader", "/adjustments", _ADJUSTMENT, 403, who="reader"),
    Refused("a retraction without reason", "DELETE", f"{PATH}/adjustments/{NOBODY}", {}, 422, "reason"),
    Refused("a retraction of nothing", "DELETE", f"{PATH}/adjustments/{NOBODY}", {"reason": "误记"}, 404),
    _post("a waiver of no quota", "/waivers", {**_WAIVER, "quota": "weekly_reports"}, field="quota"),
    _post("a waiver of a group's quota", "/waivers", {**_WAIVER, "quota": "all_reports"}, field="quota"),
    _post("a waiver of nobody", "/waivers", {**_WAIVER, "quota": "own_reports", "person": "sun"}, field="person"),
    _post("a waiver of a person who owes nothing", "/waivers", {**_WAIVER, "person": "wang"}, field="person"),
    _post("too many waivers", "/waivers", {**_WAIVER, "periods": [f"p{n}" for n in range(61)]}, field="periods"),
    _post("a waiver by a reader", "/waivers", _WAIVER, 403, who="reader"),
    _post("a waiver by another organisation", "/waivers", _WAIVER, 403, who="elsewhere"),
    Refused("calls of no department", "GET", f"{PATH}/calls", {"department": "NORTH"}, 422, "department"),
    Refused("waivers from no cursor", "GET", f"{PATH}/waivers", {"cursor": "x"}, 422, "cursor"),
)
RULES = (
    _post(
        "leaving before the first day",
        "/departments/north/leaving",
        {**_LEAVING, "last_on": "2013-12-31"},
        field="last_on",
    ),
    _post("leaving into nothing", "/departments/north/leaving", {**_LEAVING, "into": ["west"]}, field="into.0"),
    _post("leaving of nobody", "/departments/west/leaving", _LEAVING, 404),
    _post("leaving by an operator", "/departments/north/leaving", _LEAVING, 403, who="north"),
    _post("closing no calendar", f"/schemes/{SCHEME}/calendars/drove/closing", _CLOSING, field="calendar"),
    _post("closing no scheme's", "/schemes/burea/calendars/drive/closing", _CLOSING, field="scheme"),
    _post("closing months", f"/schemes/{SCHEME}/calendars/month/closing", _CLOSING, 409, field="calendar"),
    _post("closing before the beginning", _DRIVE, {"last_on": "2014-02-01"}, field="last_on"),
    _post("closing in the past", _DRIVE, {"last_on": "2014-04-01"}, field="last_on"),
    _post("closing by a reader", _DRIVE, _CLOSING, 403, who="reader"),
    _post("backdating no version", f"/schemes/{SCHEME}/versions/7/backdating", _BACKDATING, 404),
    _post("backdating to later", _SECOND, {**_BACKDATING, "from": "2014-03-01"}, field="from"),
    _post("backdating before the first", _SECOND, {**_BACKDATING, "from": "2013-12-31"}, field="from"),
    _post("backdating by an operator", _SECOND, _BACKDATING, 403, who="north"),
)
READS = (
    _get("cards of no calendar", "/scorecards", {"calendar": "week"}, field="calendar"),
    _get("cards of no period", "/scorecards", {"calendar": "month", "period": "2014-13"}, field="period"),
    _get("cards of no subject", "/scorecards", {"calendar": "month", "subject": "team"}, field="subject"),
    _get("cards of no scheme", "/scorecards", {"scheme": "burea"}, field="scheme"),
    _get("cards as of no day", "/scorecards", {"as_of": "2014-02-30"}, field="as_of"),
    _get("cards as of no zone", "/scorecards", {"as_of": "2014-02-03T10:00:00"}, field="as_of"),
    _get("a card of nobody", "/scorecards/north", {"calendar": "month", "person": "sun"}, 404),
    _get("a card of no department", "/scorecards/west", {"calendar": "month"}, 404),
    _get("a card by another organisation", "/scorecards/north", {}, 403, who="elsewhere"),
    _get("a card of another department", "/scorecards/south", {}, 403, who="north"),
    _get("a line of no name", "/scorecards/north/lines/totl", {"calendar": "month"}, 404),
    _get("changes since ever", "/scorecards/north/changes", {}, field="since"),
    _get("changes since no day", "/scorecards/north/changes", {"since": "2014-04-31"}, field="since"),
    _get("changes from no cursor", "/scorecards/north/changes", {"since": "2014-04-01", "cursor": "?"}, field="cursor"),
    _get("rates of no calendar", "/rates", {"calendar": "week"}, field="calendar"),
    _get("rates of no period", "/rates", {"calendar": "month", "period": "2014-Q1"}, field="period"),
    _get("rates by another organisation", "/rates", {}, 403, who="elsewhere"),
    _get("the distribution of no year", "/distribution", {"year": "14"}, field="year"),
    _get("the distribution of no measure", "/distribution", {"measure": "report"}, field="measure"),
    _get("the ledger from no day", "/ledger", {"from": "2014-02-30"}, field="from"),
    _get("obligations of no state", "/obligations", {"state": "late"}, field="state"),
    _get("more than a page", "/obligations", {"limit": "1000"}, field="limit"),
)
TABLE = (*PERSONS, *ITEMS, *RECORDS, *RULES, *READS)
