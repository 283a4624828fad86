"""Persons, calls, adjustments and waivers over HTTP, and what items say of them."""

from typing import Any

import pytest

from tests.integration.submission import whole
from tests.integration.submission.api import Organisation, World
from tests.integration.submission.whole import FAR, PERSON, REPORT, kinds_of

CALL: dict[str, Any] = {"departments": ["press", "court"], "title": "约稿", "due_at": FAR}
ADJUSTMENT: dict[str, Any] = {
    "department": "press",
    "category": "interview",
    "value": "-2",
    "adjusted_on": "2014-03-08",
    "reason": "漏报",
}
WAIVERS: dict[str, Any] = {
    "departments": ["press", "court"],
    "quota": "monthly",
    "periods": ["2014-03", "2014-04"],
    "reason": "抗洪",
}


@pytest.fixture
def organisation(world: World) -> Organisation:
    return whole.organisation(world)


def described(organisation: Organisation, person: str = "wang", department: str = "press", **changes: Any) -> Any:
    path = f"{organisation.path}/departments/{department}/persons/{person}"
    return organisation.api.put(path, {**PERSON, **changes})


def test_a_person_is_described_from_day_to_day_and_read_again(organisation: Organisation) -> None:
    created = described(organisation)
    assert created.expect(201) == {**PERSON, "department": "press", "person": "wang", "until": None}
    assert described(organisation).status == 200
    changed = described(organisation, title="王芳芳", **{"from": "2014-06-01", "until": "2014-12-31"})
    assert changed.expect(200)["until"] == "2014-12-31"
    assert described(organisation, title="又", **{"from": "2014-05-31"}).problem(422, "change-before-last") == ["from"]
    assert described(organisation, title="又", until="2013-01-01").problem(422, "invalid-input") == ["until"]

    path = f"{organisation.path}/departments/press/persons"
    read = organisation.api.get(f"{path}/wang")
    assert (read.body, read.headers["ETag"]) == (changed.body, changed.headers["ETag"])
    organisation.api.put(f"{path}/wang", PERSON, If_Match='"1"').problem(412, "precondition-failed")
    described(organisation, "li").expect(201)
    first = organisation.api.get(path, limit=1).expect(200)
    assert [each["person"] for each in first["items"]] == ["li"]
    rest = organisation.api.get(path, limit=1, cursor=first["next_cursor"]).expect(200)
    assert ([each["person"] for each in rest["items"]], rest["next_cursor"]) == (["wang"], None)
    organisation.api.get(f"{path}/zhao").problem(404, "not-found")
    described(organisation, department="nowhere").problem(404, "not-found")
    assert kinds_of(organisation, "press")[-3:] == ["person.described"] * 3


def test_contributors_are_known_persons_in_roles_of_the_kind(organisation: Organisation) -> None:
    described(organisation).expect(201)
    path = f"{organisation.path}/items"

    def contributed(*contributors: dict[str, str]) -> Any:
        return organisation.api.post(path, {**REPORT, "contributors": contributors})

    item = contributed({"person": "wang", "role": "author"}).expect(201)
    assert item["contributors"] == [{"name": "王芳", "role": "author", "person": "wang", "department": None}]
    assert contributed({"name": "张三", "role": "autor"}).problem(422, "invalid-contributors") == [
        "contributors.0.role",
        "contributors",
    ]
    assert contributed({"person": "zhao"}).problem(422, "invalid-contributors") == ["contributors.0.person"]
    batch = [{**REPORT, "contributors": [{"person": name}]} for name in ("wang", "zhao")]
    results = organisation.api.post(f"{path}:batch", {"items": batch}).expect(200)["results"]
    assert [result["status"] for result in results] == [201, 422]


def test_attributes_of_every_type_and_the_way_of_review_that_fits_them(organisation: Organisation) -> None:
    attributes = {"channel": "outside", "photos": ["一.jpg"], "aired_at": "16:00:00", "minutes": "2.50"}

    outside = organisation.submit(**{**REPORT, "attributes": attributes})
    assert outside["attributes"] == {**attributes, "aired_at": "16:00"}
    assert outside["awaits"] == "section"
    photos = organisation.submit(**{**REPORT, "attributes": {"channel": "own_site", "photos": ["一.jpg"]}})
    assert photos["awaits"] == "office"
    plain = organisation.submit(**REPORT)
    assert (plain["state"], plain["awaits"]) == ("accepted", None)
    wrong = {"photos": ["a", "b", "c", "d"], "aired_at": "25:00", "minutes": "0.4"}
    assert organisation.api.post(f"{organisation.path}/items", {**REPORT, "attributes": wrong}).problem(
        422, "invalid-attributes"
    ) == ["attributes.photos", "attributes.aired_at", "attributes.minutes", "attributes.channel"]


