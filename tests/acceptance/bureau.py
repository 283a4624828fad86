"""The story of the rulebook's acceptance test: a bureau's first quarter of 2014, told over HTTP alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.acceptance.client import Answer, Client
from tests.acceptance.district import BEIJING
from tests.acceptance.story import CATCH_UP_SECONDS_MAX, SECRET
from tests.acceptance.webhook_endpoint import WebhookEndpoint
from tests.waiting import wait_for

FOLDER = Path(__file__).with_name("rulebook")
ORGANISATION = "bureau"
PATH = f"/v1/organisations/{ORGANISATION}"
SCHEME = "bureau"
TEXTS = {n: (FOLDER / name).read_text(encoding="utf-8") for n, name in ((1, "scheme.yaml"), (2, "scheme-2.yaml"))}
QUARTER: dict[str, Any] = yaml.safe_load((FOLDER / "quarter.yaml").read_text(encoding="utf-8"))
EXPECTED = QUARTER["expected"]
SUBJECTS = ("department", "person", "group", "organisation")
QUARTERLY_SUBJECTS = ("department", "group")
MONTHS = ("2014-01", "2014-02", "2014-03")
SECOND_PUBLISHED_AT = "2014-02-14"
"""In the middle of February; it begins with March."""

MARCH_ENDED_AT = dt.datetime(2014, 4, 1, tzinfo=BEIJING)
EXPRESS_IN = dt.timedelta(seconds=30)
"""After version 2 is published; the bureau is live by then, so that its bulletin is not history."""

Figures = dict[str, tuple[list[Decimal], Any]]
"""By a card's owner: its values in the order of its lines, and its rank."""
Cells = dict[tuple[Any, ...], Any]
"""By calendar, period, subject, department, person or group, and line (or "rank")."""
Differences = dict[tuple[Any, ...], tuple[Any, ...]]
"""Likewise: what it was, and what it would be."""


def clock_shift() -> int:
    """How far the clock is set back: to a second from which, after an ordinary start, a minute is soon full."""
    started_at = dt.datetime(2014, 4, 2, 9, 0, 25, tzinfo=BEIJING)
    return round((started_at - dt.datetime.now(dt.UTC)).total_seconds())


def describe(submission: Client) -> None:
    """The organisation with everybody in it, and its rulebook; the past is yet to be imported."""
    submission.put(PATH, {"title": "某局", "time_zone": "Asia/Shanghai"}).expect(200, 201)
    for name, outlet in QUARTER["outlets"].items():
        submission.put(f"{PATH}/outlets/{name}", {**outlet, "from": "2014-01-01"}).expect(200, 201)
    submission.put_text(f"{PATH}/schemes/{SCHEME}/versions/1", TEXTS[1]).expect(200, 201)
    for name in QUARTER["departments"]:
        submission.put(f"{PATH}/departments/{name}", department(name, live=False)).expect(200, 201)
    for name, told in QUARTER["persons"].items():
        told = {**told, "from": "2014-01-01"}
        submission.put(f"{PATH}/departments/{told.pop('department')}/persons/{name}", told).expect(200, 201)


def department(name: str, *, live: bool) -> dict[str, Any]:
    return {**QUARTER["departments"][name], "tags": [], "from": "2014-01-01", "live": live}


def go_live(submission: Client) -> None:
    for name in QUARTER["departments"]:
        submission.put(f"{PATH}/departments/{name}", department(name, live=True)).expect(200)


def subscribe(notify: Client, endpoint: WebhookEndpoint) -> None:
    """Every alert, also those of the imported past."""
    subscription = {"title": "验收", "history": True, "webhook": {"address": endpoint.address, "secret": SECRET}}
    wait_for(
        "the subscription",
        lambda: notify.post(f"{PATH}/subscriptions", subscription).status == 201,
        seconds=CATCH_UP_SECONDS_MAX,
    )


def import_past(submission: Client, shift: int) -> None:
    """The quarter, with version 2 published where the past has come to the middle of February."""
    lines = list(history())
    _import(submission, [line for line in lines if line["at"] < SECOND_PUBLISHED_AT])
    submission.put_text(f"{PATH}/schemes/{SCHEME}/versions/2", second_version(shift)).expect(201)
    _import(submission, [line for line in lines if line["at"] >= SECOND_PUBLISHED_AT])


def _import(submission: Client, lines: list[dict[str, Any]]) -> None:
    *answers, summary = submission.post_lines(f"{PATH}/imports", lines)
    assert summary["imported"] == len(lines), [answer for answer in answers if answer["status"] != "imported"]


