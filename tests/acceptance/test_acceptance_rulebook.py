"""A rulebook that uses most of the language, on a real Kafka and a real Postgres, over HTTP alone.

The tests tell one story, in their order: a past is imported, read, waived, corrected, told of in bulletins, and scored
again. What comes of the past stands in ``rulebook/quarter.yaml``, worked out by hand.
"""

import csv
import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from kafka import KafkaConsumer, TopicPartition

from dev.stack import Stack
from shared.contracts.scoring_events import TOPIC
from shared.messaging.topics import partitions
from tests.acceptance import bureau, refused_requests
from tests.acceptance.bureau import PATH
from tests.acceptance.refused_requests import Refused
from tests.acceptance.story import SECRET, Services
from tests.acceptance.webhook_endpoint import WebhookEndpoint
from tests.waiting import wait_for

CATCH_UP_SECONDS_MAX = 60.0
VISIBLE_SECONDS_MAX = 10.0
ISSUED_SECONDS_MAX = 120.0
REBUILT_SECONDS_MAX = 120.0


@pytest.fixture(scope="module")
def endpoint() -> Iterator[WebhookEndpoint]:
    with WebhookEndpoint(SECRET) as listening:
        yield listening


@pytest.fixture(scope="module")
def clock_shift() -> int:
    return bureau.clock_shift()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, clock_shift: int) -> Iterator[Stack]:
    data: Path = tmp_path_factory.mktemp("stack")
    with Stack(data, clock_shift=clock_shift) as stack:
        yield stack


@pytest.fixture(scope="module", autouse=True)
def services(stack: Stack, clock_shift: int, endpoint: WebhookEndpoint) -> Services:
    """The bureau, live on the morning of 2 April 2014 with the first quarter behind it."""
    services = Services.of(stack)
    bureau.describe(services.submission)
    bureau.subscribe(services.notify, endpoint)
    bureau.import_past(services.submission, clock_shift)
    bureau.go_live(services.submission)
    wait_for(
        "the judgement of the past",
        lambda: bureau.obligations(services.scoring, state="missed") == bureau.expected_misses(),
        seconds=CATCH_UP_SECONDS_MAX,
    )
    return services


# ------------------------------------------------------------------------------- the past, as it was worked out by hand


@pytest.mark.parametrize("month", bureau.MONTHS)
@pytest.mark.parametrize("subject", ["department", "person", "group", "organisation"])
def test_every_card_of_every_subject_is_the_one_worked_out_by_hand(
    services: Services, month: str, subject: str
) -> None:
    assert bureau.cards(services.scoring, "month", month, subject) == bureau.expected(subject, month)


def test_the_quarter_adds_up_months_that_were_scored_by_different_versions(services: Services) -> None:
    assert bureau.cards(services.scoring, "quarter", "2014-Q1", "department") == bureau.expected_quarter()
    lacking = bureau.cards(services.scoring, "quarter", "2014-Q1", "group")["streets"]
    assert lacking == ([Decimal(str(bureau.EXPECTED["streets_lacking"]))], None)


def test_a_version_published_in_mid_month_begins_with_the_next_and_the_past_keeps_its_own(services: Services) -> None:
    published = services.submission.get(f"{PATH}/schemes").expect(200)["items"]
    assert [(each["version"], each["effective_from"]) for each in published] == [(1, "2014-01-01"), (2, "2014-03-01")]
    found = {
        month: services.scoring.get(f"{PATH}/scorecards/north", calendar="month", period=month) for month in MONTHS
    }
    versions = {month: answer.expect(200)["scheme_version"] for month, answer in found.items()}
    assert versions == {"2014-01": 1, "2014-02": 1, "2014-03": 2, "2014-04": 2}
    targets = {
        each["period"]: each["target"]
        for each in services.scoring.pages(f"{PATH}/obligations", department="north", quota="monthly_reports")
    }
    assert targets == {"2014-01": "2", "2014-02": "2", "2014-03": "3", "2014-04": "3"}


