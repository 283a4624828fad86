"""Organisations, departments, outlets and schemes over HTTP."""

import datetime as dt
from typing import Any

import pytest

from tests.integration.submission.api import DEPARTMENT, OUTLET, REPORT, SCHEME, Organisation, World


def later_version(text: str, version: int, effective: str) -> str:
    return text.replace("version: 1", f"version: {version}").replace("from: 2014-01-01", f"from: {effective}")


def tomorrow(days: int = 1) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days, hours=8)).date().isoformat()


def test_an_entity_is_created_once_and_then_edited_by_version(organisation: Organisation) -> None:
    path = f"{organisation.path}/departments/court"

    created = organisation.api.put(path, DEPARTMENT)
    assert created.status == 201
    assert created.headers["ETag"] == '"1"'
    same = organisation.api.put(path, DEPARTMENT, If_Match='"1"')
    assert (same.status, same.headers["ETag"]) == (200, '"1"')
    changed = organisation.api.put(path, {**DEPARTMENT, "title": "法院", "from": "2014-06-01"}, If_Match='"1"')
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    organisation.api.put(path, {**DEPARTMENT, "title": "又改"}, If_Match='"1"').problem(412, "precondition-failed")
    organisation.api.put(path, DEPARTMENT, If_None_Match="*").problem(412, "precondition-failed")

    read = organisation.api.get(path)
    assert read.body == changed.body
    assert read.body["facts"] == {"staff": "12"}
    assert organisation.api.send("GET", path, headers={"If_None_Match": '"2"'}).status == 304
    assert [kind for kind, _ in organisation.events("court")] == [
        "department.registered",
        "scheme.applied",
        "milestones.reached",
        "department.changed",
    ]


def test_organisations_and_outlets_are_edited_the_same_way(organisation: Organisation) -> None:
    told = {"title": "文明办", "time_zone": "Asia/Shanghai"}
    assert organisation.api.put(organisation.path, told).status == 200
    assert organisation.api.put(organisation.path, {**told, "title": "新名"}).headers["ETag"] == '"2"'
    assert organisation.api.put(organisation.path, {**told, "time_zone": "Asia/Peking"}).problem(
        422, "invalid-input"
    ) == ["time_zone"]

    outlet = f"{organisation.path}/outlets/daily"
    assert organisation.api.put(outlet, OUTLET).headers["ETag"] == '"1"'
    raised = organisation.api.put(outlet, {**OUTLET, "tier": "national", "from": "2014-07-01"})
    assert [each["tier"] for each in raised.expect(200)["standings"]] == ["city", "national"]
    assert organisation.api.get(outlet).body == raised.body


def test_a_change_never_holds_from_before_the_last_one(organisation: Organisation) -> None:
    organisation.department("press", title="一", **{"from": "2014-06-01"}).expect(200)

    answer = organisation.department("press", title="二", **{"from": "2014-05-31"})

    assert answer.problem(422, "change-before-last") == ["from"]
    assert organisation.department("press", live=False).problem(409, "still-live") == ["live"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"facts": {"staff": "many"}}, "facts.staff"),
        ({"facts": {"Staff!": "1"}}, "facts.Staff!"),
        ({"tags": ["a\x00"]}, "tags.0"),
        ({"from": "2014-02-30"}, "from"),
        ({"live": "yes"}, "live"),
        ({"title": None}, "title"),
    ],
)
def test_a_department_that_is_wrong_names_its_fields(
    organisation: Organisation, changes: dict[str, Any], field: str
) -> None:
    assert organisation.department("court", **changes).problem(422, "invalid-input") == [field]


def test_a_past_that_lies_ahead_cannot_be_imported(organisation: Organisation) -> None:
    answer = organisation.department("court", live=False, **{"from": tomorrow(2)})

    assert answer.problem(422, "date-in-future") == ["from"]


def test_a_department_that_joins_later_takes_nothing_before(organisation: Organisation) -> None:
    organisation.department("court", **{"from": tomorrow(2)}).expect(201)

    answer = organisation.api.post(f"{organisation.path}/items", {**REPORT, "department": "court"})

    assert answer.problem(409, "not-joined") == ["department"]


def test_a_version_is_published_once_and_never_changed(organisation: Organisation) -> None:
    same = organisation.publish(SCHEME)
    assert (same.status, same.body["version"], same.body["effective_from"]) == (200, 1, "2014-01-01")
    assert organisation.publish(SCHEME + "# 改").problem(409, "scheme-published") == ["version"]
    text = organisation.api.get(f"{organisation.path}/schemes/news/versions/1")
    assert text.body.decode() == SCHEME
    listed = organisation.api.get(f"{organisation.path}/schemes").expect(200)["items"]
    assert [(each["scheme"], each["version"]) for each in listed] == [("news", 1)]


def test_versions_follow_one_another(organisation: Organisation) -> None:
    assert organisation.publish(later_version(SCHEME, 3, tomorrow()), 3).problem(409, "version-out-of-order") == [
        "version"
    ]
    earlier = later_version(SCHEME, 2, "2014-01-01")
    assert organisation.publish(earlier, 2).problem(409, "version-out-of-order") == ["effective.from"]
    counted = later_version(SCHEME, 2, "2014-02-01")
    assert organisation.publish(counted, 2).problem(409, "scheme-too-late") == ["effective.from"]
    assert organisation.publish(SCHEME, 2).problem(422, "scheme-mismatch") == ["version"]
    assert organisation.publish(later_version(SCHEME, 2, tomorrow()), 2).status == 201
    assert [kind for kind, _ in organisation.events()].count("scheme.applied") == 2


def test_a_published_scheme_is_applied_to_every_department_at_once(world: World) -> None:
    organisation = world.organisation(scheme=None)
    organisation.department("court").expect(201)
    answer = organisation.api.post(f"{organisation.path}/items", REPORT)
    assert answer.problem(422, "unknown-kind") == ["kind"]

    organisation.publish(SCHEME).expect(201)

    for department in ("press", "court"):
        assert [kind for kind, _ in organisation.events(department)] == ["department.registered", "scheme.applied"]
    organisation.submit()
    assert [kind for kind, _ in organisation.events()][2:] == ["milestones.reached", "item.submitted"]


def test_a_scheme_may_be_handed_in_as_json(world: World) -> None:
    organisation = world.organisation(scheme=None)
    text = (
        '{"scheme": "small", "version": 1, "title": "办法", "effective": {"from": "2014-01-01"},'
        ' "time_zone": "Asia/Shanghai", "calendars": {"week": {"every": "week"}},'
        ' "kinds": {"notice": {"title": "通知"}},'
        ' "measures": {"notices": {"title": "通知", "count": "submitted", "where": {"kind": "notice"}}},'
        ' "lines": {"total": "notices"}, "scorecards": {"week": {"lines": ["total"]}}}'
    )

    path = f"{organisation.path}/schemes/small/versions/1"
    assert organisation.api.put_text(path, text, "application/json").status == 201
    assert organisation.submit(kind="notice", attributes={})["scheme"] == "small"


def test_another_process_hears_of_a_scheme_before_it_takes_the_next_item(
    world: World, organisation: Organisation, submission_database: str
) -> None:
    other = World.on(submission_database)
    try:
        path = f"{organisation.path}/items"
        other.api.post(path, REPORT).expect(201)
        organisation.publish(
            SCHEME.replace("scheme: news", "scheme: campaign")
            .replace("report:", "photo:")
            .replace("kind: report", "kind: photo")
        ).expect(201)
        assert other.api.post(path, {**REPORT, "kind": "photo"}).expect(201)["scheme"] == "campaign"
    finally:
        other.wired.pool.close()