def second_version(shift: int) -> str:
    """Version 2, whose express bulletin of March is due at the first full minute that is EXPRESS_IN away."""
    due_at = dt.datetime.now(BEIJING) + dt.timedelta(seconds=shift) + EXPRESS_IN
    minutes = (due_at - MARCH_ENDED_AT) // dt.timedelta(minutes=1) + 1
    usual = "issue: {after_close: P1DT9H}"
    assert usual in TEXTS[2]
    return TEXTS[2].replace(usual, f"issue: {{after_close: PT{minutes}M}}")


def history() -> Iterator[dict[str, Any]]:
    """The quarter as import lines, in the order in which they happened."""
    for told in QUARTER["history"]:
        yield _line(dict(told))


def _line(told: dict[str, Any]) -> dict[str, Any]:
    at = told["at"] if isinstance(told["at"], dt.datetime) else dt.datetime.fromisoformat(told["at"])
    told["at"] = at.replace(tzinfo=BEIJING).isoformat()
    told["key"] = f"{told['at']}/{told['command']}"
    day = at.date().isoformat()
    match told["command"]:
        case "submit":
            own = {"kind": "report", "title": told["item"], "attributes": {"length": told.pop("length")}}
            told |= own | {"contributors": [*_contributors(told, "author"), *_contributors(told, "editor")]}
        case "adopt":
            told |= {"form": "whole", "published_on": day}
        case "measure":
            told["measured_on"] = day
        case "adjust":
            told["adjusted_on"] = day
        case "call":
            told["due_at"] = dt.datetime.fromisoformat(str(told["due_at"])).replace(tzinfo=BEIJING).isoformat()
    return told


def _contributors(told: dict[str, Any], role: str) -> Iterator[dict[str, Any]]:
    """``wang`` of the submitting department, ``south/zhao`` of another one."""
    for name in told.pop(role, []):
        department, _, person = name.rpartition("/")
        yield {"person": person, "role": role, **({"department": department} if department else {})}


def cards(scoring: Client, calendar: str, period: str, subject: str, **more: str) -> Figures:
    """By the owner's name: the values of the card in the order of its lines, and the rank, or None."""
    answer = scoring.get(f"{PATH}/scorecards", calendar=calendar, period=period, subject=subject, **more)
    if answer.status == 404:
        return {}
    found = answer.expect(200)
    lines = [line["line"] for line in found["scorecard"]["lines"]]
    return {_owner(subject, card): _figures(card, lines) for card in found["scorecards"]}


def _owner(subject: str, card: dict[str, Any]) -> str:
    return str({"department": card["department"], "person": card["person"], "group": card["group"]}.get(subject, ""))


def _figures(card: dict[str, Any], lines: list[str]) -> tuple[list[Decimal], Any]:
    return [Decimal(card["lines"][name]["value"]) for name in lines], card["rank"] and card["rank"]["place"]


def expected(subject: str, period: str) -> Figures:
    told = EXPECTED["organisation"] if subject == "organisation" else EXPECTED[f"{subject}s"]
    if subject == "organisation":
        return {"": (_decimals(told[period]), None)}
    return {name: (_decimals(values), rank) for name, (values, rank) in told[period].items()}


def expected_quarter() -> Figures:
    return {name: (_decimals(values), rank) for name, (values, rank) in EXPECTED["quarter"].items()}


