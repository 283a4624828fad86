"""The life of items over HTTP."""

from datetime import timedelta

import pytest

from tests.integration.submission.api import REPORT, SCHEME, Organisation, World

ADOPTION = {"outlet": "daily", "form": "whole", "published_on": "2014-03-08"}
INSTRUCTION = {"level": "city", "instructed_on": "2014-03-08", "text": "很好"}


def test_a_submitted_item_is_stored_with_its_event(organisation: Organisation) -> None:
    answer = organisation.api.post(f"{organisation.path}/items", REPORT, X_Correlation_Id="trace-7")

    item = answer.expect(201)
    assert answer.headers["Location"] == f"{organisation.path}/items/{item['id']}"
    assert (item["state"], item["awaits"], item["scheme"]) == ("submitted", "section", "news")
    assert organisation.api.get(answer.headers["Location"]).expect(200) == item
    (event,) = organisation.api.get(answer.headers["Location"] + "/events").expect(200)["items"]
    assert event["type"] == "tongbao.item.submitted.v1"
    assert event["correlation_id"] == "trace-7"
    assert event["data"]["attributes"] == {"topic": "progress"}
    assert event["version"] == item["version"]


def test_an_item_passes_its_stages_and_is_adopted_and_instructed_on(organisation: Organisation) -> None:
    item = organisation.submit(organisation.token("submitter"))

    first = organisation.post(item, "reviews", {"decision": "accepted", "stage": "section"}).expect(201)
    assert (first["state"], first["awaits"]) == ("submitted", "office")
    second = organisation.post(item, "reviews", {"decision": "accepted"}).expect(201)
    assert (second["state"], second["awaits"]) == ("accepted", None)
    adopted = organisation.post(item, "adoptions", ADOPTION).expect(201)
    assert [(each["tier"], each["outlet_title"]) for each in adopted["adoptions"]] == [("city", "日报")]
    instructed = organisation.post(item, "instructions", INSTRUCTION).expect(201)
    assert [each["level"] for each in instructed["instructions"]] == ["city"]

    events = organisation.api.get(f"{organisation.path}/items/{item['id']}/events").expect(200)["items"]
    assert [event["type"].split(".")[2] for event in events] == [
        "submitted",
        "reviewed",
        "reviewed",
        "adopted",
        "instructed",
    ]
    assert instructed["version"] == events[-1]["version"]


def test_a_kind_without_review_is_accepted_at_once(organisation: Organisation) -> None:
    item = organisation.submit(kind="notice", attributes={})

    assert item["state"] == "accepted"
    fields = organisation.post(item, "reviews", {"decision": "accepted"}).problem(409, "wrong-state")
    assert fields == ["decision"]


def test_a_returned_item_is_mended_and_keeps_its_reporting_date(organisation: Organisation) -> None:
    submitter = organisation.token("submitter")
    item = organisation.submit(submitter)
    returned = organisation.post(item, "reviews", {"decision": "returned", "reason": "缺照片"}).expect(201)
    assert returned["state"] == "returned"

    mended = {"title": "动态(补)", "attributes": {"topic": "practice", "photos": 2}}
    path = f"{organisation.path}/items/{item['id']}/resubmission"
    again = submitter.post(path, mended).expect(201)

    assert (again["state"], again["awaits"], again["title"]) == ("submitted", "section", "动态(补)")
    assert again["submitted_at"] == item["submitted_at"]
    assert submitter.post(path, mended).problem(409, "wrong-state") == ["item"]


def test_a_rejected_item_may_be_accepted_after_all(organisation: Organisation) -> None:
    item = organisation.submit(organisation.token("submitter"))
    organisation.post(item, "reviews", {"decision": "accepted"}).expect(201)
    organisation.post(item, "reviews", {"decision": "rejected", "reason": "重复"}).expect(201)
    organisation.post(item, "adoptions", ADOPTION).problem(409, "wrong-state")

    reconsidered = organisation.post(item, "reviews", {"decision": "accepted"}).expect(201)

    assert reconsidered["state"] == "accepted"
    assert [review["stage"] for review in reconsidered["reviews"]] == ["section", "office", "office"]


def test_an_adoption_recorded_by_mistake_is_retracted_once(organisation: Organisation) -> None:
    item = organisation.accepted()
    adopted = organisation.post(item, "adoptions", ADOPTION).expect(201)
    path = f"{organisation.path}/items/{item['id']}/adoptions/{adopted['adoptions'][0]['id']}"

    assert organisation.api.delete(path).problem(422, "invalid-input") == ["reason"]
    retracted = organisation.api.delete(path, reason="登记有误").expect(200)
    assert retracted["adoptions"] == []
    assert organisation.api.delete(path, reason="登记有误").expect(200) == retracted
    organisation.api.delete(path[:-4] + "0000", reason="登记有误").problem(404, "not-found")


def test_an_item_is_withdrawn_once(organisation: Organisation) -> None:
    item = organisation.submit()

    assert organisation.post(item, "withdrawal", {"reason": "有误"}).expect(201)["state"] == "withdrawn"
    assert organisation.post(item, "withdrawal", {"reason": "有误"}).problem(409, "wrong-state") == ["item"]