MONTHS = (*bureau.MONTHS, "2014-04")


def test_who_missed_a_quota_is_told_to_the_webhook_once_and_by_name(
    services: Services, endpoint: WebhookEndpoint
) -> None:
    expected = Counter(dict.fromkeys(bureau.expected_misses(), 1))
    wait_for("a message for every miss", lambda: bureau.announced(endpoint) >= expected, seconds=CATCH_UP_SECONDS_MAX)
    assert bureau.announced(endpoint) == expected
    assert endpoint.refused == []
    [said] = [message["data"] for message in endpoint.messages.values() if message["data"]["person"] == "wang"]
    assert (said["person_title"], said["department_title"], said["severity"]) == ("王敏", "北街道", "critical")
    assert (said["quota"], said["period"], said["expected"], said["actual"]) == ("own_reports", "2014-02", "1", "0")
    assert said["due_at"] == "2014-03-03T16:00:00Z", "the end of the first workday of March"


# ------------------------------------------------------------------------------------------ waivers, corrections, as of


def test_a_waived_miss_resolves_its_alert_and_counts_in_no_rate(services: Services, endpoint: WebhookEndpoint) -> None:
    def owed(**asked: str) -> tuple[str, ...]:
        found = services.scoring.get(f"{PATH}/rates", calendar="month", period="2014-01", **asked).expect(200)
        return next((q["expected"], q["submitted"], q["rate"]) for q in found["quotas"] if q["quota"] == "own_reports")

    def state(**asked: str) -> tuple[str, str | None]:
        found = services.scoring.get(f"{PATH}/obligations", calendar="month", period="2014-01", person="qian", **asked)
        [one] = found.expect(200)["items"]
        return one["state"], one["waived_reason"]

    assert (owed(), state()) == (("3", "2", "0.6667"), ("missed", None))

    waiver = {"departments": ["archive"], "periods": ["2014-01"], "quota": "own_reports", "person": "qian"}
    waived = services.submission.post(f"{PATH}/waivers", {**waiver, "reason": "病假"}).expect(201)["items"]

    wait_for("the waiver", lambda: state() == ("waived", "病假"), seconds=VISIBLE_SECONDS_MAX)
    assert owed() == ("2", "2", "1")
    before = bureau.just_before(waived[0]["waived_at"])
    assert (owed(as_of=before), state(as_of=before)) == (("3", "2", "0.6667"), ("missed", None))

    def resolutions() -> list[tuple[str, str]]:
        alerts = services.notify.pages(f"{PATH}/alerts", person="qian", condition="missed")
        return [(alert["state"], alert["resolution"]) for alert in alerts]

    wait_for("the alert", lambda: resolutions() == [("resolved", "waived")], seconds=VISIBLE_SECONDS_MAX)
    resolved = {("archive", "own_reports", "2014-01", "qian"): 1}
    wait_for(
        "the message that the alert is resolved",
        lambda: bureau.announced(endpoint, "alert.resolved") == resolved,
        seconds=VISIBLE_SECONDS_MAX,
    )


def test_a_correction_changes_the_card_and_says_why_and_as_of_before_nothing_has_changed(services: Services) -> None:
    item = bureau.item(services.submission, "archive", "r13")
    corrected = bureau.correct_length(services.submission, item, 900, "字数更正").expect(201)
    before = bureau.just_before(corrected["changed_at"])

    def card(**asked: str) -> dict[str, Any]:
        asked = {"calendar": "month", "period": "2014-03", **asked}
        found: dict[str, Any] = services.scoring.get(f"{PATH}/scorecards/archive", **asked).expect(200)
        return found

    wait_for("the long report", lambda: card()["lines"]["total"]["value"] == "3", seconds=VISIBLE_SECONDS_MAX)
    assert (card()["state"], card()["restated_at"]) == ("restated", corrected["changed_at"])
    then = card(as_of=before)
    assert (then["lines"]["total"]["value"], then["state"], then["restated_at"]) == ("1", "final", None)

    changes = services.scoring.get(f"{PATH}/scorecards/archive/changes", since=before).expect(200)["items"]
    [change] = [one for one in changes if one["kind"] == "entry"]
    told = change["changed"]
    assert (told["measure"], told["item_title"], told["amount"], told["dated"]) == (
        "long_reports",
        "r13",
        "1",
        "2014-03-11",
    )
    assert (change["cause"], change["reason"]) == ("tongbao.item.corrected.v1", "字数更正")

    def long_reports(**asked: str) -> list[str]:
        asked = {"department": "archive", "measure": "long_reports", "calendar": "month", "period": "2014-03", **asked}
        return [entry["amount"] for entry in services.scoring.pages(f"{PATH}/ledger", **asked)]

    assert (long_reports(), long_reports(as_of=before)) == (["1"], [])


