"""The API over the wider language: persons, groups, the organisation, quotas of all kinds, reports."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.integration.scorecards.generated import ORGANISATION
from tests.integration.scorecards.wider import widen

PATH = f"/v1/organisations/{ORGANISATION}"
MARCH = "scheme=wider&calendar=month&period=2014-03"

Ask = Callable[..., Any]


def reports_of_march(conn: Connection[TupleRow]) -> int:
    """Of all departments."""
    row = conn.execute(
        "SELECT sum(amount)::integer FROM ledger WHERE scheme = 'wider' AND measure = 'reports' AND person IS NULL"
        " AND dated BETWEEN '2014-03-01' AND '2014-03-31'"
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def ask(client: FlaskClient, connection: Connection[TupleRow], departments: list[str]) -> Ask:
    """The JSON that a path answers with."""
    widen(connection)

    def get(path: str, status: int = 200) -> Any:
        answer = client.get(PATH + path)
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
        return answer.get_json()

    return get


def test_persons_have_cards_and_ranks_of_their_own(ask: Ask) -> None:
    cards = ask(f"/scorecards?{MARCH}&subject=person")["scorecards"]

    assert [(each["department"], each["person"], each["lines"]["mine"]["value"]) for each in cards] == [
        ("d003", "li", "1"),
        ("d003", "wang", "3"),
    ]
    assert [(each["rank"]["place"], each["rank"]["awarded"]) for each in cards] == [(2, False), (1, True)]
    assert [[owed["state"] for owed in each["obligations"]] for each in cards] == [["missed"], ["met"]]


def test_a_persons_card_is_found_under_the_department(ask: Ask) -> None:
    card = ask(f"/scorecards/d003?{MARCH}&person=wang")

    assert (card["title"], card["roles"], card["scorecard"]["name"]) == ("Wang", ["correspondent"], "people")
    ask(f"/scorecards/d003?{MARCH}&person=nobody", status=404)


def test_a_person_has_no_card_for_a_period_after_leaving(ask: Ask) -> None:
    april = ask("/scorecards?scheme=wider&calendar=month&period=2014-04&subject=person")["scorecards"]
    january = ask("/scorecards?scheme=wider&calendar=month&period=2014-01&subject=person")["scorecards"]

    assert [each["person"] for each in april] == ["wang"]
    assert january == []


def test_a_scorecard_is_found_by_its_name(ask: Ask) -> None:
    groups = ask("/scorecards?scheme=wider&name=groups&period=2014-03")
    whole = ask("/scorecards?scheme=wider&name=all&period=2014-03")

    assert {each["group"]: each["rank"]["of"] for each in groups["scorecards"]} == {
        "committee": 3,
        "department": 3,
        "street": 3,
    }
    total = sum(Decimal(each["lines"]["groups_total"]["value"]) for each in groups["scorecards"])
    assert Decimal(whole["scorecards"][0]["lines"]["whole"]["value"]) == total
    assert whole["scorecard"]["subject"] == "organisation"


def test_a_departments_lines_stand_on_persons_quotas_and_the_period_before(
    ask: Ask, connection: Connection[TupleRow]
) -> None:
    march = ask(f"/scorecards/d003?{MARCH}")["lines"]
    february = ask("/scorecards/d003?scheme=wider&calendar=month&period=2014-02")["lines"]

    assert (march["best"]["value"], march["place"]["value"]) == ("3", "1")
    assert march["all_missing"]["value"] == str(1000 - reports_of_march(connection))
    assert Decimal(march["growth"]["value"]) == Decimal(march["total"]["value"]) - Decimal(february["total"]["value"])


def test_the_disqualified_come_last_and_say_so(ask: Ask) -> None:
    cards = ask(f"/scorecards?{MARCH}")["scorecards"]

    out = [each for each in cards if each["disqualified"]]
    others = [each for each in cards if not each["disqualified"]]
    assert out
    assert others
    assert all(Decimal(each["lines"]["lacking"]["value"]) > 0 for each in out)
    assert min(each["rank"]["place"] for each in out) > max(each["rank"]["place"] for each in others)


def test_an_open_campaign_adds_up_its_months_and_has_no_last_day_until_it_is_closed(
    ask: Ask, connection: Connection[TupleRow]
) -> None:
    opened = ask("/scorecards/d003?scheme=wider&calendar=campaign")
    months = [ask(f"/scorecards/d003?scheme=wider&calendar=month&period=2014-0{n}")["lines"]["total"] for n in (3, 4)]
    connection.execute(
        "INSERT INTO calendar_closings VALUES (%s, 'd003', 'wider', 'campaign', '2014-03-31', 1, '2014-04-02T00:00Z')",
        (ORGANISATION,),
    )
    connection.execute("UPDATE periods SET \"end\" = '2014-04-01' WHERE calendar = 'campaign'")
    connection.execute("UPDATE positions SET version = version + 1")
    closed = ask("/scorecards/d003?scheme=wider&calendar=campaign")

    assert opened["period"]["last"] is None
    assert Decimal(opened["lines"]["so_far"]["value"]) == sum(Decimal(each["value"]) for each in months)
    assert (closed["period"]["last"], closed["lines"]["so_far"]) == ("2014-03-31", months[0])


@pytest.mark.parametrize("path", ["/scorecards/d003", "/scorecards?subject=person", "/scorecards?name=all"])
def test_everything_is_as_of_then_what_it_is_now_when_nothing_came_since(ask: Ask, path: str) -> None:
    joint = "&" if "?" in path else "?"
    asked = f"{path}{joint}scheme=wider&period=2014-03" + ("" if "name=" in path else "&calendar=month")

    now, then = ask(asked), ask(f"{asked}&as_of=2015-01-01")

    assert (now.pop("as_of"), then.pop("as_of")) == (None, "2015-01-01T15:59:59.999999Z")
    assert now == then


def test_as_of_before_a_person_was_known_there_is_no_card(ask: Ask) -> None:
    then = ask("/scorecards?scheme=wider&calendar=month&period=2014-01&as_of=2014-01-20&subject=person")["scorecards"]

    assert then == []


class TestExplanations:
    def test_child_periods_lead_to_their_values(self, ask: Ask) -> None:
        explained = ask("/scorecards/d003/lines/so_far?scheme=wider&calendar=half&period=2014-H1")

        (used,) = explained["line"]["uses"]
        assert (used["reference"], used["function"]) == ("over(month, total)", "over")
        assert [part["period"] for part in used["parts"]] == ["2014-01", "2014-02", "2014-03", "2014-04"]
        assert sum(Decimal(part["value"]) for part in used["parts"]) == Decimal(explained["line"]["value"])

    def test_quotas_lead_to_their_obligations(self, ask: Ask) -> None:
        explained = ask(f"/scorecards/d003/lines/lacking?{MARCH}")

        weekly, persons = explained["line"]["uses"]
        assert {owed["calendar"] for owed in weekly["obligations"]} == {"week"}
        assert {(part["name"], part["value"]) for part in persons["parts"]} == {("wang", "0"), ("li", "1")}
        assert Decimal(weekly["value"]) == sum(
            owed["state"] in ("missed", "met_late") for owed in weekly["obligations"]
        )

    def test_a_persons_quota_leads_to_what_they_owe(self, ask: Ask) -> None:
        (used,) = ask(f"/scorecards/d003/lines/late?{MARCH}&person=li")["line"]["uses"]

        (owed,) = used["obligations"]
        assert (owed["subject"], owed["name"], owed["target"], owed["actual"]) == ("person", "li", "2", "1")

    def test_the_whole_is_a_part_of_the_working(self, ask: Ask) -> None:
        (used,) = ask(f"/scorecards/d003/lines/all_missing?{MARCH}")["line"]["uses"]

        assert [(part["subject"], part["value"]) for part in used["parts"]] == [("organisation", used["value"])]

    def test_a_persons_line_has_their_own_entries(self, ask: Ask) -> None:
        explained = ask(f"/scorecards/d003/lines/mine?{MARCH}&person=wang")

        (measure,) = explained["uses"]["measures"]
        assert {entry["person"] for entry in measure["entries"]} == {"wang"}
        assert (measure["amount"], measure["entries_total"]) == ("3", 3)
        assert "person=wang" in measure["links"]["ledger"]


class TestChanges:
    def test_since_then_every_change_says_what_brought_it_about(self, ask: Ask) -> None:
        found = ask("/scorecards/d003/changes?scheme=wider&since=2014-03-19&limit=200")["items"]

        assert {each["kind"] for each in found} >= {"entry", "decision"}
        mine = next(each for each in found if each["changed"].get("person") == "wang" and each["kind"] == "entry")
        assert (mine["cause"], mine["changed"]["amount"]) == ("tongbao.item.submitted.v1", "1")
        assert all(each["recorded_at"] > "2014-03-19T15:59:59" for each in found)

    def test_pages_follow_one_another(self, ask: Ask) -> None:
        whole = ask("/scorecards/d003/changes?scheme=wider&since=2014-01-01&limit=200")["items"]
        pages: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = ask(f"/scorecards/d003/changes?scheme=wider&since=2014-01-01&limit=37{cursor}")
            pages.extend(page["items"])
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None

        assert pages[:200] == whole
        places = [(each["stream_version"], each["kind"], str(each["changed"])) for each in pages]
        assert len(places) == len(set(places))

    def test_waivers_and_descriptions_give_their_reasons(self, ask: Ask, connection: Connection[TupleRow]) -> None:
        connection.execute(
            "INSERT INTO waivers VALUES (%s, 'd003', 'wider', 'personal', '2014-03', 'li', '产假', %s, 3000000)",
            (ORGANISATION, "2014-04-02T00:00Z"),
        )
        connection.execute(
            "INSERT INTO department_facts SELECT organisation, department, 3000001, '2014-04-01', '新名称', 'street',"
            " tags, facts, '2014-04-02T00:00Z' FROM department_facts WHERE department = 'd003'"
        )

        found = ask("/scorecards/d003/changes?scheme=wider&since=2014-04-01")["items"]

        waiver = next(each for each in found if each["kind"] == "waiver")
        described = next(each for each in found if each["kind"] == "description")
        assert (waiver["reason"], waiver["changed"]["person"]) == ("产假", "li")
        assert (described["changed"]["group_before"], described["changed"]["group"]) == ("committee", "street")

    def test_entries_and_decisions_give_the_reason_of_what_brought_them_about(
        self, ask: Ask, connection: Connection[TupleRow]
    ) -> None:
        asked = "/scorecards/d003/changes?scheme=wider&since=2014-01-01&limit=200"
        before = ask(asked)["items"]
        entry = next(each for each in before if each["kind"] == "entry")
        decision = next(each for each in before if each["kind"] == "decision")
        assert (entry["reason"], decision["reason"]) == (None, None)
        for one, reason in ((entry, "字数更正"), (decision, "误登")):
            connection.execute(
                "INSERT INTO reasons VALUES (%s, 'd003', %s, %s)", (ORGANISATION, one["stream_version"], reason)
            )
        connection.execute("UPDATE positions SET version = version + 1 WHERE stream = 'district/d003'")

        after = {(each["stream_version"], each["kind"]): each["reason"] for each in ask(asked)["items"]}

        assert after[entry["stream_version"], "entry"] == "字数更正"
        assert after[decision["stream_version"], "decision"] == "误登"

    def test_of_one_period_only_what_touches_it(self, ask: Ask) -> None:
        found = ask(f"/scorecards/d003/changes?{MARCH}&since=2014-01-01&limit=200")["items"]

        dated = [each["changed"]["dated"] for each in found if each["kind"] == "entry"]
        assert dated
        assert all("2014-03-01" <= day <= "2014-03-31" for day in dated)

    @pytest.mark.parametrize("query", ["", "?since=2014-02-30", "?since=2014-03-01&period=2014-03"])
    def test_a_wrong_question_is_refused(self, ask: Ask, query: str) -> None:
        assert ask(f"/scorecards/d003/changes{query}", status=422)["type"] == "/problems/invalid-input"


class TestRates:
    def test_rates_of_quotas_groups_and_overall_agree_with_the_obligations(self, ask: Ask) -> None:
        rates = ask("/rates?calendar=week&period=2014-W10")
        owed = ask("/obligations?calendar=week&period=2014-W10&limit=200")["items"]

        counting = [each for each in owed if each["state"] != "waived" and each["scheme"] == rates["scheme"]]
        expected = sum((Decimal(each["target"]) for each in counting), Decimal(0))
        came = sum((min(Decimal(each["target"]), Decimal(each["actual"])) for each in counting), Decimal(0))
        assert (Decimal(rates["overall"]["expected"]), Decimal(rates["overall"]["submitted"])) == (expected, came)
        assert abs(Decimal(rates["overall"]["rate"]) - came / expected) < Decimal("0.0001")
        for what in ("expected", "submitted", "on_time", "items", "adopted"):
            assert Decimal(rates["overall"][what]) == sum(Decimal(each[what]) for each in rates["groups"])

    def test_adopted_items_count_once_of_those_submitted_in_the_period(self, ask: Ask) -> None:
        overall = ask("/rates?calendar=month&period=2014-02")["overall"]

        assert 0 < overall["adopted"] < overall["items"]
        assert Decimal(overall["adoption_rate"]) == round(Decimal(overall["adopted"]) / overall["items"], 4)

    def test_persons_and_the_whole_organisation_have_rates(self, ask: Ask, connection: Connection[TupleRow]) -> None:
        rates = {each["quota"]: each for each in ask(f"/rates?{MARCH}")["quotas"]}

        assert (rates["personal"]["expected"], rates["personal"]["rate"]) == ("4", "0.75")
        assert (rates["everyones"]["expected"], rates["everyones"]["submitted"]) == (
            "1000",
            str(reports_of_march(connection)),
        )

    def test_one_group_is_as_among_all(self, ask: Ask) -> None:
        whole = ask("/rates?calendar=week&period=2014-W10")
        one = ask("/rates?calendar=week&period=2014-W10&group=street")

        assert one["groups"] == [each for each in whole["groups"] if each["group"] == "street"]
        assert {name: value for name, value in one["groups"][0].items() if name != "group"} == one["overall"]


class TestDistribution:
    def test_shares_are_held_against_a_twelfth(self, ask: Ask) -> None:
        year = ask("/distribution?year=2014")

        assert (year["measure"], year["even_share"]) == ("reports", "0.0833")
        shares = [Decimal(each["share"]) for each in year["months"]]
        assert Decimal("0.999") < sum(shares, Decimal(0)) < Decimal("1.001")
        assert [Decimal(each["deviation"]) for each in year["months"]] == [
            share - Decimal("0.0833") for share in shares
        ]
        assert len(year["departments"]) == 20

    def test_one_department_alone(self, ask: Ask) -> None:
        year = ask("/distribution?department=d003&measure=adoption")

        assert [each["department"] for each in year["departments"]] == ["d003"]
        assert year["departments"][0]["months"] == year["months"]

    def test_a_year_without_anything_has_no_shares(self, ask: Ask) -> None:
        assert {each["share"] for each in ask("/distribution?year=2010")["months"]} == {None}

    @pytest.mark.parametrize("query", ["year=14", "year=0000", "measure=adpotion"])
    def test_a_wrong_parameter_is_refused(self, ask: Ask, query: str) -> None:
        assert ask(f"/distribution?{query}", status=422)["errors"]


def test_a_repeated_question_is_answered_the_same_until_something_changes(
    ask: Ask, connection: Connection[TupleRow]
) -> None:
    first = ask(f"/scorecards?{MARCH}")
    connection.execute("UPDATE totals SET amount = amount + 1 WHERE scheme = 'wider' AND department = 'd003'")
    again = ask(f"/scorecards?{MARCH}")
    connection.execute("UPDATE positions SET version = version + 1 WHERE stream = 'district/d003'")
    changed = ask(f"/scorecards?{MARCH}")

    assert first == again
    assert changed != first
