"""What the acceptance and the fault tests both expect of the district's quarter, asked over HTTP alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from tests.acceptance import district
from tests.acceptance.client import Client
from tests.acceptance.webhook_endpoint import WebhookEndpoint
from tests.waiting import wait_for

LINES = ("reporting", "adopted", "instructed", "total")
CATCH_UP_SECONDS_MAX = 90.0
SECRET = "whsec_dG9uZ2Jhby1hY2NlcHRhbmNlLXN1YnNjcmliZXI="


@dataclass(frozen=True)
class Services:
    submission: Client
    scoring: Client
    notify: Client

    @classmethod
    def of(cls, stack: Any) -> "Services":
        token = stack.administrator_token
        return cls(*(Client(stack.urls[name], token) for name in ("submission", "scoring", "notify")))


def subscribe(notify: Client, endpoint: WebhookEndpoint) -> None:
    """Every alert, also those of the imported past."""
    subscription = {
        "title": "验收",
        "history": True,
        "webhook": {"address": endpoint.address, "secret": SECRET},
    }

    def organisation_has_arrived() -> bool:
        return notify.post(f"{district.PATH}/subscriptions", subscription).status == 201

    wait_for("the subscription", organisation_has_arrived, seconds=CATCH_UP_SECONDS_MAX)


def import_history(submission: Client) -> dict[str, Any]:
    """Send the quarter; the summary, after no line was refused."""
    answers = submission.post_lines(f"{district.PATH}/imports", district.history())
    refused = [answer for answer in answers if answer.get("status") == "refused"]
    assert not refused, refused[:3]
    return answers[-1]


def totals(scoring: Client, calendar: str, period: str) -> dict[str, tuple[Decimal, ...]]:
    answer = scoring.get(f"{district.PATH}/scorecards", calendar=calendar, period=period)
    if answer.status != 200:
        return {}
    return {
        card["department"]: tuple(Decimal(card["lines"][line]["value"]) for line in LINES if line in card["lines"])
        for card in answer.body["scorecards"]
    }


def expected_month(n: int) -> dict[str, tuple[Decimal, ...]]:
    return {
        name: tuple(Decimal(value) for value in told["months"][n])
        for name, told in district.QUARTER["departments"].items()
    }


def half_year(scoring: Client) -> dict[str, tuple[Decimal, int]]:
    answer = scoring.get(f"{district.PATH}/scorecards", calendar="half", period="2014-H1")
    if answer.status != 200:
        return {}
    return {
        card["department"]: (Decimal(card["lines"]["total"]["value"]), card["rank"]["place"])
        for card in answer.body["scorecards"]
    }


def expected_half_year(april: Mapping[str, int] = MappingProxyType({})) -> dict[str, tuple[Decimal, int]]:
    """``april``: points earned after the quarter, by departments whose rank they do not change."""
    return {
        name: (Decimal(told["half"][0] + april.get(name, 0)), told["half"][1])
        for name, told in district.QUARTER["departments"].items()
    }


def missed(scoring: Client) -> set[tuple[str, str]]:
    found = list(scoring.pages(f"{district.PATH}/obligations", state="missed"))
    named = [(obligation["department"], obligation["period"]) for obligation in found]
    assert len(named) == len(set(named)), "an obligation is listed twice"
    return set(named)


def announced(endpoint: WebhookEndpoint, event: str, condition: str = "missed") -> Counter[tuple[str, str]]:
    """How many different messages of this kind came for each obligation."""
    return Counter(
        (message["data"]["department"], message["data"]["period"])
        for message in list(endpoint.messages.values())
        if message["type"] == event and message["data"]["condition"] == condition
    )


def check_quarter(
    services: Services, endpoint: WebhookEndpoint, april: Mapping[str, int] = MappingProxyType({})
) -> None:
    """Wait until everything has arrived; then every cell, every miss, and every message must be right."""
    wait_for(
        "the half-year's totals and ranks",
        lambda: half_year(services.scoring) == expected_half_year(april),
        seconds=CATCH_UP_SECONDS_MAX,
    )
    for n, month in enumerate(district.MONTHS):
        assert totals(services.scoring, "month", month) == expected_month(n), month
    wait_for(
        "the judgement of the last week", lambda: missed(services.scoring) == district.EXPECTED_MISSES, seconds=30.0
    )
    wait_for(
        "a message for every miss",
        lambda: set(announced(endpoint, "alert.opened")) >= district.EXPECTED_MISSES,
        seconds=CATCH_UP_SECONDS_MAX,
    )
    wait_for("an empty queue of deliveries", lambda: not waiting_deliveries(services.notify), seconds=30.0)
    assert announced(endpoint, "alert.opened") == Counter(dict.fromkeys(district.EXPECTED_MISSES, 1))
    assert endpoint.refused == []


def waiting_deliveries(notify: Client) -> int:
    subscriptions = list(notify.pages(f"{district.PATH}/subscriptions"))
    return sum(
        1
        for subscription in subscriptions
        for _ in notify.pages(
            f"{district.PATH}/subscriptions/{subscription['subscription']}/deliveries", state="waiting"
        )
    )
