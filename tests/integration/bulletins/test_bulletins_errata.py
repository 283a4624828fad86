"""What has changed in a period after it was told of."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.integration.bulletins.conftest import PATH, retract

Order = Callable[..., Any]


def errata(client: FlaskClient, issue: str) -> list[Any]:
    answer = client.get(f"{PATH}/{issue}/errata")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[Any] = answer.get_json()["items"]
    return found


def told_in(client: FlaskClient, issue: str) -> list[Any]:
    found: list[Any] = client.get(f"{PATH}/{issue}").get_json()["document"]["errata"]
    return found


def lines(found: list[Any]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(one["department"], one["name"]): (one["was"], one["now"]) for one in found if one["of"] == "line"}


def test_a_first_issue_has_no_errata_and_neither_has_one_whose_figures_stand(
    client: FlaskClient, order: Order, departments: list[str]
) -> None:
    first, second = order("2014-01"), order("2014-02")

    assert told_in(client, first["issue"]) == told_in(client, second["issue"]) == []
    assert errata(client, first["issue"]) == []


def test_a_late_retraction_is_told_by_the_next_issue_with_its_entries(
    client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]
) -> None:
    # given an issue of February, and an adoption of February that is retracted in May
    february = order("2014-02")
    (table,) = client.get(f"{PATH}/{february['issue']}").get_json()["document"]["figures"]["tables"]
    before = next(card for card in table["cards"] if card["department"] == "d003")["lines"]
    retract(connection, "d003")

    # when March is told of
    march = order("2014-03")

    # then its errata say what February's lines were and are, and by which entry
    found = told_in(client, march["issue"])
    changed = {name: (before[name], f"{int(before[name]) - 3}") for name in ("adopted", "total")}
    assert lines(found) == {("d003", name): values for name, values in changed.items()}
    assert {(one["number"], one["period"], one["subject"]) for one in found} == {(1, "2014-02", "department")}
    for one in found:
        (cause,) = one["causes"]
        assert (cause["kind"], cause["cause"]) == ("entry", "tongbao.item.fact_retracted.v1")
        assert (cause["amount"], cause["measure"], cause["dated"]) == ("-3", "adoption", "2014-02-11")
        assert cause["item_title"]
    assert lines(errata(client, february["issue"])) == lines(found)


def test_what_was_corrected_once_is_not_corrected_again(
    client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]
) -> None:
    january, february = order("2014-01"), order("2014-02")
    retract(connection, "d003")
    march = order("2014-03")
    retract(connection, "d004", 900_001)
    connection.execute("UPDATE periods SET closed_at = '2014-04-30T16:00Z' WHERE period = '2014-04'")

    april = order("2014-04")

    assert {each[0] for each in lines(told_in(client, march["issue"]))} == {"d003"}
    assert {each[0] for each in lines(told_in(client, april["issue"]))} == {"d004"}
    assert {each[0] for each in lines(errata(client, february["issue"]))} == {"d003", "d004"}
    assert errata(client, january["issue"]) == []


def test_a_waiver_is_told_with_its_reason(
    client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]
) -> None:
    february = order("2014-02")
    row = connection.execute(
        "UPDATE obligations SET state = 'waived', waived_reason = '防汛值守' WHERE (department, period) IN ("
        " SELECT department, period FROM obligations WHERE state = 'missed' AND period = '2014-W07' LIMIT 1)"
        " RETURNING department, ordinal"
    ).fetchone()
    assert row is not None
    department, ordinal = row
    connection.execute(
        "INSERT INTO decisions SELECT organisation, department, scheme, quota, period, %s, 'tongbao.quota.waived.v1',"
        " 'waived', target, actual, '2014-05-03T00:00Z', 900000 FROM obligations"
        " WHERE department = %s AND period = '2014-W07'",
        (ordinal + 1, department),
    )

    (one,) = errata(client, february["issue"])

    assert (one["of"], one["department"], one["name"], one["of_period"]) == (
        *("outcome", department),
        *("weekly_reports", "2014-W07"),
    )
    assert (one["was"], one["now"]) == ("missed", "waived")
    assert [(cause["kind"], cause["reason"]) for cause in one["causes"]] == [("decision", "防汛值守")]
