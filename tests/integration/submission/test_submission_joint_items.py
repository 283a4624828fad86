"""Items of several departments: every event of theirs in every department's stream, in one transaction."""

import threading
from typing import Any

import pytest

from services.submission.application.rebuild_items import rebuild_items
from tests.integration.submission import whole
from tests.integration.submission.api import Answer, Organisation, World
from tests.integration.submission.whole import PERSON, REPORT, kinds_of

JOINT = {**REPORT, "departments": ["court"]}
MEASUREMENT = {"metric": "clicks", "value": "9", "measured_on": "2014-03-08"}


@pytest.fixture
def organisation(world: World) -> Organisation:
    return whole.organisation(world)


def of_items(organisation: Organisation, department: str) -> list[str]:
    return [kind for kind in kinds_of(organisation, department) if kind.startswith("item.")]


def test_all_that_happens_to_a_joint_item_stands_in_each_departments_stream(organisation: Organisation) -> None:
    item = organisation.submit(**{**JOINT, "attributes": {"channel": "outside"}})
    assert (item["department"], item["departments"]) == ("press", ["court"])
    said = {name: REPORT[name] for name in ("title", "attributes", "contributors")}
    reviewer = organisation.token("reviewer")
    reviews = f"{organisation.path}/items/{item['id']}/reviews"

    reviewer.post(reviews, {"decision": "returned", "reason": "缺"}).expect(201)
    organisation.post(item, "resubmission", {**said, "attributes": {"channel": "own_site"}}).expect(201)
    organisation.post(item, "corrections", {**said, "reason": "错字"}).expect(201)
    adoption = {"outlet": "daily", "form": "whole", "published_on": "2014-03-08"}
    organisation.post(item, "adoptions", adoption).expect(201)
    organisation.post(item, "instructions", {"level": "city", "instructed_on": "2014-03-08"}).expect(201)
    measured = organisation.post(item, "measurements", MEASUREMENT).expect(201)
    fact = measured["measurements"][0]["id"]
    organisation.api.delete(f"{organisation.path}/items/{item['id']}/measurements/{fact}", reason="误").expect(200)
    organisation.post(item, "withdrawal", {}).expect(201)

    expected = [
        "item.submitted",
        "item.reviewed",
        "item.resubmitted",
        "item.corrected",
        "item.adopted",
        "item.instructed",
        "item.measured",
        "item.fact_retracted",
        "item.withdrawn",
    ]
    assert of_items(organisation, "press") == of_items(organisation, "court") == expected
    both = [[at for kind, at in organisation.events(name) if kind == "item.withdrawn"] for name in ("press", "court")]
    assert both[0] == both[1]
    events = organisation.api.get(f"{organisation.path}/items/{item['id']}/events").expect(200)["items"]
    assert len(events) == len(expected)


