"""The past, imported line by line."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.submission.application.rebuild_items import rebuild_items
from services.submission.http.imports import LINES_MAX
from tests.integration.submission.api import OUTLET, Organisation, World

CONTENT = {"kind": "report", "title": "动态", "attributes": {"topic": "progress"}}


def line(key: str, at: str, command: str, item: str = "R1", **said: Any) -> dict[str, Any]:
    return {"key": key, "at": at, "command": command, "department": "archive", "item": item, **said}


HISTORY = [
    line("s1", "2014-01-07T10:00:00+08:00", "submit", **CONTENT, summary="第一条", contributors=[{"name": "张三"}]),
    line("v1", "2014-01-07T18:00:00+08:00", "review", decision="returned", reason="缺照片"),
    line("m1", "2014-01-08T09:00:00+08:00", "resubmit", title="动态(补)", attributes={"topic": "practice"}),
    line("v2", "2014-01-08T18:00:00+08:00", "review", decision="accepted"),
    line("v3", "2014-01-09T18:00:00+08:00", "review", decision="accepted", stage="office"),
    line("a1", "2014-01-20T12:00:00+08:00", "adopt", outlet="daily", form="whole", published_on="2014-01-19"),
    line("a2", "2014-01-20T12:00:00+08:00", "adopt", outlet="daily", form="edited", published_on="2014-01-20"),
    line("i1", "2014-01-21T12:00:00+08:00", "instruct", level="city", instructed_on="2014-01-21"),
    line("x1", "2014-01-22T12:00:00+08:00", "retract", fact="a2", reason="登记有误"),
    line("s2", "2014-01-23T12:00:00+08:00", "submit", item="R2", **CONTENT),
    line("w2", "2014-01-24T12:00:00+08:00", "withdraw", item="R2", reason="重复"),
]


@pytest.fixture
def archive(organisation: Organisation) -> Organisation:
    """With the department ``archive``, whose past is being imported."""
    organisation.department("archive", live=False).expect(201)
    organisation.api.put(f"{organisation.path}/outlets/daily", OUTLET).expect(200)
    return organisation


def send(organisation: Organisation, lines: list[dict[str, Any] | bytes]) -> list[dict[str, Any]]:
    return organisation.api.import_lines(f"{organisation.path}/imports", lines)


def refusals(answers: list[dict[str, Any]]) -> list[tuple[int, str, list[str]]]:
    return [
        (
            answer["line"],
            answer["problem"]["type"].removeprefix("/problems/"),
            [error["field"] for error in answer["problem"].get("errors", [])],
        )
        for answer in answers
        if answer.get("status") == "refused"
    ]


def test_a_past_is_imported_with_its_milestones_where_they_would_have_fallen(archive: Organisation) -> None:
    answers = send(archive, list(HISTORY))

    assert refusals(answers) == []
    assert answers[-1] == {"summary": True, "lines": 11, "imported": 11, "already_imported": 0, "refused": 0}
    assert [answer["key"] for answer in answers[:-1]] == [each["key"] for each in HISTORY]
    item = archive.api.get(f"{archive.path}/items/{answers[0]['item']}").expect(200)
    assert (item["state"], item["title"], item["submitted_by"]) == ("accepted", "动态(补)", None)
    assert [adoption["form"] for adoption in item["adoptions"]] == ["whole"]
    assert item["submitted_at"] == "2014-01-07T02:00:00Z"
    assert answers[-3]["item"] != answers[0]["item"]

    events = archive.events("archive")
    recorded = [instant for _, instant in events]
    assert recorded == sorted(recorded)
    mondays = [at.astimezone(dt.timezone(dt.timedelta(hours=8))) for kind, at in events if kind == "milestones.reached"]
    assert [monday.date().isoformat() for monday in mondays] == ["2014-01-01", "2014-01-06", "2014-01-13", "2014-01-20"]
    kinds = [kind for kind, _ in events]
    assert kinds[:5] == [
        "department.registered",
        "scheme.applied",
        "milestones.reached",
        "milestones.reached",
        "item.submitted",
    ]


def test_the_same_lines_again_change_nothing(archive: Organisation) -> None:
    first = send(archive, HISTORY[:6])
    events = archive.events("archive")

    again = send(archive, list(HISTORY))

    assert [answer["status"] for answer in again[:-1]] == ["already_imported"] * 6 + ["imported"] * 5
    assert [answer["item"] for answer in again[:6]] == [answer["item"] for answer in first[:-1]]
    assert archive.events("archive")[: len(events)] == events
    other = send(archive, [{**HISTORY[0], "title": "别的"}])
    assert refusals(other) == [(1, "import-key-reused", ["key"])]


def test_lines_that_are_wrong_are_refused_and_the_others_imported(archive: Organisation) -> None:
    submit = HISTORY[0]
    lines: list[dict[str, Any] | bytes] = [
        b"{not json",
        b"[]",
        {**submit, "key": "a", "at": "2014-01-07T10:00:00"},
        {**submit, "key": "b", "at": "2014-02-30T10:00:00+08:00"},
        {**submit, "key": "c", "at": "2199-01-01T10:00:00+08:00"},
        {**submit, "key": "d", "at": "2013-12-31T10:00:00+08:00"},
        {**submit, "key": "e", "department": "press"},
        {**submit, "key": "f", "department": "nowhere"},
        {**submit, "key": "g", "kind": "raport"},
        {**submit, "key": "h", "command": "approve"},
        {**submit, "key": "i", "colour": "red"},
        line("j", "2014-01-07T10:00:00+08:00", "withdraw", item="unknown"),
        {**submit, "key": "k", "attributes": {"topic": "a\x07"}},
        b'{"key": "' + b"x" * 70_000 + b'"}',
        submit,
        {**submit, "key": "l"},
        line("m", "2014-01-07T09:00:00+08:00", "withdraw"),
        line("n", "2014-01-07T11:00:00+08:00", "adopt", outlet="daily", form="whole", published_on="2014-01-07"),
    ]

    answers = send(archive, lines)

    assert refusals(answers) == [
        (1, "malformed-request", []),
        (2, "malformed-request", []),
        (3, "invalid-input", ["at"]),
        (4, "invalid-input", ["at"]),
        (5, "instant-refused", ["at"]),
        (6, "not-joined", ["at"]),
        (7, "department-live", ["department"]),
        (8, "unknown-department", ["department"]),
        (9, "unknown-kind", ["kind"]),
        (10, "invalid-input", ["command"]),
        (11, "invalid-input", ["colour"]),
        (12, "unknown-reference", ["item"]),
        (13, "invalid-attributes", ["attributes.topic"]),
        (14, "line-too-long", []),
        (16, "wrong-state", ["item"]),
        (17, "instant-refused", ["at"]),
        (18, "wrong-state", ["item"]),
    ]
    assert answers[-1]["imported"] == 1
    assert [kind for kind, _ in archive.events("archive")].count("item.submitted") == 1


def test_a_department_goes_live_behind_the_milestones_of_its_past(archive: Organisation) -> None:
    send(archive, list(HISTORY))
    post = f"{archive.path}/items"
    body = {**CONTENT, "department": "archive"}
    assert archive.api.post(post, body).problem(409, "department-importing") == ["department"]

    archive.department("archive").expect(200)

    kinds = [kind for kind, _ in archive.events("archive")]
    assert kinds[-1] == "department.went_live"
    assert set(kinds[kinds.index("item.withdrawn") + 1 : -1]) == {"milestones.reached"}
    before, live = archive.events("archive")[-2:]
    assert before[1] < live[1]
    archive.api.post(post, body).expect(201)
    late = send(archive, [line("late", "2014-05-01T10:00:00+08:00", "submit", item="R9", **CONTENT)])
    assert refusals(late) == [(1, "department-live", ["department"])]


def test_a_long_past_is_imported_in_pieces(archive: Organisation) -> None:
    start = dt.datetime(2014, 1, 2, tzinfo=dt.UTC)
    lines: list[dict[str, Any] | bytes] = [
        line(f"k{n}", (start + dt.timedelta(minutes=n)).isoformat(), "submit", item=f"R{n}", **CONTENT)
        for n in range(1_203)
    ]

    answers = send(archive, lines)

    assert answers[-1]["imported"] == 1_203
    assert [answer["line"] for answer in answers[:-1]] == list(range(1, 1_204))


def test_a_request_has_a_limit_of_lines(archive: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LINES_MAX == 100_000
    monkeypatch.setattr("services.submission.http.imports.LINES_MAX", 3)

    answers = send(archive, list(HISTORY))

    assert refusals(answers) == [(4, "too-many-lines", [])]
    assert answers[-1] == {"summary": True, "lines": 3, "imported": 3, "already_imported": 0, "refused": 1}


def test_what_was_imported_may_be_reviewed_by_whoever_imported_it(archive: Organisation) -> None:
    answers = send(archive, [HISTORY[0]])
    archive.department("archive").expect(200)

    path = f"{archive.path}/items/{answers[0]['item']}/reviews"
    assert archive.api.post(path, {"decision": "accepted"}).expect(201)["awaits"] == "office"


def test_another_media_type_and_another_department_are_refused(archive: Organisation) -> None:
    path = f"{archive.path}/imports"
    archive.api.post(path, HISTORY[0]).problem(415, "unsupported-media-type")
    own = archive.token("operator", "press").import_lines(path, [HISTORY[0]])
    assert refusals(own) == [(1, "forbidden", [])]


def test_the_items_can_be_worked_out_again_from_the_events(world: World, archive: Organisation) -> None:
    send(archive, list(HISTORY))
    archive.department("archive").expect(200)
    archive.submit()
    item = archive.accepted()
    archive.post(item, "instructions", {"level": "city", "instructed_on": "2014-03-08"}).expect(201)
    assert [found for found in rebuild_items(world.wired.ports, repair=False) if found.differing] == []

    with world.wired.pool.connection() as conn:
        conn.execute(
            "UPDATE items SET state = 'withdrawn', body = replace(body, '动态', '假') WHERE item = %s", (item["id"],)
        )
    differing = [found for found in rebuild_items(world.wired.ports, repair=True) if found.differing]
    assert [found.differing for found in differing] == [(item["id"],)]
    assert [found for found in rebuild_items(world.wired.ports, repair=False) if found.differing] == []
    assert archive.api.get(f"{archive.path}/items/{item['id']}").expect(200)["title"] == "动态"


def test_of_two_imports_at_once_with_one_key_the_later_is_refused(archive: Organisation) -> None:
    archive.department("annals", live=False).expect(201)
    said = line("s1", "2014-01-07T10:00:00+08:00", "submit", **CONTENT)
    together = threading.Barrier(2)

    def imported(department: str) -> str:
        together.wait()
        return str(send(archive, [{**said, "department": department}])[0]["status"])

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(imported, ["archive", "annals"]))

    assert sorted(statuses) == ["imported", "refused"]
