"""From an HTTP submission to a missed-quota alert, on a real Kafka and a real Postgres, over HTTP alone."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack import Stack
from tests.acceptance import district, story
from tests.acceptance.webhook_endpoint import WebhookEndpoint
from tests.waiting import wait_for

VISIBLE_SECONDS_MAX = 1.0
TOKEN_SECONDS_MAX = 5.0


@pytest.fixture(scope="module")
def endpoint() -> Iterator[WebhookEndpoint]:
    with WebhookEndpoint(story.SECRET) as listening:
        yield listening


@pytest.fixture(scope="module", autouse=True)
def services(tmp_path_factory: pytest.TempPathFactory, endpoint: WebhookEndpoint) -> Iterator[story.Services]:
    """The district with its quarter imported and its departments live, on the morning of 2 April 2014."""
    data: Path = tmp_path_factory.mktemp("stack")
    with Stack(data, clock_shift=district.clock_shift_seconds()) as stack:
        services = story.Services.of(stack)
        district.describe(services.submission)
        story.subscribe(services.notify, endpoint)
        summary = story.import_history(services.submission)
        assert summary["imported"] == len(district.history())
        district.go_live(services.submission)
        story.check_quarter(services, endpoint)
        yield services


def test_totals_ranks_misses_and_messages_are_those_worked_out_by_hand(
    services: story.Services, endpoint: WebhookEndpoint
) -> None:
    assert story.half_year(services.scoring) == story.expected_half_year()
    months = [story.totals(services.scoring, "month", month) for month in district.MONTHS]
    assert months == [story.expected_month(n) for n in range(3)]
    assert story.missed(services.scoring) == district.EXPECTED_MISSES
    assert story.announced(endpoint, "alert.opened") == Counter(dict.fromkeys(district.EXPECTED_MISSES, 1))
    assert endpoint.refused == []


def test_each_message_says_what_was_expected_what_came_and_why(endpoint: WebhookEndpoint) -> None:
    message = next(
        message
        for message in endpoint.messages.values()
        if message["type"] == "alert.opened"
        and message["data"]["condition"] == "missed"
        and message["data"]["department"] == "publicity"
    )
    said = message["data"]
    assert said["period"] == "2014-W07"
    assert (said["expected"], said["actual"], said["shortfall"]) == ("2", "1", "1")
    assert "不得少于2条" in said["clause"]
    assert "/organisations/district/departments/publicity" in said["scorecard"]


def test_sending_the_history_again_changes_nothing(services: story.Services) -> None:
    lines = district.history()[:50]
    answers = services.submission.post_lines(f"{district.PATH}/imports", lines)
    assert {answer["status"] for answer in answers[:-1]} == {"already_imported"}
    assert story.half_year(services.scoring) == story.expected_half_year()


def test_a_live_submission_is_on_the_scorecard_within_a_second(services: story.Services) -> None:
    item = {"department": "culture", "kind": "report", "title": "清明文明祭扫", "attributes": {"topic": "progress"}}

    def reporting() -> int:
        cards = story.totals(services.scoring, "month", "2014-04")
        return int(cards["culture"][0]) if "culture" in cards else 0

    assert reporting() == 0
    services.submission.post(f"{district.PATH}/items", item).expect(201)
    wait_for("the item on the scorecard", lambda: reporting() == 1, seconds=VISIBLE_SECONDS_MAX)


def test_a_quota_made_good_late_resolves_its_alert(services: story.Services, endpoint: WebhookEndpoint) -> None:
    rejected = next(
        item
        for item in services.submission.pages(f"{district.PATH}/items", department="political-legal", state="rejected")
    )
    # The office reconsiders: the item counts after all, in the week in which it was submitted.
    services.submission.post(
        f"{district.PATH}/items/{rejected['id']}/reviews",
        {"decision": "accepted", "reason": "复核后采用"},
        X_Correlation_Id="reconsidered-W10",
    ).expect(201)

    made_good = ("political-legal", "2014-W10")
    wait_for(
        "the message that the alert is resolved",
        lambda: story.announced(endpoint, "alert.resolved")[made_good] == 1,
        seconds=30.0,
    )
    resolved = [message for message in endpoint.messages.values() if message["type"] == "alert.resolved"]
    correlated = [message["data"]["correlation_id"] for message in resolved if message["data"]["condition"] == "missed"]
    assert correlated == ["reconsidered-W10"], "the request's correlation id did not reach the webhook"
    alerts = list(services.notify.pages(f"{district.PATH}/alerts", department="political-legal", condition="missed"))
    assert [(alert["state"], alert["resolution"]) for alert in alerts] == [("resolved", "met_late")]
    late = list(services.scoring.pages(f"{district.PATH}/obligations", state="met_late"))
    assert [(o["department"], o["period"]) for o in late] == [made_good]
    assert story.missed(services.scoring) == district.EXPECTED_MISSES - {made_good}
    scores = story.totals(services.scoring, "month", "2014-03")["political-legal"]
    assert [int(value) for value in scores] == [8, 0, 0, 8]


def test_a_revoked_token_is_refused_by_all_services(services: story.Services) -> None:
    issued = services.submission.post(f"{district.PATH}/tokens", {"title": "读者", "role": "reader"}).expect(201)
    reads = [
        (services.submission.with_token(issued["secret"]), f"{district.PATH}/items"),
        (services.scoring.with_token(issued["secret"]), f"{district.PATH}/obligations"),
        (services.notify.with_token(issued["secret"]), f"{district.PATH}/alerts"),
    ]

    def statuses() -> list[int]:
        return [client.get(path).status for client, path in reads]

    wait_for("the token in all services", lambda: statuses() == [200, 200, 200], seconds=TOKEN_SECONDS_MAX)
    services.submission.send("DELETE", f"{district.PATH}/tokens/{issued['id']}").expect(200, 204)
    assert reads[0][0].get(reads[0][1]).status == 401
    wait_for("its revocation in all services", lambda: statuses() == [401, 401, 401], seconds=TOKEN_SECONDS_MAX)