# ---------------------------------------------------------------------------------------------------------- bulletins


def test_an_issue_stays_as_it_was_frozen_and_the_next_one_tells_what_has_changed_since(services: Services) -> None:
    scoring = services.scoring
    first = bureau.issue(scoring, "monthly", "2014-01").expect(201)
    frozen = scoring.get(first["links"]["json"]).expect(200)
    assert (first["number"], first["automatic"], frozen["title"]) == (1, False, "2014年1月通报（第1期）")
    assert frozen["document"]["text"] == "现将2014年1月信息工作情况通报如下。"
    for subject in bureau.SUBJECTS:
        assert bureau.told_cards(frozen["document"], subject) == bureau.expected(subject, "2014-01")
    assert bureau.issue(scoring, "monthly", "2014-01").status == 409, "it has been told already"
    assert bureau.issue(scoring, "monthly", "2014-04").status == 409, "it has not ended"

    bureau.retract_adoption(services.submission, bureau.item(services.submission, "north", "r2"), "误登")

    expected = {tuple(each) for each in bureau.EXPECTED["errata"]}
    wait_for(
        "the errata",
        lambda: bureau.errata(scoring.get(first["links"]["errata"]).expect(200)["items"]) == expected,
        seconds=VISIBLE_SECONDS_MAX,
    )
    assert scoring.get(first["links"]["json"]).expect(200) == frozen
    second = bureau.issue(scoring, "monthly", "2014-02").expect(201)
    told = scoring.get(second["links"]["json"]).expect(200)["document"]["errata"]
    assert (second["number"], {each["number"] for each in told}) == (2, {1})
    assert bureau.errata(told) == expected
    [cause] = next(each["causes"] for each in told if (each["department"], each["name"]) == ("south", "total"))
    assert (cause["cause"], cause["reason"]) == ("tongbao.item.fact_retracted.v1", "误登")
    assert (cause["item_title"], cause["amount"]) == ("r2", "-6.67")


def test_an_issue_opens_as_a_page_a_table_and_a_spreadsheet(services: Services) -> None:
    [issued] = services.scoring.pages(f"{PATH}/bulletins", bulletin="monthly", period="2014-02")

    def fetch(form: str, **asked: str) -> bytes:
        answer = services.scoring.get(issued["links"][form], **asked)
        return bytes(answer.expect(200))

    page = fetch("html").decode()
    assert "北街道" in page
    assert "2014年2月通报（第2期）" in page
    rows = list(csv.reader(io.StringIO(fetch("csv", table="department").decode("utf-8-sig"))))
    [north] = [row for row in rows if "北街道" in row]
    assert {"39", "-2"} <= set(north)
    sheets = openpyxl.load_workbook(io.BytesIO(fetch("xlsx")))
    cells = {cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"北街道", "王敏", 39, 25} <= cells


# ------------------------------------------------------------------------------------------- what-ifs, scoring it again


