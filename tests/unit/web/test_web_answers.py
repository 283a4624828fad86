"""What stands around every answer: correlation, conditions, headers, metrics, the OpenAPI document."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.operations.settings import WebSettings
from shared.web import cursors, json, problems
from shared.web.app import create_app
from shared.web.problems import PROBLEM_TYPES, Problem, problem_for, problem_of, problem_type

THINGS = "/v1/organisations/haidian/things"
ONE = f"{THINGS}/01957ed6-0000-7000-8000-000000000001"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_correlation_id_is_made_when_none_is_sent(client: FlaskClient) -> None:
    made = client.get("/livez").headers["X-Correlation-Id"]

    assert UUID(made).version == 7


def test_a_correlation_id_that_is_sent_comes_back(client: FlaskClient) -> None:
    response = client.get("/livez", headers={"X-Correlation-Id": "import-2014/03"})

    assert response.headers["X-Correlation-Id"] == "import-2014/03"


@pytest.mark.parametrize("sent", ["x" * 101, "a b", "", "a;b", "名", '"><script>'])
def test_a_correlation_id_of_odd_characters_is_replaced(client: FlaskClient, sent: str) -> None:
    response = client.get("/livez", environ_overrides={"HTTP_X_CORRELATION_ID": sent})

    assert UUID(response.headers["X-Correlation-Id"])


def test_a_trace_goes_on(client: FlaskClient) -> None:
    response = client.get("/livez", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})

    assert response.headers["X-Correlation-Id"] == TRACE
    assert re.fullmatch(rf"00-{TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{{16}}-01", response.headers["traceparent"])


@pytest.mark.parametrize(
    "sent", ["00-0-0-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{TRACE}-00f067aa0ba902b7-01", "x"]
)
def test_a_traceparent_that_is_none_is_left_alone(client: FlaskClient, sent: str) -> None:
    response = client.get("/livez", headers={"traceparent": sent})

    assert "traceparent" not in response.headers
    assert UUID(response.headers["X-Correlation-Id"])


def test_no_answer_lets_anything_inline_run(client: FlaskClient) -> None:
    for path in ("/livez", "/nothing", "/sign-in", "/docs", THINGS):
        headers = client.get(path).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_edit_must_say_which_version_it_edits(client: FlaskClient) -> None:
    assert client.put(ONE).status_code == 428


@pytest.mark.parametrize("match", ['"7"', "*", '"6", "7"'])
def test_an_edit_of_the_present_version_passes(client: FlaskClient, match: str) -> None:
    response = client.put(ONE, headers={"If-Match": match})

    assert (response.status_code, response.headers["ETag"]) == (204, '"8"')
    assert response.data == b""


@pytest.mark.parametrize("match", ['"6"', 'W/"7"', "7x", '""', '"'])
def test_an_edit_of_another_version_is_refused_and_told_the_present_one(client: FlaskClient, match: str) -> None:
    response = client.put(ONE, headers={"If-Match": match})

    assert response.status_code == 412
    assert response.headers["ETag"] == '"7"'


def test_creating_what_exists_is_refused(client: FlaskClient) -> None:
    assert client.put(ONE, headers={"If-None-Match": "*"}).status_code == 412


def test_head_has_no_body(client: FlaskClient) -> None:
    response = client.head(THINGS)

    assert response.status_code == 200
    assert response.data == b""
    assert int(response.headers["Content-Length"]) > 0


def test_requests_are_measured_by_route_and_not_by_address(client: FlaskClient) -> None:
    client.get(f"{THINGS}?limit=1")
    client.open("/livez", method="BREW")

    text = client.get("/metrics").get_data(as_text=True)

    route = "/v1/organisations/<name:organisation>/things"
    assert f'tongbao_http_request_seconds_count{{method="GET",route="{route}",status="200"}}' in text
    assert "haidian" not in text
    assert 'method="BREW"' not in text


def test_the_access_log_names_the_organisation_and_the_correlation_id(capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app("example", "Example", WebSettings(access_log="all"), None, [], list)  # type: ignore[arg-type]
    app.add_url_rule("/v1/<name:organisation>/<name:department>", "at", lambda **_: {})

    app.test_client().get("/v1/haidian/street", headers={"X-Correlation-Id": "c-9"})
    app.test_client().get("/livez")

    told = capsys.readouterr().out
    assert "organisation=haidian" in told
    assert "department=street" in told
    assert "correlation_id=c-9" in told
    assert "/livez" not in told


def test_the_openapi_document_describes_routes_errors_and_the_token(client: FlaskClient) -> None:
    document = client.get("/v1/openapi.json").get_json()

    assert document["openapi"].startswith("3.1")
    path = document["paths"]["/v1/organisations/{organisation}/things"]
    assert path["post"]["summary"] == "Make a thing."
    assert set(path["get"]) >= {"parameters", "responses"}
    thing = document["components"]["schemas"]["Thing"]["properties"]
    assert thing["title"] == {"type": "string", "maxLength": 200, "minLength": 1}
    assert thing["at"] == {"type": "string", "format": "date-time"}
    assert thing["form"] == {"type": "string", "enum": ["whole", "edited"]}
    refusal = document["components"]["responses"]["UNPROCESSABLE_ENTITY"]
    assert refusal["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert document["security"] == [{"token": []}]


def test_json_speaks_of_every_value_exactly() -> None:
    told = json.encode(
        {
            "points": Decimal("0.10"),
            "day": date(2014, 3, 8),
            "at": datetime(2014, 3, 8, 8, tzinfo=UTC),
            "id": UUID(int=1),
            "text": "通报 </script>",
        }
    )

    assert told.decode() == (
        '{"points":"0.10","day":"2014-03-08","at":"2014-03-08T08:00:00Z",'
        '"id":"00000000-0000-0000-0000-000000000001","text":"通报 </script>"}'
    )


def test_a_cursor_gives_its_keys_back() -> None:
    cursor = cursors.encode("2014-03-08T08:00:00Z", 7, "名")

    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert cursors.decode(cursor, str, int, str) == ["2014-03-08T08:00:00Z", 7, "名"]


@pytest.mark.parametrize(
    "text", ["", "x", "!!!!", cursors.encode("a"), cursors.encode(1, "a"), cursors.encode("a", True), "é", "a" * 1001]
)
def test_what_is_no_cursor_of_the_list_is_refused(text: str) -> None:
    with pytest.raises(cursors.BadCursor):
        cursors.decode(text, str, int)


def test_a_cursor_cannot_smuggle_a_nul(client: FlaskClient) -> None:
    with pytest.raises(cursors.BadCursor):
        cursors.decode(cursors.encode("a\x00", 1), str, int)


def test_a_domain_error_becomes_its_problem_and_so_do_those_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusal(Exception):
        pass

    class SharperRefusal(Refusal):
        pass

    monkeypatch.setattr(problems, "PROBLEM_TYPES", dict(PROBLEM_TYPES))
    monkeypatch.setattr(problems, "_of_exception", {})
    problem_for(Refusal, 409, "refused", "It is refused", "Ask nicely.")

    problem = problem_of(SharperRefusal("Not today."))

    assert problem is not None
    assert problems.document(problem) == {
        "type": "/problems/refused",
        "title": "It is refused",
        "status": 409,
        "detail": "Not today.",
    }
    with pytest.raises(ValueError, match="Refusal is named twice"):
        problem_for(Refusal, 409, "refused", "It is refused", "Ask nicely.")


def test_a_problem_type_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        problem_type("not-found", 404, "Something else", "")


def test_a_problem_tells_no_more_than_a_hundred_mistakes() -> None:
    problem = Problem("invalid-input", "x" * 5000, errors=[{"field": str(n), "detail": "no"} for n in range(500)])

    document = problems.document(problem)

    assert len(document["errors"]) == 100
    assert len(document["detail"]) == 1000


def test_every_problem_type_says_what_to_do() -> None:
    for kind in PROBLEM_TYPES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)
        assert 400 <= kind.status <= 599
        assert kind.title
        assert kind.help


def test_an_unready_service_says_what_it_lacks(app: Flask) -> None:
    response = app.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.get_json()["missing"]
