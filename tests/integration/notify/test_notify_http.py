"""Notify over HTTP, on the real database."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from shared.contracts.directory_events import Role
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMetLate, QuotaMissed
from shared.operations.database import Pool
from tests.integration.notify.calling import Caller, revoke
from tests.unit.notify.building import OBLIGATION, announced_in_order, obligation

Fold = Callable[[Sequence[Event]], None]
HOOK = {"address": "https://hooks.example.org/in"}


def departments(answer: Any) -> list[str]:
    return [each["department"] for each in answer.json["items"]]


@pytest.mark.usefixtures("missed")
def test_alerts_are_listed_page_by_page_latest_first(caller: Callable[..., Caller]) -> None:
    reader = caller("reader")

    first = reader("GET", "alerts?limit=2")
    second = reader("GET", f"alerts?limit=2&cursor={first.json['next_cursor']}")

    assert (departments(first), departments(second)) == (["street-3", "street-2"], ["street-1"])
    assert second.json["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", 3),
        ("state=unresolved", 3),
        ("state=resolved", 0),
        ("condition=missed", 3),
        ("condition=due_soon", 0),
        ("severity=critical", 0),
        ("department=street-2", 1),
        ("quota=weekly_reports", 3),
        ("scheme=other", 0),
        ("calendar=week&period=2014-W09", 3),
        ("calendar=month", 0),
        ("period=2014-W10", 0),
    ],
)
@pytest.mark.usefixtures("missed")
def test_alerts_are_filtered(caller: Callable[..., Caller], query: str, found: int) -> None:
    assert len(caller("reader")("GET", f"alerts?{query}").json["items"]) == found


@pytest.mark.parametrize("query", ["state=gone", "cursor=x", "limit=0", "limit=1000", "department=A%20B", "unknown=1"])
def test_a_question_that_makes_no_sense_names_its_field(caller: Callable[..., Caller], query: str) -> None:
    answer = caller("reader")("GET", f"alerts?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == query.split("=")[0]


@pytest.mark.usefixtures("missed")
def test_a_token_of_a_department_sees_its_own_alerts_only(caller: Callable[..., Caller]) -> None:
    everyone, own = caller("reader"), caller("reader", department="street-2")
    others = everyone("GET", "alerts?department=street-1").json["items"][0]["alert"]

    assert departments(own("GET", "alerts")) == ["street-2"]
    assert own("GET", "alerts?department=street-1").status_code == 403
    assert own("GET", f"alerts/{others}").status_code == 404


@pytest.mark.parametrize("path", ["alerts", "alerts/stream", "subscriptions", f"deliveries/{UUID(int=1)}", "parked"])
def test_a_token_of_another_organisation_is_refused(caller: Callable[..., Caller], path: str) -> None:
    assert caller("administrator", "elsewhere")("GET", path).status_code == 403


@pytest.mark.parametrize("path", ["alerts", "alerts/stream", "subscriptions"])
def test_a_revoked_token_is_refused(pool: Pool, caller: Callable[..., Caller], path: str) -> None:
    asking = caller("operator")
    revoke(pool, asking)

    assert asking("GET", path).status_code == 401


@pytest.mark.parametrize("role", ["reader", "submitter", "reviewer"])
def test_only_operators_subscribe_and_acknowledge(caller: Callable[..., Caller], role: Role) -> None:
    asking = caller(role)

    assert asking("GET", "subscriptions").status_code == 403
    assert asking("POST", "subscriptions", {"title": "x", "webhook": HOOK}).status_code == 403
    assert asking("POST", f"alerts/{uuid4()}/acknowledgement", {}).status_code == 403


@pytest.mark.usefixtures("missed")
def test_acknowledging_is_recorded_once_and_tells_its_request(caller: Callable[..., Caller]) -> None:
    operator = caller("operator")
    alert = operator("GET", "alerts?department=street-1").json["items"][0]["alert"]

    first = operator("POST", f"alerts/{alert}/acknowledgement", {"note": "打过电话"}, X_Correlation_Id="call-1")
    again = operator("POST", f"alerts/{alert}/acknowledgement", {"note": "later"})
    shown = operator("GET", f"alerts/{alert}").json

    assert (first.status_code, first.json["state"], first.json["note"]) == (200, "acknowledged", "打过电话")
    assert again.json == first.json
    assert first.json["correlation_id"] == "call-1"
    assert [change["type"] for change in shown["history"]] == ["alert.opened", "alert.acknowledged"]


def test_a_resolved_alert_refuses_to_be_acknowledged(caller: Callable[..., Caller], fold: Fold) -> None:
    fold(list(announced_in_order(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION))))
    operator = caller("operator")
    alert = operator("GET", "alerts").json["items"][0]["alert"]

    answer = operator("POST", f"alerts/{alert}/acknowledgement", {})

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/alert-resolved")


def test_an_unknown_alert_is_not_found(caller: Callable[..., Caller]) -> None:
    assert caller()("GET", f"alerts/{uuid4()}").status_code == 404
    assert caller()("POST", f"alerts/{uuid4()}/acknowledgement", {}).status_code == 404
    assert caller()("GET", "alerts/not-an-id").status_code == 404


def test_the_secret_is_shown_once(caller: Callable[..., Caller]) -> None:
    operator = caller()

    made = operator("POST", "subscriptions", {"title": "Büro", "webhook": HOOK}, Idempotency_Key="k-1")
    replayed = operator("POST", "subscriptions", {"title": "Büro", "webhook": HOOK}, Idempotency_Key="k-1")
    shown = operator("GET", f"subscriptions/{made.json['subscription']}")

    assert made.status_code == 201
    assert made.json["webhook"]["secret"].startswith("whsec_")
    assert replayed.json["subscription"] == made.json["subscription"]
    assert replayed.json["webhook"]["secret"] is None
    assert "secret" not in shown.json["webhook"]
    assert len(operator("GET", "subscriptions").json["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"webhook": HOOK}, "title"),
        ({"title": "x"}, "webhook"),
        ({"title": "x", "webhook": {}}, "webhook.address"),
        ({"title": "x", "webhook": {"address": "http://hooks.example.org:99999/"}}, "webhook.address"),
        ({"title": "x", "webhook": {"address": "https://10.0.0.1/"}}, "webhook.address"),
        ({"title": "x", "webhook": {"address": "https://169.254.169.254/"}}, "webhook.address"),
        ({"title": "x", "webhook": {"address": "https://[::1]/"}}, "webhook.address"),
        ({"title": "x", "webhook": {"address": "ftp://hooks.example.org/"}}, "webhook.address"),
        ({"title": "x", "webhook": {**HOOK, "secret": "short"}}, "webhook.secret"),
        ({"title": "x", "webhook": HOOK, "filters": {"severities": ["loud"]}}, "filters.severities.0"),
        ({"title": "x", "webhook": HOOK, "filters": {"departments": "street-1"}}, "filters.departments"),
        ({"title": "x", "webhook": HOOK, "filters": {"colours": []}}, "filters.colours"),
        ({"title": "x", "webhook": HOOK, "history": "yes"}, "history"),
        ({"title": "x\u0000", "webhook": HOOK}, "title"),
        ({"title": "x", "webhook": HOOK, "filters": {"groups": [f"g{n}" for n in range(501)]}}, "filters.groups"),
    ],
)
def test_a_subscription_that_makes_no_sense_names_its_field(
    caller: Callable[..., Caller], body: Any, field: str
) -> None:
    answer = caller()("POST", "subscriptions", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field
    assert caller()("GET", "subscriptions").json["items"] == []


def test_a_subscription_is_changed_only_by_who_has_read_it(caller: Callable[..., Caller]) -> None:
    operator = caller()
    made = operator("POST", "subscriptions", {"title": "a", "webhook": HOOK})
    path, body = f"subscriptions/{made.json['subscription']}", {"title": "b", "webhook": HOOK, "enabled": False}

    assert operator("PUT", path, body).status_code == 428
    assert operator("PUT", path, body, If_Match='"7"').status_code == 412
    changed = operator("PUT", path, body, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json["title"], changed.json["disabled_reason"]) == (
        200,
        "b",
        "disabled by hand",
    )
    assert operator("PUT", path, body, If_Match=made.headers["ETag"]).status_code == 412
    assert operator("GET", path, None, If_None_Match=changed.headers["ETag"]).status_code == 304


@pytest.mark.usefixtures("missed")
def test_a_deleted_subscription_is_gone_and_its_deliveries_are_over(
    caller: Callable[..., Caller], pool: Pool, fold: Fold
) -> None:
    operator = caller()
    made = operator("POST", "subscriptions", {"title": "a", "webhook": HOOK}).json["subscription"]
    fold(list(announced_in_order(QuotaMissed(obligation(department="street-9")))))
    alert = operator("GET", "alerts?department=street-9").json["items"][0]["alert"]

    assert operator("DELETE", f"subscriptions/{made}").status_code == 204

    assert operator("GET", f"subscriptions/{made}").status_code == 404
    assert operator("GET", "subscriptions").json["items"] == []
    (delivery,) = operator("GET", f"alerts/{alert}").json["deliveries"]
    assert (delivery["state"], delivery["last_error"]) == ("failed", "the subscription was deleted")


def test_an_organisation_has_a_hundred_subscriptions_at_most(
    caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.adapters.subscription_store.SUBSCRIPTIONS_MAX", 2)
    operator = caller()
    statuses = [operator("POST", "subscriptions", {"title": "a", "webhook": HOOK}).status_code for _ in range(3)]

    assert statuses == [201, 201, 409]


def test_a_token_of_a_department_subscribes_for_its_department(caller: Callable[..., Caller], fold: Fold) -> None:
    own, operator = caller(department="street-2"), caller()
    made = own("POST", "subscriptions", {"title": "own", "webhook": HOOK}).json
    others = operator("POST", "subscriptions", {"title": "all", "webhook": HOOK}).json

    fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in (1, 2)))))

    assert made["department"] == "street-2"
    assert len(own("GET", f"subscriptions/{made['subscription']}/deliveries").json["items"]) == 1
    assert own("GET", f"subscriptions/{others['subscription']}").status_code == 404
    assert own("GET", f"subscriptions/{others['subscription']}/deliveries").status_code == 404
    delivery = operator("GET", f"subscriptions/{others['subscription']}/deliveries").json["items"][0]["delivery"]
    assert own("GET", f"deliveries/{delivery}").status_code == 404
    assert own("POST", f"deliveries/{delivery}/retry").status_code == 404
    assert [each["title"] for each in own("GET", "subscriptions").json["items"]] == ["own"]


@pytest.mark.usefixtures("missed")
def test_a_test_message_and_its_delivery_can_be_looked_at(caller: Callable[..., Caller]) -> None:
    operator = caller()
    made = operator("POST", "subscriptions", {"title": "a", "webhook": HOOK}).json["subscription"]

    sent = operator("POST", f"subscriptions/{made}/test")
    shown = operator("GET", f"deliveries/{sent.json['delivery']}")

    assert (sent.status_code, sent.json["type"], sent.json["state"]) == (202, "subscription.test", "waiting")
    assert shown.json["history"] == []
    assert operator("POST", f"deliveries/{sent.json['delivery']}/retry").status_code == 202


def test_nothing_is_sent_to_a_disabled_subscription(caller: Callable[..., Caller]) -> None:
    operator = caller()
    made = operator("POST", "subscriptions", {"title": "a", "webhook": HOOK, "enabled": False}).json["subscription"]

    answer = operator("POST", f"subscriptions/{made}/test")

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/subscription-disabled")


def test_deliveries_are_listed_page_by_page(caller: Callable[..., Caller], fold: Fold) -> None:
    operator = caller()
    made = operator("POST", "subscriptions", {"title": "a", "webhook": HOOK}).json["subscription"]
    fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(5)))))
    path, cursor, seen = f"subscriptions/{made}/deliveries?limit=2", "", list[str]()

    for _ in range(3):
        page = operator("GET", path + cursor).json
        seen += [each["delivery"] for each in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert len(seen) == len(set(seen)) == 5
    assert page["next_cursor"] is None
    assert operator("GET", f"{path}&state=delivered").json["items"] == []


def test_parked_departments_are_listed_and_resumed(caller: Callable[..., Caller], fold: Fold) -> None:
    _, second = announced_in_order(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION))
    fold([second])

    (parked,) = caller("reader")("GET", "parked").json["items"]
    asked = caller()("POST", "departments/street-1/resumption")

    assert (parked["department"], parked["version"], parked["resume_requested_at"]) == ("street-1", 1, None)
    assert (asked.status_code, asked.json["resume_requested_at"] is not None) == (202, True)
    assert caller("reader", department="street-2")("GET", "parked").json["items"] == []
    assert caller()("POST", "departments/street-2/resumption").status_code == 409


def test_what_a_scheme_tells_of_all_together_is_listed_and_resumed_likewise(
    caller: Callable[..., Caller], pool: Pool
) -> None:
    with pool.connection() as conn:
        conn.execute(
            "INSERT INTO positions (stream, version, parked_version, parked_reason, parked_partition, parked_offset,"
            " parked_at) SELECT 'haidian/' || kind || '.civilised', 3, 4, 'unreadable', 0, 7, now()"
            " FROM unnest(ARRAY['joint', 'bulletins']) kind"
        )

    parked = [one["department"] for one in caller("reader")("GET", "parked").json["items"]]

    assert sorted(parked) == ["bulletins.civilised", "joint.civilised"]
    for place in parked:
        asked = caller()("POST", f"departments/{place}/resumption")
        assert (asked.status_code, asked.json["department"]) == (202, place)
    assert caller(department="street-1")("POST", "departments/joint.civilised/resumption").status_code == 403
    assert caller()("POST", "departments/other.civilised/resumption").status_code == 404


def test_the_api_describes_itself(app: Flask) -> None:
    document = app.test_client().get("/v1/openapi.json").json

    assert document is not None
    assert "/v1/organisations/{organisation}/alerts/{alert}/acknowledgement" in document["paths"]