def test_a_what_if_with_a_draft_says_what_would_differ_and_changes_nothing(services: Services) -> None:
    before = bureau.all_cards(services.scoring)
    draft = bureau.TEXTS[2].replace("formula: -3 * missed", "formula: -5 * missed")

    asked = bureau.ask_what_if(services.scoring, {"draft": draft})

    done = bureau.finished(services.scoring, asked)
    assert (done["state"], done["progress"], done["complete"], done["left_out"]) == ("done", 1.0, True, 0)
    told = {
        **bureau.differences(services.scoring, asked, calendar="month", period="2014-03"),
        **bureau.differences(services.scoring, asked, calendar="quarter"),
    }
    assert told == bureau.expected_differences(bureau.EXPECTED["what_if"])
    assert bureau.all_cards(services.scoring) == before


def test_a_what_if_can_be_cancelled(services: Services) -> None:
    asked = bureau.ask_what_if(services.scoring, {"draft": bureau.TEXTS[2]})
    services.scoring.send("DELETE", asked["address"]).expect(204)
    wait_for(
        "the cancellation",
        lambda: services.scoring.get(asked["address"]).expect(200)["state"] == "cancelled",
        seconds=VISIBLE_SECONDS_MAX,
    )


def test_backdating_a_version_makes_the_cards_what_its_what_if_has_said(services: Services) -> None:
    before = bureau.all_cards(services.scoring)
    backdating = {"scheme": bureau.SCHEME, "version": 2, "from": "2014-02-01"}
    asked = bureau.ask_what_if(services.scoring, backdating)
    assert bureau.finished(services.scoring, asked)["state"] == "done"
    said = bureau.differences(services.scoring, asked)
    assert said == bureau.expected_differences(bureau.EXPECTED["backdating"])

    path = f"{PATH}/schemes/{bureau.SCHEME}/versions/2/backdating"
    services.submission.post(path, {"from": "2014-02-01", "reason": "二月起按新办法"}).expect(201)

    wait_for(
        "the cards that the what-if has told of",
        lambda: bureau.all_cards(services.scoring) == bureau.changed(before, said),
        seconds=VISIBLE_SECONDS_MAX,
    )
    card = services.scoring.get(f"{PATH}/scorecards/north", calendar="month", period="2014-02").expect(200)
    assert (card["scheme_version"], card["state"]) == (2, "restated")
    earlier = bureau.just_before(card["restated_at"])
    assert bureau.all_cards(services.scoring, as_of=earlier) == before
    changes = services.scoring.get(f"{PATH}/scorecards/north/changes", since=earlier).expect(200)["items"]
    assert {one["reason"] for one in changes} == {"二月起按新办法"}


def test_a_version_published_today_leaves_the_running_month_alone(services: Services) -> None:
    text = bureau.TEXTS[2].replace("version: 2", "version: 3").replace("from: 2014-02-14", "from: 2014-04-03")
    published = services.submission.put_text(f"{PATH}/schemes/{bureau.SCHEME}/versions/3", text).expect(201)
    assert published["effective_from"] == "2014-05-01"
    late = text.replace("version: 3", "version: 4").replace("from: 2014-04-03", "from: 2014-04-03, begins: at_once")
    refused = services.submission.put_text(f"{PATH}/schemes/{bureau.SCHEME}/versions/4", late)
    assert (refused.status, refused.body["type"]) == (409, "/problems/version-out-of-order")


# ----------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize("refused", refused_requests.TABLE, ids=lambda refused: refused.what)
def test_bad_input_is_a_problem_that_names_the_field(
    services: Services, strangers: refused_requests.Strangers, refused: Refused
) -> None:
    answer = refused.send(services, strangers)
    assert answer.status == refused.status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    fields = [error["field"] for error in answer.body.get("errors", [])]
    assert refused.field is None or refused.field in fields, answer.body


@pytest.fixture(scope="module")
def strangers(services: Services) -> refused_requests.Strangers:
    return refused_requests.Strangers.of(services)


# ------------------------------------------------------------------------------------------ by itself, from the start


