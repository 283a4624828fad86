"""A rulebook that uses most of the language, on a real Kafka and a real Postgres, over HTTP alone.

The tests tell one story, in their order: a past is imported, read, waived, corrected, told of in bulletins, and scored
again. What comes of the past stands in ``rulebook/quarter.yaml``, worked out by hand.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dev.stack import Stack
from tests.acceptance import bureau, refused_requests
from tests.acceptance.bureau import PATH
from tests.acceptance.refused_requests import Refused
from tests.acceptance.story import SECRET, Services
from tests.acceptance.webhook_endpoint import WebhookEndpoint
from tests.waiting import wait_for

CATCH_UP_SECONDS_MAX = 60.0
VISIBLE_SECONDS_MAX = 10.0


@pytest.fixture(scope="module")
def endpoint() -> Iterator[WebhookEndpoint]:
    with WebhookEndpoint(SECRET) as listening:
        yield listening


@pytest.fixture(scope="module")
def clock_shift() -> int:
    return bureau.clock_shift_seconds()


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

    def long_reports(**asked: str) -> list[str]:
        asked = {"department": "archive", "measure": "long_reports", "calendar": "month", "period": "2014-03", **asked}
        return [entry["amount"] for entry in services.scoring.pages(f"{PATH}/ledger", **asked)]

    assert (long_reports(), long_reports(as_of=before)) == (["1"], [])


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
