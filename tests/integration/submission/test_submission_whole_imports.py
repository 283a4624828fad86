"""A past of the whole language: persons, joint items, calls, adjustments, waivers, closings, changes, leaving."""

import itertools
from typing import Any

from services.submission.application.rebuild_items import rebuild_items
from tests.integration.submission.api import Organisation, World
from tests.integration.submission.test_submission_imports_api import refusals, send
from tests.integration.submission.whole import PERSON, SCHEME, kinds_of

Line = dict[str, Any]
_numbers = itertools.count(1)


def line(key: str, at: str, command: str, department: str | None = "archive", **said: Any) -> Line:
    own = {} if department is None else {"department": department}
    return {"key": key, "at": f"2014-{at}:00:00+08:00", "command": command, **own, **said}


CONTENT: Line = {"title": "动态", "attributes": {"channel": "own_site"}}
SUBMIT: Line = {"kind": "report", **CONTENT, "contributors": [{"person": "wang", "role": "author"}]}
CALL: Line = {
    "call": "约1",
    "departments": ["archive", "annals"],
    "title": "约稿",
    "due_at": "2014-02-01T00:00:00+08:00",
}
ANSWER: Line = {"kind": "answer", "title": "应约", "answers": "约1"}
HISTORY: list[Line | bytes] = [
    line("p1", "01-02T09", "person", person="wang", **PERSON),
    line("s1", "01-07T10", "submit", item="R1", departments=["annals"], **SUBMIT),
    line("m1", "01-08T10", "measure", item="R1", metric="clicks", value="90", measured_on="2014-01-08"),
    line("m2", "01-09T10", "measure", item="R1", metric="clicks", value="95.5", measured_on="2014-01-09"),
    line("x1", "01-09T11", "retract", item="R1", fact="m2", reason="读错"),
    line("k1", "01-10T10", "correct", item="R1", reason="错字", **CONTENT, contributors=[{"name": "张三"}]),
    line("c1", "01-15T10", "call", department=None, **CALL),
    line("s2", "01-16T10", "submit", item="R2", **ANSWER),
    line("c2", "01-17T10", "call", department=None, **{**CALL, "call": "约2", "departments": ["annals"]}),
    line("c3", "01-18T10", "cancel_call", department=None, call="约2", reason="取消"),
    line("a1", "01-20T10", "adjust", category="interview", value="-2", adjusted_on="2014-01-19", reason="漏报"),
    line("a2", "01-20T10", "adjust", category="bonus", value="1", adjusted_on="2014-01-20", reason="好", person="wang"),
    line("a3", "01-21T10", "retract_adjustment", adjustment="a2", reason="登记有误"),
    line("w1", "01-22T10", "waive", quota="own", period="2014-02", person="wang", reason="病假"),
    line("w2", "01-22T10", "waive", quota="monthly", period="2014-02", reason="抗洪"),
    line("h1", "02-01T10", "change", title="档案馆", tags=["key_unit"], facts={"staff": "9"}, **{"from": "2014-02-01"}),
    line("z1", "02-10T10", "close", department=None, scheme="whole", calendar="campaign", last_on="2014-02-28"),
    line("l1", "03-05T10", "leave", last_on="2014-03-31", into=["annals"], reason="合并"),
    line("s3", "03-10T10", "submit", item="R3", kind="report", **CONTENT, contributors=[{"name": "张三"}]),
]


def without_live(world: World) -> Organisation:
    """With two departments whose past is being imported, and none that is live, so that it may close calendars."""
    made = Organisation(world, f"past{next(_numbers)}")
    made.api.put(made.path, {"title": "文明办", "time_zone": "Asia/Shanghai"}).expect(201)
    made.publish(SCHEME).expect(201)
    for department in ("archive", "annals"):
        made.department(department, live=False).expect(201)
    return made


def test_a_year_of_everything_is_imported_and_once_more_changes_nothing(world: World) -> None:
    organisation = without_live(world)

    answers = send(organisation, list(HISTORY))

    assert refusals(answers) == []
    assert answers[-1]["imported"] == len(HISTORY)
    expected = [
        "department.registered",
        "scheme.applied",
        "person.described",
        "item.submitted",
        "item.measured",
        "item.measured",
        "item.fact_retracted",
        "item.corrected",
        "call.issued",
        "item.submitted",
        "adjustment.made",
        "adjustment.made",
        "adjustment.retracted",
        "obligation.waived",
        "obligation.waived",
        "department.changed",
        "calendar.closed",
        "department.left",
        "item.submitted",
    ]
    assert kinds_of(organisation, "archive") == expected
    assert kinds_of(organisation, "annals") == [
        "department.registered",
        "scheme.applied",
        "item.submitted",
        "item.measured",
        "item.measured",
        "item.fact_retracted",
        "item.corrected",
        "call.issued",
        "call.issued",
        "call.cancelled",
        "calendar.closed",
    ]
    before = {name: organisation.events(name) for name in ("archive", "annals")}
    again = send(organisation, list(HISTORY))
    assert {answer["status"] for answer in again[:-1]} == {"already_imported"}
    assert {name: organisation.events(name) for name in ("archive", "annals")} == before