def test_a_request_that_is_sent_again_writes_nothing_twice(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"
    first = organisation.api.post(path, JOINT, Idempotency_Key="j1").expect(201)
    again = organisation.api.post(path, JOINT, Idempotency_Key="j1")

    assert again.expect(201) == first
    assert again.headers["Idempotent-Replayed"] == "true"
    for _ in range(2):
        organisation.post(first, "measurements", MEASUREMENT, Idempotency_Key="m1").expect(201)
    for department in ("press", "court"):
        assert of_items(organisation, department) == ["item.submitted", "item.measured"]


def test_the_submitting_departments_token_may_change_it_and_a_contributors_may_read_it(
    organisation: Organisation,
) -> None:
    path = f"{organisation.path}/items"
    press, court = (organisation.token("submitter", name) for name in ("press", "court"))

    court.post(path, JOINT).problem(403, "forbidden")
    item = press.post(path, JOINT).expect(201)

    address = f"{path}/{item['id']}"
    assert court.get(address).expect(200) == item
    court.post(f"{address}/withdrawal", {}).problem(404, "not-found")
    press.post(f"{address}/withdrawal", {}).expect(201)


@pytest.mark.parametrize(
    ("departments", "status", "kind", "field"),
    [
        (["press"], 422, "invalid-departments", "departments.0"),
        (["court", "court"], 422, "invalid-departments", "departments.1"),
        (["court", "nowhere"], 422, "unknown-department", "departments.1"),
        (["court", "archive"], 409, "department-importing", "departments.1"),
        (["../etc"], 422, "invalid-input", "departments.0"),
    ],
)
def test_a_department_that_cannot_contribute_is_named_and_nothing_is_written(
    organisation: Organisation, departments: list[str], status: int, kind: str, field: str
) -> None:
    organisation.department("archive", live=False).expect(201)
    item = {**REPORT, "departments": departments}

    assert organisation.api.post(f"{organisation.path}/items", item).problem(status, kind) == [field]
    body = {"items": [item]}
    (result,) = organisation.api.post(f"{organisation.path}/items:batch", body).expect(200)["results"]
    assert result["problem"]["errors"][0]["field"] == f"items.0.{field}"
    assert of_items(organisation, "press") == of_items(organisation, "court") == []


def test_persons_of_contributing_departments_contribute(organisation: Organisation) -> None:
    organisation.api.put(f"{organisation.path}/departments/court/persons/wang", PERSON).expect(201)
    wang = {"person": "wang", "role": "author", "department": "court"}

    item = organisation.submit(**{**JOINT, "contributors": [wang]})

    assert item["contributors"][0]["name"] == "王芳"
    alone = {**REPORT, "contributors": [wang]}
    assert organisation.api.post(f"{organisation.path}/items", alone).problem(422, "invalid-contributors") == [
        "contributors.0.department"
    ]


def test_a_batch_takes_joint_items_among_others_in_their_order(organisation: Organisation) -> None:
    items: list[dict[str, Any]] = [
        {**REPORT, "title": "一"},
        {**JOINT, "title": "二"},
        {**REPORT, "department": "court", "title": "三"},
        {**JOINT, "department": "court", "departments": ["press"], "title": "四"},
        {**REPORT, "title": "五"},
    ]

    results = organisation.api.post(f"{organisation.path}/items:batch", {"items": items}).expect(200)["results"]

    assert [result["status"] for result in results] == [201] * 5
    versions = [result["item"]["version"] for result in results if result["item"]["department"] == "press"]
    assert versions == sorted(versions)
    assert len(of_items(organisation, "press")) == 4
    assert len(of_items(organisation, "court")) == 3
    for result in results:
        address = f"{organisation.path}/items/{result['item']['id']}"
        assert organisation.api.get(address).expect(200) == result["item"]


def test_items_that_join_the_same_departments_from_both_sides_do_not_lock_one_another_out(
    organisation: Organisation,
) -> None:
    answers: list[Answer] = []
    start = threading.Barrier(8)

    def submit(department: str, other: str) -> None:
        api = organisation.api.with_token(organisation.api.token)
        start.wait()
        for _ in range(5):
            item = {**REPORT, "department": department, "departments": [other]}
            answers.append(api.post(f"{organisation.path}/items", item))

    sides = [("press", "court"), ("court", "press")] * 4
    threads = [threading.Thread(target=submit, args=side) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status for answer in answers} == {201}
    assert of_items(organisation, "press") == of_items(organisation, "court") == ["item.submitted"] * 40


def test_the_items_can_be_worked_out_again_from_the_submitting_departments_events(
    world: World, organisation: Organisation
) -> None:
    item = organisation.submit(**{**JOINT, "attributes": {"channel": "outside"}})
    organisation.token("reviewer").post(
        f"{organisation.path}/items/{item['id']}/reviews", {"decision": "accepted"}
    ).expect(201)
    plain = organisation.submit(**{**JOINT, "department": "court", "departments": ["press"]})
    organisation.post(plain, "measurements", MEASUREMENT).expect(201)

    rebuilt = {found.stream: found for found in rebuild_items(world.wired.ports, repair=False)}

    for department in ("press", "court"):
        found = rebuilt[f"{organisation.name}/{department}"]
        assert (found.items, found.differing) == (1, ())
