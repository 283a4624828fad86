"""A POST sent again with its key changes nothing and gets the same answer."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.operations.database import Pool
from shared.web import idempotency
from tests.integration.web import example_service
from tests.integration.web.conftest import IssueToken

NOTES = "/v1/organisations/haidian/notes"


@pytest.fixture
def token(issue_token: IssueToken) -> str:
    return issue_token("submitter")


@pytest.fixture
def closed_gate() -> Iterator[None]:
    example_service.gate.clear()
    example_service.entered.clear()
    yield
    example_service.gate.set()


def notes(pool: Pool) -> list[str]:
    with pool.connection() as conn:
        return [row[0] for row in conn.execute("SELECT text FROM notes ORDER BY note")]


def test_a_repeated_request_is_done_once_and_answered_alike(client: FlaskClient, token: str, pool: Pool) -> None:
    headers = {"Authorization": token, "Idempotency-Key": "k1"}

    first = client.post(NOTES, json={"text": "a"}, headers=headers)
    second = client.post(NOTES, json={"text": "a"}, headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.get_json()["note"] == first.get_json()["note"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert notes(pool) == ["a"]


def test_a_secret_is_answered_once_and_never_kept(client: FlaskClient, token: str, pool: Pool) -> None:
    headers = {"Authorization": token, "Idempotency-Key": "k1"}

    answers = [client.post(NOTES, json={"text": "a"}, headers=headers).get_json() for _ in range(2)]

    assert [answer["secret"] for answer in answers] == ["s3cret", None]
    with pool.connection() as conn:
        assert "s3cret" not in str(conn.execute("SELECT * FROM idempotency_keys").fetchall())


def test_a_key_used_for_another_body_is_refused(client: FlaskClient, token: str, pool: Pool) -> None:
    headers = {"Authorization": token, "Idempotency-Key": "k1"}
    client.post(NOTES, json={"text": "a"}, headers=headers)

    refused = client.post(NOTES, json={"text": "b"}, headers=headers)

    assert refused.status_code == 422
    assert refused.get_json()["type"] == "/problems/idempotency-key-reused"
    assert refused.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert notes(pool) == ["a"]


def test_keys_of_different_callers_and_addresses_do_not_meet(
    client: FlaskClient, issue_token: IssueToken, pool: Pool
) -> None:
    for header in (issue_token("submitter"), issue_token("submitter")):
        client.post(NOTES, json={"text": "a"}, headers={"Authorization": header, "Idempotency-Key": "k1"})
    everywhere = {"Authorization": issue_token("administrator", organisation=None), "Idempotency-Key": "k1"}
    for organisation in ("haidian", "other"):
        client.post(f"/v1/organisations/{organisation}/notes", json={"text": "a"}, headers=everywhere)

    assert notes(pool) == ["a"] * 4


def test_without_a_key_every_request_counts(client: FlaskClient, token: str, pool: Pool) -> None:
    for _ in range(2):
        assert client.post(NOTES, json={"text": "a"}, headers={"Authorization": token}).status_code == 201

    assert notes(pool) == ["a", "a"]


def test_what_failed_may_be_mended_and_sent_with_the_same_key(client: FlaskClient, token: str, pool: Pool) -> None:
    headers = {"Authorization": token, "Idempotency-Key": "k1"}
    assert client.post(NOTES, json={"text": "break"}, headers=headers).status_code == 500
    assert client.post(NOTES, json={}, headers=headers).status_code == 422

    assert client.post(NOTES, json={"text": "a"}, headers=headers).status_code == 201
    assert notes(pool) == ["a"]


@pytest.mark.usefixtures("closed_gate")
def test_a_request_that_is_still_being_worked_on_is_not_begun_twice(app: Flask, token: str, pool: Pool) -> None:
    headers = {"Authorization": token, "Idempotency-Key": "k1"}
    statuses: list[int] = []

    def send_first() -> None:
        statuses.append(app.test_client().post(f"{NOTES}?wait=1", json={"text": "a"}, headers=headers).status_code)

    first = threading.Thread(target=send_first)
    first.start()
    assert example_service.entered.wait(10)

    refused = app.test_client().post(NOTES, json={"text": "a"}, headers=headers)
    example_service.gate.set()
    first.join(10)

    assert refused.status_code == 409
    assert refused.get_json()["type"] == "/problems/request-in-progress"
    assert refused.headers["Retry-After"] == "1"
    assert statuses == [201]
    assert notes(pool) == ["a"]


@pytest.mark.parametrize("key", ["", "x" * 201, "名"])
def test_a_key_beyond_reason_is_refused(client: FlaskClient, token: str, key: str) -> None:
    refused = client.post(
        NOTES,
        json={"text": "a"},
        headers={"Authorization": token},
        environ_overrides={"HTTP_IDEMPOTENCY_KEY": key},
    )

    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "Idempotency-Key"


def test_answers_are_forgotten_after_a_day(client: FlaskClient, token: str, pool: Pool) -> None:
    for key in ("old", "new"):
        client.post(NOTES, json={"text": key}, headers={"Authorization": token, "Idempotency-Key": key})
    with pool.connection() as conn:
        conn.execute("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = 'old'")

        assert idempotency.sweep(conn) == 1
        assert conn.execute("SELECT key FROM idempotency_keys").fetchall() == [("new",)]