def test_an_imported_past_goes_on_as_the_present(world: World) -> None:
    organisation = without_live(world)
    send(organisation, list(HISTORY))

    for department in ("annals", "archive"):
        known = organisation.api.get(f"{organisation.path}/departments/{department}").expect(200)
        said = {name: known[name] for name in ("title", "group", "tags", "facts", "from")}
        organisation.api.put(f"{organisation.path}/departments/{department}", said).expect(200)

    assert organisation.api.get(f"{organisation.path}/departments/archive").expect(200)["last_on"] == "2014-03-31"
    closed = f"{organisation.path}/schemes/whole/calendars/campaign/closing"
    assert organisation.api.post(closed, {"last_on": "2014-02-28"}).status == 200
    item = {"department": "annals", "kind": "answer", "title": "应约"}
    organisation.api.post(f"{organisation.path}/items", item).expect(201)
    gone = organisation.api.post(f"{organisation.path}/items", {**item, "department": "archive"})
    assert gone.problem(409, "department-left") == ["department"]
    mine = [found for found in rebuild_items(world.wired.ports, repair=False) if organisation.name in found.stream]
    assert [found.differing for found in mine] == [(), ()]


def test_lines_that_are_wrong_leave_nothing_behind(world: World) -> None:
    organisation = without_live(world)
    send(organisation, HISTORY[:7])
    before = {name: organisation.events(name) for name in ("archive", "annals")}

    answers = send(
        organisation,
        [
            line("1", "05-01T10", "submit", item="R9", departments=["nowhere"], **SUBMIT),
            line("2", "05-01T10", "submit", item="R9", departments=["archive"], **SUBMIT),
            line("3", "05-01T10", "submit", item="R9", **{**SUBMIT, "contributors": [{"person": "zhao"}]}),
            line("4", "05-01T10", "submit", item="R9", **{**ANSWER, "answers": "约9"}),
            line("5", "05-01T10", "call", department=None, **{**CALL, "call": "约3", "departments": ["annals", "x"]}),
            line("6", "05-01T10", "cancel_call", department=None, call="约9"),
            line("7", "05-01T10", "adjust", category="x", value="1", adjusted_on="2014-05-02", reason="早"),
            line("8", "05-01T10", "retract_adjustment", adjustment="a9", reason="无"),
            line("9", "05-01T10", "waive", quota="weekly", period="2014-02", reason="无"),
            line("10", "05-01T10", "close", department=None, scheme="whole", calendar="month", last_on="2014-05-31"),
            line("11", "05-01T10", "change", title="档案馆", **{"from": "2013-12-31"}),
            line("12", "05-01T10", "leave", last_on="2014-05-31", into=["nowhere"]),
            line("13", "05-01T10", "person", person="wang", **{**PERSON, "title": "改", "from": "2013-12-31"}),
            line(
                "14",
                "05-01T10",
                "measure",
                department="annals",
                item="R1",
                metric="x",
                value="1",
                measured_on="2014-01-08",
            ),
        ],
    )

    assert refusals(answers) == [
        (1, "unknown-department", ["departments.0"]),
        (2, "invalid-departments", ["departments.0"]),
        (3, "invalid-contributors", ["contributors.0.person"]),
        (4, "unknown-call", ["answers"]),
        (5, "unknown-department", ["departments.1"]),
        (6, "unknown-reference", ["call"]),
        (7, "date-in-future", ["adjusted_on"]),
        (8, "unknown-reference", ["adjustment"]),
        (9, "unknown-quota", ["quota"]),
        (10, "calendar-not-open", ["calendar"]),
        (11, "change-before-last", ["from"]),
        (12, "unknown-department", ["into.0"]),
        (13, "change-before-last", ["from"]),
        (14, "unknown-reference", ["item"]),
    ]
    assert {name: organisation.events(name) for name in ("archive", "annals")} == before
    assert refusals(send(organisation, [HISTORY[7]])) == []


def test_a_joint_item_waits_until_all_its_departments_are_where_it_happens(world: World) -> None:
    organisation = without_live(world)
    send(organisation, HISTORY[:2])
    organisation.department("annals").expect(200)

    late = send(organisation, [HISTORY[2]])

    assert refusals(late) == [(1, "department-live", ["departments.0"])]
    (item,) = organisation.api.get(f"{organisation.path}/items").expect(200)["items"]
    said = {"metric": "clicks", "value": "1", "measured_on": "2014-03-08"}
    assert organisation.post(item, "measurements", said).problem(409, "department-importing") == ["department"]


def test_a_past_cannot_close_what_live_departments_have_counted_as_open(world: World) -> None:
    organisation = without_live(world)
    organisation.department("press").expect(201)

    answers = send(
        organisation, [line("z1", "02-10T10", "close", None, scheme="whole", calendar="campaign", last_on="2014-02-28")]
    )

    assert refusals(answers) == [(1, "date-in-past", ["last_on"])]
    assert "calendar.closed" not in kinds_of(organisation, "archive")