def _decimals(values: list[object]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def obligations(scoring: Client, **chosen: str) -> set[tuple[Any, ...]]:
    """(department, quota, period, person) of those that are chosen."""
    found = list(scoring.pages(f"{PATH}/obligations", **chosen))
    named = [(each["department"], each["quota"], each["period"], each["person"]) for each in found]
    assert len(named) == len(set(named)), "an obligation is listed twice"
    return set(named)


def expected_misses() -> set[tuple[Any, ...]]:
    return {tuple(each) for each in EXPECTED["missed"]}


def announced(endpoint: WebhookEndpoint, event: str = "alert.opened") -> Counter[tuple[Any, ...]]:
    """How many different messages came of missed obligations, by (department, quota, period, person)."""
    told = [message for message in list(endpoint.messages.values()) if message["type"] == event]
    return Counter(
        (said["department"], said["quota"], said["period"], said["person"])
        for said in (message["data"] for message in told)
        if said["condition"] == "missed"
    )


def just_before(instant: str) -> str:
    return (dt.datetime.fromisoformat(instant) - dt.timedelta(microseconds=1)).isoformat()


def item(submission: Client, department: str, title: str) -> dict[str, Any]:
    items = submission.pages(f"{PATH}/items", department=department)
    return next(item for item in items if item["title"] == title)


def correct_length(submission: Client, item: dict[str, Any], length: int, reason: str) -> Answer:
    said = {name: item[name] for name in ("title", "summary", "contributors", "happened_on")}
    said |= {"attributes": {"length": length}, "reason": reason}
    return submission.post(f"{PATH}/items/{item['id']}/corrections", said)


def adjust(submission: Client, department: str, value: str) -> None:
    said = {"department": department, "category": "interview", "value": value, "adjusted_on": "2014-04-02"}
    submission.post(f"{PATH}/adjustments", {**said, "reason": "表扬"}).expect(201)


def adopt(submission: Client, item: dict[str, Any], outlet: str, published_on: str) -> None:
    said = {"outlet": outlet, "form": "whole", "published_on": published_on}
    submission.post(f"{PATH}/items/{item['id']}/adoptions", said).expect(201)


def retract_adoption(submission: Client, item: dict[str, Any], reason: str) -> None:
    [adoption] = item["adoptions"]
    path = f"{PATH}/items/{item['id']}/adoptions/{adoption['id']}"
    submission.send("DELETE", path, fields={"reason": reason}).expect(200)


def all_cards(scoring: Client, **asked: str) -> Cells:
    """Every value on every card of the quarter, and every rank."""
    found: Cells = {}
    months = (("month", month, subject) for month in MONTHS for subject in SUBJECTS)
    for calendar, period, subject in (*months, *(("quarter", "2014-Q1", subject) for subject in QUARTERLY_SUBJECTS)):
        asking = {"calendar": calendar, "period": period, "subject": subject, **asked}
        for card in scoring.get(f"{PATH}/scorecards", **asking).expect(200)["scorecards"]:
            place = (calendar, period, subject, card["department"], _name(subject, card))
            found |= {(*place, line): Decimal(told["value"]) for line, told in card["lines"].items()}
            found[*place, "rank"] = card["rank"] and card["rank"]["place"]
    return found


def _name(subject: str, card: dict[str, Any]) -> str | None:
    return {"person": card["person"], "group": card["group"]}.get(subject)


def issue(scoring: Client, bulletin: str, period: str) -> Answer:
    return scoring.post(f"{PATH}/bulletins", {"bulletin": bulletin, "period": period})


def told_cards(document: dict[str, Any], subject: str) -> Figures:
    """As ``cards``, but as a bulletin tells them."""
    table = next(table for table in document["figures"]["tables"] if table["subject"] == subject)
    lines = [line["line"] for line in table["lines"]]
    return {
        _owner(subject, card): ([Decimal(card["lines"][line]) for line in lines], card["rank"])
        for card in table["cards"]
    }


def errata(told: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (
            *(one["of"], one["subject"], one["department"], one["person"] or one["group"]),
            *(one["name"], one["was"], one["now"]),
        )
        for one in told
    }


def ask_what_if(scoring: Client, question: dict[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = scoring.post(f"{PATH}/what-ifs", question).expect(202)
    assert asked["state"] == "waiting"
    return asked


def finished(scoring: Client, asked: dict[str, Any]) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = scoring.get(asked["address"]).expect(200)
        assert 0 <= found["progress"] <= 1
        return found if found["state"] in ("done", "failed", "cancelled") else None

    return wait_for("the what-if", ended, seconds=CATCH_UP_SECONDS_MAX)


def differences(scoring: Client, asked: dict[str, Any], **chosen: str) -> Differences:
    found: Differences = {}
    cursor = ""
    while True:
        page = scoring.get(asked["address"], **chosen, cursor=cursor).expect(200)
        for card in page["differences"]:
            place = (card["calendar"], card["period"], card["subject"], card["department"], card["name"])
            assert not card["quotas"], f"what was owed differs: {card}"
            for line in card["lines"]:
                found[*place, line["line"]] = (Decimal(line["before"]), Decimal(line["after"]))
            if card["rank"]["before"] != card["rank"]["after"]:
                found[*place, "rank"] = (card["rank"]["before"], card["rank"]["after"])
        cursor = page["next_cursor"] or ""
        if not cursor:
            return found


def expected_differences(told: dict[str, list[list[Any]]]) -> Differences:
    """``told``: by period, the lines of quarter.yaml."""
    return {
        ("quarter" if "Q" in period else "month", period, *line[:4]): tuple(_decimals(line[4:]))
        for period, lines in told.items()
        for line in lines
    }


def changed(cells: Cells, by: Differences) -> Cells:
    return {**cells, **{place: after for place, (_, after) in by.items()}}
