"""A request that is sent again changes nothing and gets the same answer."""

import threading

from tests.integration.submission.api import REPORT, Answer, Organisation


def test_the_same_request_is_answered_once_more_and_written_once(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"

    first = organisation.api.post(path, REPORT, Idempotency_Key="k1")
    events = organisation.events()
    again = organisation.api.post(path, REPORT, Idempotency_Key="k1")

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert organisation.events() == events
    other = organisation.api.post(path, {**REPORT, "title": "别的"}, Idempotency_Key="k1")
    assert other.problem(422, "idempotency-key-reused") == ["Idempotency-Key"]
    assert organisation.events() == events


def test_a_command_is_replayed_even_when_the_item_has_moved_on(organisation: Organisation) -> None:
    item = organisation.submit(organisation.token("submitter"))
    accepted = {"decision": "accepted"}

    first = organisation.post(item, "reviews", accepted, Idempotency_Key="r1").expect(201)
    organisation.post(item, "withdrawal", {}, Idempotency_Key="w1").expect(201)

    assert organisation.post(item, "reviews", accepted, Idempotency_Key="r1").expect(201) == first
    assert organisation.post(item, "withdrawal", {}, Idempotency_Key="w1").expect(201)["state"] == "withdrawn"


def test_a_refused_request_may_be_mended_under_its_key(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"

    organisation.api.post(path, {**REPORT, "kind": "raport"}, Idempotency_Key="k2").problem(422, "unknown-kind")
    organisation.api.post(path, REPORT, Idempotency_Key="k2").expect(201)


def test_keys_of_two_tokens_are_two_keys(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"

    one = organisation.token("submitter").post(path, REPORT, Idempotency_Key="k3").expect(201)
    two = organisation.token("submitter").post(path, REPORT, Idempotency_Key="k3").expect(201)

    assert one["id"] != two["id"]


def test_the_same_request_at_the_same_time_is_written_once(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"
    answers: list[Answer] = []
    start = threading.Barrier(6)

    def ask() -> None:
        api = organisation.api.with_token(organisation.api.token)
        start.wait()
        answers.append(api.post(path, REPORT, Idempotency_Key="race"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert [kind for kind, _ in organisation.events()].count("item.submitted") == 1


def test_two_decisions_on_one_item_at_the_same_time_are_made_in_turn(organisation: Organisation) -> None:
    item = organisation.submit(organisation.token("submitter"))
    answers: list[Answer] = []
    start = threading.Barrier(4)

    def withdraw() -> None:
        api = organisation.api.with_token(organisation.api.token)
        start.wait()
        answers.append(api.post(f"{organisation.path}/items/{item['id']}/withdrawal", {}))

    threads = [threading.Thread(target=withdraw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


def test_a_whole_batch_is_replayed(organisation: Organisation) -> None:
    path = f"{organisation.path}/items:batch"
    body = {"items": [REPORT, {**REPORT, "kind": "raport"}]}

    first = organisation.api.post(path, body, Idempotency_Key="b1")
    again = organisation.api.post(path, body, Idempotency_Key="b1")

    assert again.expect(200) == first.expect(200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [kind for kind, _ in organisation.events()].count("item.submitted") == 1
    reused = organisation.api.post(path, {"items": [REPORT]}, Idempotency_Key="b1")
    reused.problem(422, "idempotency-key-reused")
