"""What is owed together, as the API and the pages show it: now, and as of earlier instants."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.scoring.adapters.reading.postgres import PostgresReadings
from shared.directory.schemebook import SchemeBook
from shared.operations.database import Pool
from tests.integration.joint.together import DUE, GRACE_ENDS, ORGANISATION, Together, at
from tests.integration.scorecards.application import add_token, application

Ask = Callable[[str], Any]


@pytest.fixture
def client_of(pool: Pool) -> Callable[..., FlaskClient]:
    app = application(pool, PostgresReadings(pool, SchemeBook()))

    def make(**scope: Any) -> FlaskClient:
        secret = f"tongbao_{'_'.join(str(value) for value in scope.values())}reader"
        with pool.connection() as conn:
            add_token(conn, secret, organisation=ORGANISATION, **scope)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return make


@pytest.fixture
def ask(client_of: Callable[..., FlaskClient]) -> Ask:
    client = client_of()

    def get(path: str) -> Any:
        answer = client.get(f"/v1/organisations/{ORGANISATION}{path}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    return get


@pytest.fixture
def told(town: Together) -> Together:
    """January missed by all together with two of three, and made good on 5 February; the towns met in their grace."""
    town.submit("north", "雨情", at(10))
    town.submit("office", "会议", at(11))
    town.submit("south", "水情", at(2, month=2), happened_on=at(20).date())
    town.pass_time(at(4, month=2))
    town.fold()
    town.judge.judge_once()
    town.submit("office", "补报", at(5, month=2))
    town.pass_time(at(5, month=2))
    town.fold()
    town.judge.judge_once()
    return town


def test_obligations_of_groups_and_the_organisation_are_listed_and_filtered(told: Together, ask: Ask) -> None:
    january = "/obligations?calendar=month&period=2024-01"
    found = {each["quota"]: each for each in ask(january)["items"]}

    assert set(found) == {"all", "towns"}
    whole, towns = found["all"], found["towns"]
    assert (whole["subject"], whole["department"], whole["departments"]) == (
        "organisation",
        None,
        ["north", "office", "south"],
    )
    assert (whole["state"], whole["target"], whole["actual"], whole["shortfall"]) == ("met_late", "3", "4", "0")
    assert (towns["subject"], towns["group"], towns["state"], towns["on_time"]) == ("group", "towns", "met", False)
    assert [each["quota"] for each in ask(f"{january}&subject=group")["items"]] == ["towns"]
    assert [each["quota"] for each in ask(f"{january}&state=met_late")["items"]] == ["all"]
    assert ask(f"{january}&subject=department")["items"] == ask(f"{january}&department=north")["items"] == []


@pytest.mark.parametrize(
    ("as_of", "state", "actual"),
    [
        (at(10, hour=1), "open", "0"),
        (at(12), "open", "2"),
        (DUE, "missed", "2"),
        (at(2, month=2), "met_late", "3"),
        (at(6, month=2), "met_late", "4"),
    ],
)
def test_an_obligation_is_shown_as_it_stood_at_an_instant_of_the_departments_streams(
    told: Together, ask: Ask, as_of: datetime, state: str, actual: str
) -> None:
    """Whenever it was judged: here long afterwards."""
    asked = as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    (one,) = ask(f"/obligations?calendar=month&period=2024-01&quota=all&as_of={asked}")["items"]

    assert (one["state"], one["actual"]) == (state, actual)


def test_before_a_campaign_was_closed_what_is_owed_for_it_was_due_at_the_end_of_all_days(
    town: Together, ask: Ask
) -> None:
    # given a campaign with two reports, one of them dated after the day on which it is later said to have ended
    town.submit("north", "雨情", at(20), happened_on=date(2024, 1, 20))
    town.submit("office", "会议", at(1, month=2), happened_on=date(2024, 2, 1))
    town.pass_time(at(2, month=2))
    town.fold()
    town.judge.judge_once()
    paths = [
        "/obligations?calendar=drive&quota=each",
        "/obligations?calendar=drive&quota=driven",
    ]
    cards = "/scorecards?calendar=drive&period=drive"
    before = [ask(path)["items"] for path in paths], ask(cards)["scorecards"]
    then = "as_of=2024-02-02T02:00:00Z"

    # when it is closed, and what is owed for it falls due
    for writer in town.writers.values():
        writer.close("drive", date(2024, 1, 31), at(3, month=2))
    town.pass_time(at(9, month=2))
    town.fold()
    town.judge.judge_once()

    # then it is missed by those who are short, but not as of then
    (driven,) = ask(paths[1])["items"]
    assert (driven["state"], driven["actual"], driven["period_last"]) == ("missed", "1", "2024-01-31")
    assert ([ask(f"{path}&{then}")["items"] for path in paths], ask(f"{cards}&{then}")["scorecards"]) == before
    assert [(one["actual"], one["due_at"], one["period_last"]) for one in before[0][1]] == [("2", None, None)]
    assert ask(f"{cards}")["scorecards"] != before[1]


def test_lists_go_on_page_by_page(told: Together, ask: Ask) -> None:
    told.pass_time(at(1, month=6))
    told.fold()
    told.judge.judge_once()
    whole = [(one["quota"], one["period"]) for one in ask("/obligations?limit=200")["items"]]

    paged, cursor = [], ""
    while cursor is not None:
        page = ask(f"/obligations?limit=1{cursor and f'&cursor={cursor}'}")
        paged += [(one["quota"], one["period"]) for one in page["items"]]
        cursor = page["next_cursor"]

    assert len(whole) == 2 * 6 + 4
    assert paged == whole


def test_cards_of_groups_and_the_organisation_list_what_they_owe(told: Together, ask: Ask) -> None:
    asked = "calendar=month&period=2024-01"
    (whole,) = ask(f"/scorecards?subject=organisation&{asked}")["scorecards"]
    towns = {card["group"]: card for card in ask(f"/scorecards?subject=group&{asked}")["scorecards"]}

    assert [(one["quota"], one["state"]) for one in whole["obligations"]] == [("all", "met_late")]
    assert [(one["quota"], one["state"]) for one in towns["towns"]["obligations"]] == [("towns", "met")]
    assert towns["offices"]["obligations"] == []
    then = ask(f"/scorecards?subject=organisation&{asked}&as_of={DUE.strftime('%Y-%m-%dT%H:%M:%SZ')}")["scorecards"]
    assert [one["state"] for one in then[0]["obligations"]] == ["missed"]


def test_rates_and_lines_agree_with_the_obligations(told: Together, ask: Ask) -> None:
    rates = {one["quota"]: one for one in ask("/rates?calendar=month&period=2024-01")["quotas"]}
    (missed,) = ask(f"/obligations?quota=all&calendar=month&period=2024-01&as_of={DUE.strftime('%Y-%m-%dT%H:%M:%SZ')}")[
        "items"
    ]
    (then,) = ask(
        f"/scorecards?subject=organisation&calendar=month&period=2024-01&as_of={DUE.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    )["scorecards"]

    assert (rates["all"]["expected"], rates["all"]["submitted"], rates["all"]["on_time"]) == ("3", "3", "2")
    assert (rates["towns"]["expected"], rates["towns"]["submitted"]) == ("2", "2")
    assert then["lines"]["lacking"]["value"] == missed["shortfall"] == "1"


def test_an_answer_is_new_as_soon_as_something_was_decided(
    told: Together, client_of: Callable[..., FlaskClient]
) -> None:
    client = client_of(role="administrator")
    path = f"/v1/organisations/{ORGANISATION}/scorecards?subject=organisation&calendar=month&period=2024-01"
    told.withdraw("office", "补报", at(6, month=2))
    told.withdraw("south", "水情", at(6, month=2))
    told.fold()
    before = client.get(path)
    told.judge.judge_once()

    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    states = [answer.get_json()["scorecards"][0]["obligations"][0]["state"] for answer in (before, after)]
    assert states == ["met_late", "missed"]


def test_whom_a_judgement_waits_for_is_shown(town: Together, ask: Ask) -> None:
    town.pass_time(at(20))
    town.fold()
    town.judge.judge_once()
    town.pass_time(GRACE_ENDS, "north", "south")
    town.fold()
    town.judge.judge_once()

    items = ask("/obligations?quota=all&calendar=month&period=2024-01")["items"]

    assert [(one["state"], one["waiting_for"]) for one in items] == [("open", ["office"])]


def test_a_token_of_one_department_sees_nothing_of_what_is_owed_together(
    told: Together, client_of: Callable[..., FlaskClient]
) -> None:
    own = client_of(department="north")

    items = own.get(f"/v1/organisations/{ORGANISATION}/obligations").get_json()["items"]
    assert {(one["subject"], one["department"]) for one in items} == {("department", "north")}
    asked = f"/v1/organisations/{ORGANISATION}/obligations?subject=organisation"
    assert own.get(asked).get_json()["items"] == []
