"""The API over a generated district: what it answers, to whom, and how it refuses."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.integration.scorecards.application import add_token
from tests.integration.scorecards.generated import ORGANISATION

PATH = f"/v1/organisations/{ORGANISATION}"


@pytest.fixture
def signed_in(app: Flask, connection: Connection[TupleRow]) -> Callable[..., FlaskClient]:
    """A client with a token of this role and scope."""

    def sign_in(**granted: Any) -> FlaskClient:
        secret = "tongbao_" + "_".join(str(value) for value in granted.values())
        add_token(connection, secret, **granted)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return sign_in


def body(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(PATH + path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()


def test_without_parameters_the_running_period_of_the_first_scorecard_is_meant(
    client: FlaskClient, departments: list[str]
) -> None:
    answer = body(client, "/scorecards")

    assert (answer["calendar"], answer["period"]["period"]) == ("month", "2014-04")
    assert [card["department"] for card in answer["scorecards"]] == sorted(departments)
    assert {card["state"] for card in answer["scorecards"]} == {"open"}
    assert [line["line"] for line in answer["scorecard"]["lines"]] == ["reporting", "adopted", "instructed", "total"]


def test_the_lines_are_the_sums_of_the_ledger(client: FlaskClient, departments: list[str]) -> None:
    card = body(client, "/scorecards/d003?calendar=month&period=2014-02")
    entries = body(client, "/ledger?department=d003&calendar=month&period=2014-02&limit=200")["items"]

    assert Decimal(card["lines"]["total"]["value"]) == sum(Decimal(entry["amount"]) for entry in entries)


def test_ranks_within_a_group_do_not_change_when_only_the_group_is_asked_for(
    client: FlaskClient, departments: list[str]
) -> None:
    everybody = body(client, "/scorecards?calendar=half")["scorecards"]
    streets = body(client, "/scorecards?calendar=half&group=street")["scorecards"]

    assert {card["group"] for card in streets} == {"street"}
    assert streets == [card for card in everybody if card["group"] == "street"]
    assert min(card["rank"]["place"] for card in streets) == 1


def test_a_token_of_one_department_sees_its_own_card_with_the_same_rank(
    client: FlaskClient, departments: list[str], signed_in: Callable[..., FlaskClient]
) -> None:
    own = signed_in(role="submitter", department="d008")
    rank = next(c for c in body(client, "/scorecards?calendar=half")["scorecards"] if c["department"] == "d008")["rank"]

    assert [(c["department"], c["rank"]) for c in body(own, "/scorecards?calendar=half")["scorecards"]] == [
        ("d008", rank)
    ]
    assert body(own, "/scorecards/d008?calendar=half")["rank"] == rank
    assert {entry["department"] for entry in body(own, "/ledger")["items"]} == {"d008"}
    assert {each["department"] for each in body(own, "/obligations")["items"]} == {"d008"}
    for path in ("/scorecards/d001", "/scorecards/d001/lines/total", "/ledger?department=d001"):
        body(own, path, status=403)


def test_a_token_of_another_organisation_learns_nothing(
    departments: list[str], signed_in: Callable[..., FlaskClient]
) -> None:
    stranger = signed_in(role="administrator", organisation="elsewhere")

    answers = [body(stranger, path, status=403) for path in ("/scorecards", "/scorecards/nobody", "/ledger")]

    assert len({answer["detail"] for answer in answers}) == 1


def test_an_explanation_adds_up_from_the_line_to_the_entries(client: FlaskClient, departments: list[str]) -> None:
    explained = body(client, "/scorecards/d008/lines/total?calendar=month&period=2014-03")

    assert explained["line"]["formula"] == "reporting + adopted + instructed"
    assert [line["line"] for line in explained["uses"]["lines"]] == ["reporting", "adopted", "instructed"]
    value = sum(Decimal(line["value"]) for line in explained["uses"]["lines"])
    assert Decimal(explained["line"]["value"]) == value
    for measure in explained["uses"]["measures"]:
        assert len(measure["entries"]) == measure["entries_total"]
        assert Decimal(measure["amount"]) == sum(Decimal(entry["amount"]) for entry in measure["entries"])
        assert all(entry["item_title"] for entry in measure["entries"])


def test_a_long_explanation_goes_on_in_the_ledger(
    client: FlaskClient, connection: Connection[TupleRow], departments: list[str]
) -> None:
    connection.execute(
        "INSERT INTO ledger SELECT organisation, department, 100000 + n, 1, scheme, 1, 'reports', item, 'more', 1,"
        " '2014-02-11', 'tongbao.item.submitted.v1', '2014-02-11T04:00Z', NULL"
        " FROM generate_series(1, 120) n, (SELECT * FROM item_states WHERE department = 'd003' LIMIT 1) i"
    )

    reports = body(client, "/scorecards/d003/lines/reporting?calendar=month&period=2014-02")["uses"]["measures"][0]
    rest = client.get(reports["links"]["next"] + "&limit=200").get_json()

    assert len(reports["entries"]) == 50
    places = [(entry["stream_version"], entry["entry"]) for entry in reports["entries"] + rest["items"]]
    assert len(places) == len(set(places)) == reports["entries_total"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("path", ["/ledger?limit=100&calendar=month&period=2014-01", "/obligations?limit=37"])
def test_pages_follow_one_another_without_gaps_and_without_repeats(
    client: FlaskClient, departments: list[str], path: str
) -> None:
    pages, cursor = [], ""
    while True:
        page = body(client, path + (f"&cursor={cursor}" if cursor else ""))
        pages.append(page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            break

    found = [str(sorted(item.items())) for page in pages for item in page]
    assert len(pages) > 3
    assert len(found) == len(set(found))


def test_missed_obligations_say_how_many_are_lacking(client: FlaskClient, departments: list[str]) -> None:
    missed = body(client, "/obligations?state=missed&calendar=week&period=2014-W10")["items"]

    assert missed
    for each in missed:
        assert (each["state"], each["period"], each["target"]) == ("missed", "2014-W10", "2")
        assert Decimal(each["shortfall"]) == 2 - Decimal(each["actual"]) > 0


def test_what_has_not_changed_is_not_sent_again(
    client: FlaskClient, connection: Connection[TupleRow], departments: list[str]
) -> None:
    first = client.get(f"{PATH}/scorecards")
    again = client.get(f"{PATH}/scorecards", headers={"If-None-Match": first.headers["ETag"]})
    connection.execute("UPDATE positions SET version = version + 1 WHERE stream = 'district/d003'")
    changed = client.get(f"{PATH}/scorecards", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("/scorecards?calendar=monht", "calendar", 'did you mean "month"?'),
        ("/scorecards?scheme=nothing", "scheme", "haidian-civilised-district"),
        ("/scorecards?period=2014-W09", "period", "written like 2014-03"),
        ("/scorecards?period=2013-01", "period", "the latest is 2014-04"),
        ("/scorecards?as_of=2014-02-30", "as_of", "does not exist"),
        ("/scorecards?as_of=2014-03-31T10:00:00", "as_of", "zone"),
        ("/scorecards?as_off=2014-03-31", "as_off", "Unknown"),
        ("/obligations?state=late", "state", "met_late"),
        ("/obligations?period=2014-W09", "calendar", "needed"),
        ("/ledger?cursor=abc", "cursor", "cursor"),
        ("/ledger?limit=0", "limit", "between 1 and"),
        ("/ledger?item=%00", "item", "control characters"),
        ("/ledger?measure=adpotion", "measure", 'did you mean "adoption"?'),
        ("/ledger?department=d9", "department", "there is no department"),
        ("/ledger?scheme=nothing", "scheme", "haidian-civilised-district"),
        ("/obligations?quota=weekly", "quota", 'did you mean "weekly_reports"?'),
        ("/obligations?department=d9", "department", "there is no department"),
        ("/rates?group=comittee", "group", 'did you mean "committee"?'),
        ("/scorecards?group=comittee", "group", 'did you mean "committee"?'),
        ("/scorecards?department=d9", "department", "there is no department"),
        ("/distribution?year=2014&measure=adoption&department=d9", "department", "there is no department"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_would_be_right(
    client: FlaskClient, departments: list[str], path: str, field: str, said: str
) -> None:
    problem = body(client, path, status=422)

    assert problem["type"] == "/problems/invalid-input"
    assert [error["field"] for error in problem["errors"]] == [field]
    assert said in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/scorecards/nobody", 'department "nobody" has no card for 2014-04'),
        ("/scorecards/d003/lines/totals", 'did you mean "total"?'),
        ("/scorecards/nobody/changes?since=2014-03-01", 'there is no department "nobody"'),
    ],
)
def test_what_the_address_names_but_is_not_there_is_a_404(
    client: FlaskClient, departments: list[str], path: str, said: str
) -> None:
    assert said in body(client, path, status=404)["detail"]


def test_an_organisation_without_a_scheme_has_nothing_scored_yet(client: FlaskClient) -> None:
    assert body(client, "/scorecards", status=404)["type"] == "/problems/nothing-scored"


def test_a_department_has_no_card_for_a_period_that_ended_before_it_joined(
    client: FlaskClient, connection: Connection[TupleRow], departments: list[str]
) -> None:
    connection.execute("DELETE FROM periods WHERE department = 'd003' AND period = '2014-01'")

    cards = body(client, "/scorecards?calendar=month&period=2014-01")["scorecards"]

    assert "d003" not in [card["department"] for card in cards]
    body(client, "/scorecards/d003?calendar=month&period=2014-01", status=404)


def test_a_department_is_shown_as_it_was_described_on_the_periods_last_day(
    client: FlaskClient, connection: Connection[TupleRow], departments: list[str]
) -> None:
    connection.execute(
        "INSERT INTO department_facts SELECT organisation, department, 9000, '2014-03-15', '新名称', 'street', tags,"
        " facts, '2014-03-15T01:00Z' FROM department_facts WHERE department = 'd003'"
    )

    february = body(client, "/scorecards/d003?calendar=month&period=2014-02")
    march = body(client, "/scorecards/d003?calendar=month&period=2014-03")
    known_before = body(client, "/scorecards/d003?calendar=month&period=2014-03&as_of=2014-03-10")

    assert (february["title"], february["group"]) == ("农村工委", "committee")
    assert (march["title"], march["group"]) == ("新名称", "street")
    assert known_before["title"] == "农村工委"


def test_a_parked_department_is_listed_and_can_be_resumed_by_an_operator(
    client: FlaskClient,
    connection: Connection[TupleRow],
    departments: list[str],
    signed_in: Callable[..., FlaskClient],
) -> None:
    connection.execute(
        "UPDATE positions SET parked_version = version + 1, parked_kind = 'gap', parked_reason = 'expected 12, got 14',"
        " parked_at = now(), parkings = 1 WHERE stream = 'district/d003'"
    )
    resumption = f"{PATH}/departments/d003/resumption"

    (parked,) = body(client, "/parked")["items"]
    refused = signed_in(role="reader").post(resumption)
    first = client.post(resumption, headers={"Idempotency-Key": "resume-1"})
    again = client.post(resumption, headers={"Idempotency-Key": "resume-1"})

    assert (parked["department"], parked["kind"], parked["reason"]) == ("d003", "gap", "expected 12, got 14")
    assert refused.status_code == 403
    assert (first.status_code, first.get_json()["resume_requested_at"] is not None) == (202, True)
    assert (again.get_json(), again.headers["Idempotent-Replayed"]) == (first.get_json(), "true")
    row = connection.execute("SELECT resume_requested_at FROM positions WHERE stream = 'district/d003'").fetchone()
    assert row is not None
    assert row[0] is not None


def test_a_department_that_is_not_parked_cannot_be_resumed(client: FlaskClient, departments: list[str]) -> None:
    answer = client.post(f"{PATH}/departments/d003/resumption")

    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-parked")
