"""Nobody reads or writes outside what their token was granted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shared.operations.database import Pool
from tests.integration.web.conftest import IssueToken

BASE = "/v1/organisations/haidian"
ORIGIN = {"Origin": "http://localhost"}


def status(client: FlaskClient, path: str, token: str | None) -> int:
    return client.get(f"{BASE}{path}", headers={"Authorization": token} if token else {}).status_code


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        "Bearer tongbao_\x00",
        "Bearer " + "x" * 5000,
        "Bearer é",
        "bearer ' OR 1=1; --",
    ],
)
def test_without_a_valid_token_nothing_is_answered(client: FlaskClient, header: str | None) -> None:
    overrides = {"HTTP_AUTHORIZATION": header} if header is not None else {}

    response = client.get(f"{BASE}/whole", environ_overrides=overrides)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.get_json()["type"] == "/problems/unauthenticated"


def test_a_token_of_the_organisation_is_let_in(client: FlaskClient, issue_token: IssueToken) -> None:
    token = issue_token("reader")

    assert status(client, "/whole", token) == 200
    assert status(client, "/departments/d1", token) == 200


def test_the_scheme_of_the_header_may_be_written_in_any_case(client: FlaskClient, issue_token: IssueToken) -> None:
    assert status(client, "/whole", issue_token("reader").replace("Bearer", "bEARER")) == 200


def test_a_token_of_a_department_stays_in_it(client: FlaskClient, issue_token: IssueToken) -> None:
    token = issue_token("reader", department="d1")

    assert status(client, "/departments/d1", token) == 200
    assert status(client, "/departments/d2", token) == 403
    assert status(client, "/whole", token) == 403
    assert client.get(f"{BASE}/mine", headers={"Authorization": token}).get_json() == {"department": "d1"}


def test_a_token_of_another_organisation_is_refused_without_telling_what_exists(
    client: FlaskClient, issue_token: IssueToken
) -> None:
    token = issue_token("administrator", organisation="other")
    headers = {"Authorization": token}

    answers = [client.get(f"/v1/organisations/{name}/whole", headers=headers) for name in ("haidian", "nowhere")]

    assert [answer.status_code for answer in answers] == [403, 403]
    told = [{k: v for k, v in a.get_json().items() if k not in {"instance", "correlation_id"}} for a in answers]
    assert told[0] == told[1]


def test_a_role_that_was_not_granted_is_refused(client: FlaskClient, issue_token: IssueToken) -> None:
    response = client.post(f"{BASE}/notes", json={"text": "x"}, headers={"Authorization": issue_token("reader")})

    assert response.status_code == 403
    assert "role is reader" in response.get_json()["detail"]


def test_the_installations_administrator_is_let_in_everywhere(client: FlaskClient, issue_token: IssueToken) -> None:
    everywhere = issue_token("administrator", organisation=None)

    assert status(client, "/whole", everywhere) == 200
    assert status(client, "/installation", everywhere) == 200
    assert status(client, "/installation", issue_token("administrator")) == 403


def test_an_expired_token_is_no_token(client: FlaskClient, issue_token: IssueToken) -> None:
    now = datetime.now(UTC)

    assert status(client, "/whole", issue_token("reader", expires_at=now - timedelta(seconds=1))) == 401
    assert status(client, "/whole", issue_token("reader", expires_at=now + timedelta(minutes=5))) == 200


def test_a_revocation_takes_effect_at_once(
    client: FlaskClient, issue_token: IssueToken, revoke: Callable[[str], None]
) -> None:
    token = issue_token("reader")
    assert status(client, "/whole", token) == 200

    revoke(token)

    assert status(client, "/whole", token) == 401


def test_a_revocation_takes_effect_at_once_also_where_the_command_confirms_the_token(
    client: FlaskClient, issue_token: IssueToken, revoke: Callable[[str], None], pool: Pool
) -> None:
    token = issue_token("submitter")
    headers = {"Authorization": token}
    assert client.post(f"{BASE}/quick", headers=headers).status_code == 201
    assert client.post(f"{BASE}/quick", headers=headers).status_code == 201

    revoke(token)
    refused = client.post(f"{BASE}/quick", headers=headers)

    assert refused.status_code == 401
    with pool.connection() as conn:
        assert conn.execute("SELECT count(*) FROM notes").fetchall() == [(2,)]


def test_a_token_that_was_described_anew_goes_on_where_the_command_confirms_it(
    client: FlaskClient, issue_token: IssueToken, pool: Pool
) -> None:
    headers = {"Authorization": issue_token("submitter")}
    assert client.post(f"{BASE}/quick", headers=headers).status_code == 201
    with pool.connection() as conn:
        conn.execute("UPDATE directory_tokens SET title = 'Renamed', version = version + 1")

    assert client.post(f"{BASE}/quick", headers=headers).status_code == 201


def test_a_browser_signs_in_with_a_token_and_out_again(client: FlaskClient, issue_token: IssueToken) -> None:
    secret = issue_token("reader").removeprefix("Bearer ")

    signed_in = client.post("/sign-in", data={"token": f" {secret} ", "next": "/x?y=1"}, headers=ORIGIN)

    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/x?y=1")
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert status(client, "/whole", None) == 200

    client.post("/sign-out", headers=ORIGIN)
    assert status(client, "/whole", None) == 401


def test_the_cookie_is_for_https_alone_where_the_page_came_by_https(
    client: FlaskClient, issue_token: IssueToken
) -> None:
    secret = issue_token("reader").removeprefix("Bearer ")
    origin = {"Origin": "https://localhost"}

    signed_in = client.post("/sign-in", data={"token": secret}, headers=origin, base_url="https://localhost")

    assert "Secure" in signed_in.headers["Set-Cookie"]


def test_the_cookie_cannot_write(client: FlaskClient, issue_token: IssueToken) -> None:
    secret = issue_token("submitter").removeprefix("Bearer ")
    client.post("/sign-in", data={"token": secret}, headers=ORIGIN)

    assert client.post(f"{BASE}/notes", json={"text": "x"}).status_code == 401


def test_a_wrong_token_is_not_kept(client: FlaskClient) -> None:
    response = client.post("/sign-in", data={"token": "nonsense"}, headers=ORIGIN)

    assert response.status_code == 422
    assert "Set-Cookie" not in response.headers
    assert "nonsense" not in response.get_data(as_text=True)


def test_a_page_that_needs_a_token_leads_to_the_sign_in(client: FlaskClient) -> None:
    response = client.get("/?period=2014-03", headers={"Accept": "text/html"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in?next=/?period%3D2014-03"
