"""The story that the acceptance and fault tests tell over HTTP: a district's first quarter of 2014."""

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from tests.acceptance.client import Client

ORGANISATION = "district"
PATH = f"/v1/organisations/{ORGANISATION}"
SCHEME = "haidian-civilised-district"
SCHEME_TEXT = (Path(__file__).parents[2] / "schemes" / SCHEME / "scheme.yaml").read_text(encoding="utf-8")
QUARTER: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("district_quarter.yaml").read_text(encoding="utf-8"))

BEIJING = dt.timezone(dt.timedelta(hours=8))
WENT_LIVE_AT = dt.datetime(2014, 4, 2, 9, 0, tzinfo=BEIJING)
MONTHS = ("2014-01", "2014-02", "2014-03")
FIRST_MONDAY = dt.date(2014, 1, 6)  # of 2014-W02

EXPECTED_MISSES = {
    (department, period) for department, told in QUARTER["departments"].items() for period in told["missed"]
}
SUMMARIES = "第{n}条:本周开展礼仪文明、环境文明、秩序文明行动的情况。"


def clock_shift_seconds() -> int:
    """How far the stack's clock must be set back so that now is the morning the departments go live."""
    return round((WENT_LIVE_AT - dt.datetime.now(dt.UTC)).total_seconds())


def describe(submission: Client) -> None:
    """The organisation, its outlets, its rulebook and its departments, whose past is yet to be imported."""
    submission.put(PATH, {"title": "文明办", "time_zone": "Asia/Shanghai"}).expect(200, 201)
    for name, outlet in QUARTER["outlets"].items():
        submission.put(f"{PATH}/outlets/{name}", {**outlet, "from": "2014-01-01"}).expect(200, 201)
    submission.put_text(f"{PATH}/schemes/{SCHEME}/versions/1", SCHEME_TEXT).expect(200, 201)
    for name in QUARTER["departments"]:
        submission.put(f"{PATH}/departments/{name}", department(name, live=False)).expect(200, 201)


def department(name: str, *, live: bool) -> dict[str, Any]:
    told = QUARTER["departments"][name]
    return {
        "title": told["title"],
        "group": told["group"],
        "tags": ["key_unit"] if told["key_unit"] else [],
        "facts": {},
        "from": "2014-01-01",
        "live": live,
    }


def go_live(submission: Client) -> None:
    for name in QUARTER["departments"]:
        submission.put(f"{PATH}/departments/{name}", department(name, live=True)).expect(200)


def reference(department: str, item: str) -> str:
    return f"{department}/{item}"


def history() -> list[dict[str, Any]]:
    """The quarter as dated commands, in the order in which they happened."""
    lines = [line for name in QUARTER["departments"] for line in _department_history(name)]
    return sorted(lines, key=lambda line: (dt.datetime.fromisoformat(line["at"]), line["key"]))


def _department_history(name: str) -> list[dict[str, Any]]:
    told = QUARTER["departments"][name]
    submitted = _submission_instants(told)
    rejected = {entry["item"] for entry in told.get("rejected", [])}
    lines = [_line(name, item, "submit", at, **_content(item)) for item, at in submitted.items()]
    accepted = {entry["item"] for key in ("adopted", "instructed") for entry in told.get(key, [])} - rejected
    for item in accepted:
        evening = submitted[item].replace(hour=18)
        lines.append(_line(name, item, "review", evening, decision="accepted"))
    for entry in told.get("rejected", []):
        at = dt.datetime.fromisoformat(entry["at"])
        lines.append(_line(name, entry["item"], "review", at, decision="rejected", reason="与上一条重复"))
    for entry in told.get("withdrawn", []):
        lines.append(_line(name, entry["item"], "withdraw", dt.datetime.fromisoformat(entry["at"]), reason="报送有误"))
    for entry in told.get("adopted", []):
        said = {"outlet": entry["outlet"], "form": entry["form"], "published_on": entry["dated"].isoformat()}
        lines.append(_line(name, entry["item"], "adopt", _noon(entry["dated"]), key_part=entry["outlet"], **said))
    for entry in told.get("instructed", []):
        said = {"level": entry["level"], "instructed_on": entry["dated"].isoformat()}
        lines.append(_line(name, entry["item"], "instruct", _noon(entry["dated"]), key_part=entry["level"], **said))
    return lines


def _submission_instants(told: dict[str, Any]) -> dict[str, dt.datetime]:
    instants = {}
    for week, count in enumerate(told["weeks"]):
        for n in range(count):
            day = FIRST_MONDAY + dt.timedelta(weeks=week, days=n + 1)
            instants[f"W{week + 2:02}.{n + 1}"] = dt.datetime.combine(day, dt.time(10), BEIJING)
    for item, at in told.get("at", {}).items():
        instants[item] = dt.datetime.fromisoformat(at)
    return instants


def _content(item: str) -> dict[str, Any]:
    return {
        "kind": "report",
        "title": f"文明创建工作动态 {item}",
        "summary": SUMMARIES.format(n=item),
        "contributors": [{"name": "信息员", "role": "author"}],
        "attributes": {"topic": "progress"},
    }


def _line(name: str, item: str, command: str, at: dt.datetime, key_part: str = "", **said: Any) -> dict[str, Any]:
    return {
        "key": f"{name}/{item}/{command}/{key_part}",
        "at": at.isoformat(),
        "command": command,
        "department": name,
        "item": reference(name, item),
        **said,
    }


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), BEIJING)
