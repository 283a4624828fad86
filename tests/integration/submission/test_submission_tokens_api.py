"""Who may do what, and when that ends."""

import pytest

from tests.integration.submission.api import DEPARTMENT, OUTLET, REPORT, SCHEME, Api, Organisation, World

ADOPTION = {"outlet": "daily", "form": "whole", "published_on": "2014-03-08"}


def test_a_secret_is_shown_once(organisation: Organisation) -> None:
    path = f"{organisation.path}/tokens"
    body = {"title": "报送员", "role": "submitter", "department": "press"}

    issued = organisation.api.post(path, body, Idempotency_Key="once")
    replayed = organisation.api.post(path, body, Idempotency_Key="once")

    assert issued.headers["Cache-Control"] == "no-store"
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert replayed.body == {**issued.body, "secret": None}
    listed = organisation.api.get(path).expect(200)["items"]
    assert [token["id"] for token in listed] == [issued.body["id"]]
    assert "secret" not in str(listed)
    with organisation.world.wired.pool.connection() as conn:
        stored = str(conn.execute("SELECT convert_from(data, 'UTF8') FROM events").fetchall())
    assert issued.body["secret"] not in stored


def test_a_revoked_token_grants_nothing_at_once(organisation: Organisation) -> None:
    issued = organisation.api.post(f"{organisation.path}/tokens", {"title": "t", "role": "submitter"}).expect(201)
    submitter = organisation.api.with_token(issued["secret"])
    submitter.post(f"{organisation.path}/items", REPORT).expect(201)

    path = f"{organisation.path}/tokens/{issued['id']}"
    assert organisation.api.delete(path).status == 204
    assert organisation.api.delete(path).status == 204

    before = organisation.events()
    answer = submitter.post(f"{organisation.path}/items", REPORT)
    answer.problem(401, "unauthenticated")
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    submitter.post(f"{organisation.path}/items", {**REPORT, "kind": "raport"}).problem(401, "unauthenticated")
    submitter.post(f"{organisation.path}/items:batch", {"items": [REPORT]}).problem(401, "unauthenticated")
    submitter.get(f"{organisation.path}/items").problem(401, "unauthenticated")
    assert organisation.events() == before


def test_a_token_is_revoked_by_its_own_organisation_only(world: World, organisation: Organisation) -> None:
    other = world.organisation()
    issued = other.api.post(f"{other.path}/tokens", {"title": "t", "role": "reader"}).expect(201)

    organisation.api.delete(f"{organisation.path}/tokens/{issued['id']}").problem(404, "not-found")
    other.api.with_token(issued["secret"]).get(f"{other.path}/items").expect(200)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_token_of_another_organisation_learns_nothing(world: World, organisation: Organisation, method: str) -> None:
    stranger = world.organisation().token("administrator")
    item = organisation.submit()
    bodies = {
        "POST": {"/items": REPORT, "/items:batch": {"items": [REPORT]}, "/tokens": {"title": "t", "role": "reader"}},
        "PUT": {"": {"title": "t", "time_zone": "UTC"}, "/departments/press": DEPARTMENT, "/outlets/daily": OUTLET},
        "GET": {f"/items/{item['id']}": None, "/items": None, "/departments/press": None, "/tokens": None, "": None},
        "DELETE": {f"/items/{item['id']}/adoptions/{item['id']}?reason=x": None, f"/tokens/{item['id']}": None},
    }[method]
    for path, body in bodies.items():
        for owner in (organisation.path, "/v1/organisations/nobody"):
            how = {} if body is None else {"json": body}
            stranger.send(method, owner + path, **how).problem(403, "forbidden")


def test_a_token_of_a_department_sees_and_does_nothing_elsewhere(organisation: Organisation) -> None:
    organisation.department("court").expect(201)
    foreign = organisation.submit(department="court")
    own = organisation.token("submitter", "press")
    path = f"{organisation.path}/items"

    own.post(path, {**REPORT, "department": "court"}).problem(403, "forbidden")
    own.get(f"{path}/{foreign['id']}").problem(404, "not-found")
    own.get(f"{path}/{foreign['id']}/events").problem(404, "not-found")
    own.post(f"{path}/{foreign['id']}/withdrawal", {}).problem(404, "not-found")
    own.get(path, department="court").problem(403, "forbidden")
    own.get(f"{organisation.path}/departments/court").problem(403, "forbidden")
    assert own.get(path).expect(200)["items"] == []
    mine = own.post(path, REPORT).expect(201)
    assert [item["id"] for item in own.get(path).expect(200)["items"]] == [mine["id"]]
    mixed = own.post(f"{path}:batch", {"items": [REPORT, {**REPORT, "department": "court"}]}).expect(200)
    assert [result["status"] for result in mixed["results"]] == [201, 403]
    departments = own.get(f"{organisation.path}/departments").expect(200)["items"]
    assert [each["department"] for each in departments] == ["press"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("administrator", {"submit", "review", "adopt", "import", "describe", "issue", "read"}),
        ("operator", {"submit", "review", "adopt", "import", "read"}),
        ("reviewer", {"review", "read"}),
        ("submitter", {"submit", "read"}),
        ("reader", {"read"}),
    ],
)
def test_roles_allow_what_they_are_for(organisation: Organisation, role: str, allowed: set[str]) -> None:
    waiting, accepted = organisation.submit(organisation.token("submitter")), organisation.accepted()
    token: Api = organisation.token(role)
    path = organisation.path
    asked = {
        "submit": token.post(f"{path}/items", REPORT),
        "review": token.post(f"{path}/items/{waiting['id']}/reviews", {"decision": "accepted"}),
        "adopt": token.post(f"{path}/items/{accepted['id']}/adoptions", ADOPTION),
        "import": token.send("POST", f"{path}/imports", data=b"{}\n", content_type="application/x-ndjson"),
        "describe": token.put_text(f"{path}/schemes/news/versions/1", SCHEME),
        "issue": token.post(f"{path}/tokens", {"title": "t", "role": "reader"}),
        "read": token.get(f"{path}/items"),
    }

    assert {what for what, answer in asked.items() if answer.status < 300} == allowed
    assert {answer.status for answer in asked.values() if answer.status >= 300} <= {403}


def test_only_the_installation_creates_organisations(world: World, organisation: Organisation) -> None:
    told = {"title": "新", "time_zone": "Asia/Shanghai"}

    organisation.token("administrator").put("/v1/organisations/newcomer", told).problem(403, "forbidden")
    organisation.token("administrator", "press").put(organisation.path, told).problem(403, "forbidden")
    organisation.token("administrator").put(organisation.path, told).expect(200)


def test_without_a_token_there_is_nothing(organisation: Organisation) -> None:
    for secret in ("", "nonsense", "x" * 300):
        organisation.api.with_token(secret).get(f"{organisation.path}/items").problem(401, "unauthenticated")


def test_a_token_must_end_in_the_future_and_name_a_known_department(organisation: Organisation) -> None:
    path = f"{organisation.path}/tokens"
    token = {"title": "t", "role": "reader"}

    past = organisation.api.post(path, {**token, "expires_at": "2014-01-01T00:00:00Z"})
    assert past.problem(422, "date-in-past") == ["expires_at"]
    unknown = organisation.api.post(path, {**token, "department": "nowhere"})
    assert unknown.problem(422, "unknown-department") == ["department"]