def test_nobody_reviews_their_own_submission(organisation: Organisation) -> None:
    item = organisation.submit()

    assert organisation.post(item, "reviews", {"decision": "accepted"}).problem(403, "own-submission") == ["decision"]
    organisation.token("reviewer").post(
        f"{organisation.path}/items/{item['id']}/reviews", {"decision": "accepted"}
    ).expect(201)


def test_reviews_keep_to_the_stages_and_returns_need_a_reason(organisation: Organisation) -> None:
    item = organisation.submit(organisation.token("submitter"))

    wrong_stage = organisation.post(item, "reviews", {"decision": "accepted", "stage": "office"})
    assert wrong_stage.problem(409, "wrong-stage") == ["stage"]
    assert organisation.post(item, "reviews", {"decision": "returned"}).problem(422, "reason-missing") == ["reason"]
    assert organisation.post(item, "adoptions", ADOPTION).problem(409, "wrong-state") == ["item"]


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"outlet": "weekly"}, "unknown-outlet", "outlet"),
        ({"published_on": "2013-12-31"}, "unknown-outlet", "published_on"),
        ({"published_on": "2199-01-01"}, "date-in-future", "published_on"),
        ({"published_on": "2014-02-30"}, "invalid-input", "published_on"),
        ({"form": "half"}, "invalid-input", "form"),
    ],
)
def test_adoptions_are_refused_by_field(
    organisation: Organisation, changes: dict[str, str], kind: str, field: str
) -> None:
    item = organisation.accepted()

    assert organisation.post(item, "adoptions", {**ADOPTION, **changes}).problem(422, kind) == [field]
    assert organisation.post(item, "instructions", {**INSTRUCTION, "instructed_on": "2199-01-01"}).problem(
        422, "date-in-future"
    ) == ["instructed_on"]


def test_an_adoption_carries_the_outlet_as_it_stood_that_day(organisation: Organisation) -> None:
    item = organisation.accepted()
    raised = {"title": "日报", "tier": "national", "medium": "newspaper", "from": "2014-07-01"}
    organisation.api.put(f"{organisation.path}/outlets/daily", raised).expect(200)

    before = organisation.post(item, "adoptions", {**ADOPTION, "published_on": "2014-06-30"}).expect(201)
    after = organisation.post(item, "adoptions", {**ADOPTION, "published_on": "2014-07-01"}).expect(201)

    assert before["adoptions"][-1]["tier"] == "city"
    assert after["adoptions"][-1]["tier"] == "national"


def test_lists_are_filtered_and_paged_newest_first(organisation: Organisation) -> None:
    organisation.department("court")
    made = [organisation.submit(title=f"第{n}条") for n in range(5)]
    organisation.submit(department="court")
    path = f"{organisation.path}/items"

    found, cursor = [], ""
    while cursor is not None:
        query = {"department": "press", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = organisation.api.get(path, **query).expect(200)
        found += page["items"]
        cursor = page["next_cursor"]
    assert found == list(reversed(made))

    organisation.post(made[0], "withdrawal", {}).expect(201)
    states = organisation.api.get(path, state="withdrawn", kind="report", scheme="news").expect(200)["items"]
    assert [item["id"] for item in states] == [made[0]["id"]]
    window = {"submitted_from": made[1]["submitted_at"], "submitted_to": made[3]["submitted_at"]}
    assert [item["id"] for item in organisation.api.get(path, **window).expect(200)["items"]] == [
        made[2]["id"],
        made[1]["id"],
    ]
    assert organisation.api.get(path, cursor="nonsense").problem(422, "invalid-input") == ["cursor"]


def test_an_ambiguous_kind_needs_its_scheme_named(organisation: Organisation) -> None:
    organisation.publish(SCHEME.replace("scheme: news", "scheme: campaign")).expect(201)
    path = f"{organisation.path}/items"

    ambiguous = organisation.api.post(path, REPORT)
    assert ambiguous.problem(422, "ambiguous-scheme") == ["scheme"]
    assert "campaign, news" in ambiguous.body["errors"][0]["detail"]
    assert organisation.submit(scheme="campaign")["scheme"] == "campaign"
    assert organisation.api.post(path, {**REPORT, "scheme": "new"}).problem(422, "unknown-scheme") == ["scheme"]


def test_text_is_stored_and_returned_as_text(organisation: Organisation, world: World) -> None:
    title = "'; DROP TABLE items; -- <script>alert(1)</script> {{7*7}} %s ${x}"

    item = organisation.submit(title=title, summary=title + "\n第二行\t。")

    read = organisation.api.get(f"{organisation.path}/items/{item['id']}").expect(200)
    assert (read["title"], read["summary"]) == (title, title + "\n第二行\t。")


def test_an_item_of_another_organisation_is_not_there(world: World, organisation: Organisation) -> None:
    item = world.organisation().submit()

    organisation.api.get(f"{organisation.path}/items/{item['id']}").problem(404, "not-found")
    organisation.post(item, "withdrawal", {}).problem(404, "not-found")


def test_reporting_dates_are_instants_of_the_store(organisation: Organisation) -> None:
    first, second = organisation.submit(), organisation.submit()

    assert first["submitted_at"] < second["submitted_at"]
    recorded = [at for kind, at in organisation.events() if kind == "item.submitted"]
    assert recorded == sorted(recorded)
    assert recorded[1] - recorded[0] < timedelta(minutes=1)
