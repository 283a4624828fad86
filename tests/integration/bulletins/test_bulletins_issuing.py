"""Issuing a bulletin over HTTP: once, numbered, frozen for good."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from shared.eventstore import read
from tests.integration.bulletins.conftest import PATH, retract

Order = Callable[..., Any]


def body(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()


def test_an_issue_tells_what_the_scorecards_tell(client: FlaskClient, order: Order, departments: list[str]) -> None:
    issued = order("2014-02", text="现将{period}情况通报如下。（{title}第{number}期）")

    document = body(client, f"{PATH}/{issued['issue']}")["document"]
    (table,) = document["figures"]["tables"]
    cards = body(client, "/v1/organisations/district/scorecards?calendar=month&period=2014-02")["scorecards"]
    assert {card["department"]: card["lines"] for card in table["cards"]} == {
        card["department"]: {name: each["value"] for name, each in card["lines"].items()} for card in cards
    }
    assert document["text"] == "现将2014年2月情况通报如下。（宣传信息计分考核办法第1期）"
    rates = body(client, "/v1/organisations/district/rates?calendar=month&period=2014-02")
    assert document["figures"]["rates"][0]["rate"] == rates["overall"]["rate"]
    obligations = document["figures"]["quotas"][0]["obligations"]
    owed = [each for card in cards for each in card["obligations"]]
    assert sorted((one["period"], one["state"]) for one in obligations) == sorted(
        (one["period"], one["state"]) for one in owed
    )


def test_ranks_and_awards_of_a_half_year_stand_by_group(
    client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]
) -> None:
    # given a scheme that tells of half years too, whose first has ended
    connection.execute(
        "UPDATE directory_schemes SET text = text || E'  half_yearly: {calendar: half, title: 半年通报,"
        " issue: {after_close: P1D}}\\n'"
    )
    connection.execute("UPDATE periods SET closed_at = '2014-06-30T16:00Z' WHERE calendar = 'half'")

    issued = order("2014-H1", bulletin="half_yearly")

    document = body(client, f"{PATH}/{issued['issue']}")["document"]
    (table,) = document["figures"]["tables"]
    cards = body(client, "/v1/organisations/district/scorecards?calendar=half&period=2014-H1")["scorecards"]
    assert {
        card["department"]: (card["rank"], card["rivals"], card["within"], card["awarded"]) for card in table["cards"]
    } == {
        card["department"]: (
            *(card["rank"]["place"], card["rank"]["of"]),
            *(card["rank"]["within"], card["rank"]["awarded"]),
        )
        for card in cards
    }
    places = [(card["within"], card["rank"]) for card in table["cards"]]
    assert places == sorted(places)
    assert (issued["number"], document["title"], table["ranked_by"]) == (1, "半年通报", "total")
    page = client.get(f"{PATH}/{issued['issue']}.html", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    assert "表彰名次" in page


def test_numbers_are_dense_and_a_period_is_told_of_once(
    client: FlaskClient, order: Order, departments: list[str]
) -> None:
    first, second = order("2014-01"), order("2014-02")
    refused = order("2014-01", status=409)

    assert [first["number"], second["number"]] == [1, 2]
    assert refused["type"] == "/problems/already-issued"
    assert (refused["issue"], refused["number"]) == (first["issue"], 1)
    assert [one["issue"] for one in body(client, PATH)["items"]] == [second["issue"], first["issue"]]


def test_a_repeated_request_gets_the_same_answer(client: FlaskClient, order: Order, departments: list[str]) -> None:
    assert order("2014-01", key="one") == order("2014-01", key="one")
    assert len(body(client, PATH)["items"]) == 1


def test_a_period_that_runs_or_lies_ahead_cannot_be_told_of_and_the_refusal_says_when(
    order: Order, departments: list[str]
) -> None:
    running, ahead = order("2014-04", status=409), order("2014-07", status=409)

    assert running["type"] == ahead["type"] == "/problems/period-still-running"
    assert "2014-05-01T00:00:00+08:00" in running["detail"]
    assert "2014-08-01T00:00:00+08:00" in ahead["detail"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"bulletin": "montly"}, "bulletin"),
        ({"scheme": "nowhere"}, "scheme"),
        ({"period": "2014-13"}, "period"),
        ({"period": "2013-05"}, "period"),
        ({"period": 201402}, "period"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"number": 7}, "number"),
    ],
)
def test_bad_input_is_refused_by_field(order: Order, departments: list[str], given: Any, field: str) -> None:
    refused = order(**{"period": "2014-02", "status": 422, **given})

    assert [mistake["field"] for mistake in refused["errors"]] == [field]


def test_only_operators_issue_and_everybody_in_the_organisation_reads(
    order: Order, departments: list[str], signed_in: Callable[..., FlaskClient]
) -> None:
    issued = order("2014-02")
    address = f"{PATH}/{issued['issue']}"
    reviewer = signed_in(role="reviewer")
    own = signed_in(role="reader", department="d003")
    stranger = signed_in(role="operator", organisation="elsewhere")

    assert reviewer.post(PATH, json={"bulletin": "monthly", "period": "2014-01"}).status_code == 403
    assert own.get(address).status_code == 200
    for path in (PATH, address, f"{address}.csv", f"{address}/errata"):
        assert stranger.get(path).status_code == 403


def test_an_issue_of_another_organisation_is_not_found(client: FlaskClient, order: Order, live: list[str]) -> None:
    issued = order("2014-02")

    body(client, f"/v1/organisations/elsewhere/bulletins/{issued['issue']}", status=404)
    body(client, f"{PATH}/00000000-0000-0000-0000-000000000000", status=404)
    body(client, f"{PATH}/1", status=404)


def test_what_was_frozen_stays_when_the_figures_change(
    client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]
) -> None:
    address = f"{PATH}/{order('2014-02')['issue']}"
    before = client.get(address).get_data()

    retract(connection, "d003")

    answer = client.get(address)
    assert answer.get_data() == before
    raw = bytes(msgspec.json.decode(before, type=dict[str, msgspec.Raw])["document"])
    assert sha256(raw).hexdigest() == answer.get_json()["digest"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "statement", ["UPDATE bulletins SET title = ''", "DELETE FROM bulletins", "TRUNCATE bulletins"]
)
def test_the_database_itself_refuses_to_change_an_issue(
    connection: Connection[TupleRow], order: Order, departments: list[str], statement: str
) -> None:
    order("2014-02")

    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        connection.execute(statement)  # type: ignore[call-overload]


def test_an_issue_is_announced_with_it(connection: Connection[TupleRow], order: Order, departments: list[str]) -> None:
    issued = order("2014-02")

    (event,) = read(connection, "district/bulletins.haidian-civilised-district")
    told = event.opened().data
    assert event.type == "tongbao.bulletin.issued.v1"
    assert (told.bulletin, told.number, told.period) == ("monthly", 1, "2014-02")
    assert event.actor.startswith("token:")
    assert issued["automatic"] is False


def test_lists_are_filtered_and_paged(client: FlaskClient, order: Order, departments: list[str]) -> None:
    made = [order(period)["issue"] for period in ("2014-01", "2014-02", "2014-03")]

    first = body(client, f"{PATH}?limit=2")
    second = body(client, f"{PATH}?limit=2&cursor={first['next_cursor']}")
    assert [one["issue"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    assert [one["issue"] for one in body(client, f"{PATH}?period=2014-02&bulletin=monthly")["items"]] == [made[1]]
    assert body(client, f"{PATH}?scheme=nowhere")["items"] == []
    body(client, f"{PATH}?cursor=nonsense", status=422)
    body(client, f"{PATH}?limit=0", status=422)
