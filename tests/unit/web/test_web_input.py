"""Bad input is always a problem document that names the field, and never a 500."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

THINGS = "/v1/organisations/haidian/things"


def post(client: FlaskClient, body: bytes | str, content_type: str = "application/json") -> TestResponse:
    return client.post(THINGS, data=body, content_type=content_type)


def assert_problem(response: TestResponse, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = response.get_json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    assert document["title"]
    assert document["instance"] == response.request.path
    assert document["correlation_id"] == response.headers["X-Correlation-Id"]
    return document


def mistakes(response: TestResponse) -> dict[str, str]:
    return {each["field"]: each["detail"] for each in assert_problem(response, 422, "invalid-input")["errors"]}


def test_a_good_body_is_loaded_and_answered_as_it_was_sent(client: FlaskClient) -> None:
    body = {
        "title": "第一季度信息 <b>'; DROP TABLE items; --",
        "summary": "第一行\n\t第二行",
        "kind": "report",
        "happened_on": "2014-02-28",
        "at": "2014-03-08T16:00:00+08:00",
        "points": "12.50",
        "count": 3,
        "urgent": False,
        "form": "whole",
        "authors": [{"name": "张三"}],
        "attributes": {"topic": "progress"},
    }

    response = client.post(THINGS, json=body)

    assert response.status_code == 201
    assert response.headers["Location"] == f"{THINGS}/1"
    assert response.get_json() == {**body, "at": "2014-03-08T08:00:00Z"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"title": "x"',
        b"'title'",
        b"nonsense",
        b'{"title": NaN}',
        b'{"title": Infinity}',
        b'{"title": "a\x01b"}',
        b'{"title": "\xff\xfe"}',
        b'{"title": "\\ud800"}',
        b'{"title": "\\udc00x"}',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"[" * 50_000,
        b'{"attributes":' + b'{"a":' * 40 + b"1" + b"}" * 41,
        b'{"count": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_well_formed_json_is_said_to_be_so(client: FlaskClient, body: bytes) -> None:
    document = assert_problem(post(client, body), 400, "malformed-request")

    assert "JSON" in document["detail"]


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true", "[[]]"])
def test_json_that_is_no_object_is_refused(client: FlaskClient, body: str) -> None:
    assert mistakes(post(client, body)) == {"": "Invalid input type."}


def test_no_body_at_all_misses_its_fields(client: FlaskClient) -> None:
    assert mistakes(client.post(THINGS)) == {"title": "Missing data for required field."}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_a_body_of_another_type_is_refused(client: FlaskClient, content_type: str) -> None:
    assert_problem(post(client, '{"title": "x"}', content_type), 415, "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_every_form_of_json_type_is_taken(client: FlaskClient, content_type: str) -> None:
    assert post(client, '{"title": "x"}', content_type).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 1),
        ("title", None),
        ("title", ""),
        ("title", "   "),
        ("title", ["x"]),
        ("title", {"a": 1}),
        ("title", "x" * 201),
        ("title", "two\nlines"),
        ("title", "a\u0000b"),
        ("title", "a\u007fb"),
        ("title", "a\u0085b"),
        ("summary", "bell\u0007"),
        ("summary", "x" * 20_001),
        ("kind", "Report"),
        ("kind", "-x"),
        ("kind", "x" * 64),
        ("kind", "../x"),
        ("kind", 7),
        ("happened_on", "2014-02-30"),
        ("happened_on", "2014-2-3"),
        ("happened_on", "20140203"),
        ("happened_on", "2014-W09-1"),
        ("happened_on", "0001-01-01"),
        ("happened_on", "9999-12-31"),
        ("happened_on", "२०१४-०१-०१"),
        ("happened_on", 20140203),
        ("at", "2014-03-08T16:00:00"),
        ("at", "2014-03-08"),
        ("at", "2014-03-08T25:00:00Z"),
        ("at", "2014-03-08T16:00:60Z"),
        ("at", "2014-03-08T16:00:00+25:00"),
        ("at", "yesterday"),
        ("at", 1394265600),
        ("points", "12,5"),
        ("points", "1e5"),
        ("points", "NaN"),
        ("points", "Infinity"),
        ("points", "-1"),
        ("points", "9" * 40),
        ("points", "1." + "1" * 28),
        ("points", True),
        ("points", 2**60),
        ("count", 1.5),
        ("count", "3"),
        ("count", True),
        ("count", -1),
        ("count", 10**20),
        ("urgent", "yes"),
        ("urgent", 1),
        ("form", "digest"),
        ("form", 1),
        ("authors", {"name": "x"}),
        ("authors", [{"name": "x"}] * 4),
        ("attributes", []),
        ("surprise", 1),
    ],
)
def test_a_wrong_value_is_a_mistake_of_its_field(client: FlaskClient, field: str, value: Any) -> None:
    told = mistakes(client.post(THINGS, json={"title": "x", field: value}))

    assert list(told) == [field]
    assert told[field]


@pytest.mark.parametrize("number", ["1e999999", "1e-999999", "0." + "1" * 60, "1E400"])
def test_a_number_beyond_reason_is_a_mistake_of_its_field(client: FlaskClient, number: str) -> None:
    assert list(mistakes(post(client, f'{{"title": "x", "points": {number}}}'))) == ["points"]


def test_a_json_number_keeps_its_digits(client: FlaskClient) -> None:
    response = post(client, '{"title": "x", "points": 0.10000000000000000001}')

    assert response.get_json()["points"] == "0.10000000000000000001"


def test_a_mistake_inside_a_list_is_told_with_its_place(client: FlaskClient) -> None:
    told = mistakes(client.post(THINGS, json={"title": "x", "authors": [{"name": "x"}, {"name": ""}, {"nom": "x"}]}))

    assert set(told) == {"authors.1.name", "authors.2.name", "authors.2.nom"}


def test_control_characters_are_found_wherever_they_hide(client: FlaskClient) -> None:
    told = mistakes(client.post(THINGS, json={"title": "x", "attributes": {"a": [{"b\u0000": "c\u0001"}]}}))

    assert set(told) == {"attributes.a.0", "attributes.a.0.b\ufffd"}


def test_the_last_of_repeated_keys_wins(client: FlaskClient) -> None:
    assert post(client, '{"title": "a", "title": "b"}').get_json() == {"title": "b"}


def test_two_megabytes_are_too_large(client: FlaskClient) -> None:
    document = assert_problem(post(client, b" " * 2_000_000), 413, "body-too-large")

    assert document["limit_bytes"] == 1024 * 1024


def test_a_route_may_take_more(client: FlaskClient) -> None:
    response = client.post(f"{THINGS}:batch", data=b" " * 2_000_000 + b"[]", content_type="application/json")

    assert response.get_json() == {"count": 0}


def test_the_field_of_a_list_body_begins_with_its_place(client: FlaskClient) -> None:
    told = mistakes(client.post(f"{THINGS}:batch", json=[{"title": "x"}, {"title": 1}]))

    assert list(told) == ["1.title"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "x" * 2000, "cursor"),
        ("cursor=WzFd", "cursor"),
        ("tag=A", "tag.0"),
        ("surprise=1", "surprise"),
        ("tag=a%00", "tag"),
    ],
)
def test_a_wrong_query_parameter_is_named(client: FlaskClient, query: str, field: str) -> None:
    assert list(mistakes(client.get(f"{THINGS}?{query}"))) == [field]


def test_a_parameter_of_several_values_may_be_repeated(client: FlaskClient) -> None:
    answer = client.get(f"{THINGS}?tag=a&tag=b&limit=7").get_json()

    assert answer == {"organisation": "haidian", "limit": 7, "cursor": None, "tag": ["a", "b"]}


@pytest.mark.parametrize("path", ["/v1/organisations/Haidian/things", "/v1/organisations/a%00b/things", "/v1/nothing"])
def test_what_is_no_name_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).get_json()["type"] == "/problems/not-found"


def test_another_method_is_told_which_are_possible(client: FlaskClient) -> None:
    response = client.delete(THINGS)

    assert_problem(response, 405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_bug_tells_the_correlation_id_and_nothing_of_itself(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get("/v1/organisations/haidian/bug", headers={"X-Correlation-Id": "c-1"})

    document = assert_problem(response, 500, "unforeseen")
    assert document["correlation_id"] == "c-1"
    assert "42" not in response.get_data(as_text=True)
    assert "the secret is 42" in capsys.readouterr().out


def test_a_database_that_is_away_is_no_bug(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()) == (503, {"missing": ["database: cannot be reached"]})


def test_an_answer_that_does_not_fit_its_schema_is_found_while_testing(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client.get("/v1/organisations/haidian/misfit").status_code == 500
    assert "does not fit AuthorSchema" in capsys.readouterr().out


def test_a_redirect_is_no_problem(client: FlaskClient) -> None:
    assert client.get("/v1/organisations/haidian/elsewhere").status_code == 302