def test_an_item_is_corrected_and_measured(organisation: Organisation) -> None:
    item = organisation.submit(**{**REPORT, "attributes": {"channel": "outside"}})
    said = {name: REPORT[name] for name in ("attributes", "contributors")}

    corrected = organisation.post(item, "corrections", {**said, "title": "改正", "reason": "错字"}).expect(201)
    assert (corrected["title"], corrected["state"], corrected["awaits"]) == ("改正", "submitted", "section")
    assert organisation.post(item, "corrections", {**said, "title": "改正"}).problem(422, "invalid-input") == ["reason"]
    read = {"metric": "clicks", "value": "900.5", "measured_on": "2014-03-08"}
    assert organisation.post(item, "measurements", read).problem(409, "wrong-state") == ["item"]

    plain = organisation.submit(**REPORT)
    measured = organisation.post(plain, "measurements", read).expect(201)
    (measurement,) = measured["measurements"]
    assert {**read, "id": measurement["id"]} == measurement
    later = {**read, "measured_on": "2199-01-01"}
    assert organisation.post(plain, "measurements", later).problem(422, "date-in-future") == ["measured_on"]
    path = f"{organisation.path}/items/{plain['id']}/measurements/{measurement['id']}"
    assert organisation.api.delete(path, reason="读错").expect(200)["measurements"] == []


def test_a_call_reaches_all_departments_and_is_answered_until_it_is_cancelled(organisation: Organisation) -> None:
    path = f"{organisation.path}/calls"
    call = organisation.api.post(path, CALL, Idempotency_Key="c1").expect(201)
    assert organisation.api.post(path, CALL, Idempotency_Key="c1").expect(201) == call
    for department in ("press", "court"):
        assert kinds_of(organisation, department).count("call.issued") == 1

    answer = {"kind": "answer", "attributes": {}, "contributors": [], "answers": call["id"]}
    assert organisation.submit(**{**REPORT, **answer})["answers"] == call["id"]
    unknown = {**REPORT, **answer, "answers": "c9"}
    assert organisation.api.post(f"{organisation.path}/items", unknown).problem(422, "unknown-call") == ["answers"]
    assert [each["id"] for each in organisation.api.get(path).expect(200)["items"]] == [call["id"]]

    own = organisation.token("operator", "press")
    own.delete(f"{path}/{call['id']}").problem(404, "not-found")
    assert organisation.api.delete(f"{path}/{call['id']}", reason="取消").status == 204
    assert organisation.api.delete(f"{path}/{call['id']}").status == 204
    assert [kinds_of(organisation, name)[-1] for name in ("press", "court")] == ["call.cancelled"] * 2
    gone = organisation.api.post(f"{organisation.path}/items", {**REPORT, **answer})
    assert gone.problem(422, "unknown-call") == ["answers"]
    (shown,) = organisation.api.get(path, department="court").expect(200)["items"]
    assert shown["cancelled"]


@pytest.mark.parametrize(
    ("changes", "kind", "fields"),
    [
        ({"departments": ["press", "nowhere"]}, "unknown-department", ["departments.1"]),
        ({"departments": ["press", "press"]}, "invalid-departments", ["departments.1"]),
        ({"departments": []}, "invalid-input", ["departments"]),
        ({"due_at": "2014-03-08T00:00:00+08:00"}, "date-in-past", ["due_at"]),
        ({"scheme": "hole"}, "unknown-scheme", ["scheme"]),
    ],
)
def test_a_call_that_is_wrong_reaches_nobody(
    organisation: Organisation, changes: dict[str, Any], kind: str, fields: list[str]
) -> None:
    assert organisation.api.post(f"{organisation.path}/calls", {**CALL, **changes}).problem(422, kind) == fields
    assert "call.issued" not in kinds_of(organisation, "press")