def test_a_bulletin_that_falls_due_issues_itself_and_history_does_not(services: Services) -> None:
    def issues() -> list[tuple[str, str, bool]]:
        found = services.scoring.pages(f"{PATH}/bulletins")
        return [(one["bulletin"], one["period"], one["automatic"]) for one in found if one["bulletin"] != "monthly"]

    wait_for("the express bulletin of March", issues, seconds=ISSUED_SECONDS_MAX)
    assert issues() == [("express", "2014-03", True)]
    [issued] = services.scoring.pages(f"{PATH}/bulletins", bulletin="express")
    document = services.scoring.get(issued["links"]["json"]).expect(200)["document"]
    assert bureau.told_cards(document, "department")["north"] == bureau.expected("department", "2014-03")["north"]
    assert document["behind"] == []


def test_a_rebuild_beside_the_running_services_changes_no_card_and_announces_nothing(
    stack: Stack, services: Services
) -> None:
    cards, announced = bureau.all_cards(services.scoring), scoring_events(stack)

    told = rebuild(stack)

    assert told.splitlines()[-1] == "the rebuilt generation is live now"
    assert "differs" not in told
    assert bureau.all_cards(services.scoring) == cards
    bureau.adjust(services.submission, "archive", "1")
    total = Decimal(1)
    wait_for(
        "what is recorded afterwards",
        lambda: bureau.cards(services.scoring, "month", "2014-04", "department")["archive"][0][-1] == total,
        seconds=VISIBLE_SECONDS_MAX,
    )
    assert scoring_events(stack) == announced


def test_what_the_streets_missed_together_is_told_with_its_shortfall_and_resolved_when_it_is_made_good(
    services: Services, endpoint: WebhookEndpoint
) -> None:
    def told(event: str) -> list[dict[str, Any]]:
        data = [message["data"] for message in list(endpoint.messages.values()) if message["type"] == event]
        return [one for one in data if one["quota"] == "streets_adoption" and one["condition"] == "missed"]

    [missed] = told("alert.opened")
    assert (missed["subject"], missed["group"], missed["departments"]) == ("group", "streets", ["north", "south"])
    assert (missed["expected"], missed["actual"], missed["shortfall"]) == ("100", "87.5", "12.5")
    assert (missed["clause"], missed["since"]) == ("各街道每季采用合计不少于100分", "2014-03-31T16:00:00Z")

    # when the city's daily turns out to have printed a report in March: 30 instead of 7.5
    bureau.adopt(services.submission, bureau.item(services.submission, "south", "r12"), "city-daily", "2014-03-30")

    wait_for("the message that it is made good", lambda: told("alert.resolved"), seconds=VISIBLE_SECONDS_MAX)
    [resolved] = told("alert.resolved")
    assert (resolved["alert"], resolved["resolution"]) == (missed["alert"], "met_late")
    asked = {"quota": "streets_adoption", "calendar": "quarter", "period": "2014-Q1"}
    [owed] = services.scoring.get(f"{PATH}/obligations", **asked).expect(200)["items"]
    assert (owed["state"], owed["target"], owed["actual"]) == ("met_late", "100", "105")
    [then] = services.scoring.get(f"{PATH}/obligations", as_of=missed["since"], **asked).expect(200)["items"]
    assert (then["state"], then["decided_at"]) == ("missed", missed["since"])


def rebuild(stack: Stack) -> str:
    environment = {
        **os.environ,
        "TONGBAO_DATABASE_URL": stack.database_url("scoring"),
        "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": stack.bootstrap_servers,
    }
    command = [sys.executable, "-m", "services.scoring", "rebuild"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=REBUILT_SECONDS_MAX)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def scoring_events(stack: Stack) -> int:
    """How many events were ever published on the topic."""
    consumer = KafkaConsumer(bootstrap_servers=stack.bootstrap_servers)
    try:
        places = [TopicPartition(*partition) for partition in partitions(TOPIC)]
        return sum(consumer.end_offsets(places).values())
    finally:
        consumer.close()
