"""Many items in one request."""

from tests.integration.submission.api import REPORT, Organisation


def test_the_good_ones_are_kept_and_the_others_told_why_not(organisation: Organisation) -> None:
    organisation.department("court").expect(201)
    organisation.department("archive", live=False).expect(201)
    items = [
        {**REPORT, "title": "一"},
        {**REPORT, "title": 7},
        {**REPORT, "kind": "raport"},
        {**REPORT, "department": "court", "title": "二"},
        {**REPORT, "department": "nowhere"},
        {**REPORT, "department": "archive"},
        {**REPORT, "attributes": {"topic": "practise"}},
        "not an item",
        {**REPORT, "happened_on": "2199-01-01"},
    ]

    answer = organisation.api.post(f"{organisation.path}/items:batch", {"items": items}, X_Correlation_Id="batch-1")

    body = answer.expect(200)
    assert (body["accepted"], body["refused"]) == (2, 7)
    results = body["results"]
    assert [result["index"] for result in results] == list(range(9))
    assert [result["status"] for result in results] == [201, 422, 422, 201, 422, 409, 422, 422, 422]
    assert [result["problem"]["errors"][0]["field"] for result in results if "problem" in result] == [
        "items.1.title",
        "items.2.kind",
        "items.4.department",
        "items.5.department",
        "items.6.attributes.topic",
        "items.7",
        "items.8.happened_on",
    ]
    listed = organisation.api.get(f"{organisation.path}/items").expect(200)["items"]
    assert {item["title"] for item in listed} == {"一", "二"}
    assert {result["item"]["id"]: result["item"] for result in results if "item" in result} == {
        item["id"]: item for item in listed
    }


def test_a_batch_has_one_to_a_thousand_items(organisation: Organisation) -> None:
    path = f"{organisation.path}/items:batch"

    for items in ([], [REPORT] * 1_001, "many"):
        assert organisation.api.post(path, {"items": items}).problem(422, "invalid-input") == ["items"]
    assert not [kind for kind, _ in organisation.events() if kind.startswith("item")]
    assert organisation.api.post(path, {"items": [REPORT] * 1_000}).expect(200)["accepted"] == 1_000


def test_items_of_a_batch_stand_in_their_order(organisation: Organisation) -> None:
    items = [{**REPORT, "title": f"第{n}条"} for n in range(20)]

    results = organisation.api.post(f"{organisation.path}/items:batch", {"items": items}).expect(200)["results"]

    versions = [result["item"]["version"] for result in results]
    assert versions == sorted(versions)
    events = organisation.api.get(f"{organisation.path}/items/{results[7]['item']['id']}/events").expect(200)["items"]
    assert [event["version"] for event in events] == [versions[7]]