def test_an_adjustment_is_made_once_and_retracted_once(organisation: Organisation) -> None:
    path = f"{organisation.path}/adjustments"
    made = organisation.api.post(path, ADJUSTMENT, Idempotency_Key="a1").expect(201)
    assert organisation.api.post(path, ADJUSTMENT, Idempotency_Key="a1").expect(201) == made
    assert (made["value"], made["scheme"], made["retracted"]) == ("-2", "whole", False)

    assert organisation.api.delete(f"{path}/{made['id']}").problem(422, "invalid-input") == ["reason"]
    for _ in range(2):
        assert organisation.api.delete(f"{path}/{made['id']}", reason="登记有误").status == 204
    assert kinds_of(organisation, "press")[-2:] == ["adjustment.made", "adjustment.retracted"]
    (listed,) = organisation.api.get(path, department="press").expect(200)["items"]
    assert listed["retracted"]
    organisation.api.delete(f"{path}/{made['id'][:-4]}0000", reason="无").problem(404, "not-found")
    assert organisation.api.post(path, {**ADJUSTMENT, "person": "zhao"}).problem(422, "unknown-person") == ["person"]
    later = {**ADJUSTMENT, "adjusted_on": "2199-01-01"}
    assert organisation.api.post(path, later).problem(422, "date-in-future") == ["adjusted_on"]


def test_a_quota_is_waived_for_departments_and_periods_once(organisation: Organisation) -> None:
    path = f"{organisation.path}/waivers"
    waived = organisation.api.post(path, WAIVERS).expect(201)["items"]
    assert [(each["department"], each["period"]) for each in waived] == [
        (department, period) for department in ("press", "court") for period in ("2014-03", "2014-04")
    ]
    assert organisation.api.post(path, WAIVERS).expect(201)["items"] == []
    assert kinds_of(organisation, "court")[-2:] == ["obligation.waived"] * 2

    described(organisation).expect(201)
    person = {**WAIVERS, "departments": ["press"], "quota": "own", "person": "wang"}
    assert len(organisation.api.post(path, person).expect(201)["items"]) == 2
    listed = organisation.api.get(path, department="press").expect(200)["items"]
    assert {each["person"] for each in listed} == {None, "wang"}
    for changes, kind, field in (
        ({"quota": "montly"}, "unknown-quota", "quota"),
        ({"periods": ["2014-W10"]}, "unknown-period", "period"),
        ({"person": "wang"}, "unknown-person", "person"),
        ({"departments": ["press", "nowhere"]}, "unknown-department", "departments.1"),
    ):
        assert organisation.api.post(path, {**WAIVERS, **changes}).problem(422, kind) == [field]


@pytest.mark.parametrize(
    ("path", "body"),
    [("calls", CALL), ("adjustments", {**ADJUSTMENT, "department": "court"}), ("waivers", WAIVERS)],
)
def test_operators_of_one_department_act_for_that_one_only(
    organisation: Organisation, path: str, body: dict[str, Any]
) -> None:
    address = f"{organisation.path}/{path}"

    organisation.token("operator", "press").post(address, body).problem(403, "forbidden")
    organisation.token("submitter").post(address, body).problem(403, "forbidden")
    organisation.token("operator").post(address, body).expect(201)


def test_departments_whose_past_is_imported_take_no_such_commands(organisation: Organisation) -> None:
    organisation.department("archive", live=False).expect(201)

    described(organisation, department="archive").expect(201)
    adjusted = organisation.api.post(f"{organisation.path}/adjustments", {**ADJUSTMENT, "department": "archive"})
    assert adjusted.problem(409, "department-importing") == ["department"]
    called = organisation.api.post(f"{organisation.path}/calls", {**CALL, "departments": ["press", "archive"]})
    assert called.problem(409, "department-importing") == ["departments.1"]


def test_every_command_is_described(organisation: Organisation) -> None:
    paths = organisation.api.get("/v1/openapi.json").expect(200)["paths"]

    own = "/v1/organisations/{organisation}"
    for path, method in (
        ("/calls", "post"),
        ("/calls/{call}", "delete"),
        ("/adjustments", "post"),
        ("/adjustments/{adjustment}", "delete"),
        ("/waivers", "post"),
        ("/items/{item}/corrections", "post"),
        ("/items/{item}/measurements", "post"),
        ("/items/{item}/measurements/{fact}", "delete"),
        ("/departments/{department}/persons/{person}", "put"),
        ("/departments/{department}/leaving", "post"),
        ("/schemes/{scheme}/calendars/{calendar}/closing", "post"),
        ("/schemes/{scheme}/versions/{version}/backdating", "post"),
    ):
        assert method in paths[own + path]
