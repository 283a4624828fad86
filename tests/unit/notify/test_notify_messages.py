"""What subscribers are told."""

from decimal import Decimal

import pytest

from services.notify.domain.messages import alert_message, plain, shortfall
from shared.contracts.alert_events import Alert, AlertAcknowledged, AlertOpened, AlertResolved
from tests.unit.notify.building import DUE, OBLIGATION, obligation

ALERT = Alert("a", "missed", OBLIGATION, DUE)


def test_a_message_says_what_was_expected_what_came_and_where_it_is_written() -> None:
    message = alert_message(AlertOpened(ALERT), False, "request-1", "http://127.0.0.1:8102/")

    assert message["type"] == "alert.opened"
    assert message["timestamp"] == "2014-03-02T16:00:00Z"
    data = message["data"]
    assert (data["expected"], data["actual"], data["shortfall"], data["since"]) == ("2", "1", "1", message["timestamp"])
    assert data["clause"] == "每周报送信息不得少于2条"
    assert (data["period"], data["period_first"], data["period_last"]) == ("2014-W09", "2014-02-24", "2014-03-02")
    assert data["correlation_id"] == "request-1"
    card = "?calendar=week&period=2014-W09&scheme=civilised"
    assert data["scorecard"] == f"http://127.0.0.1:8102/organisations/haidian/departments/street-1{card}"
    assert data["scorecard_api"] == f"http://127.0.0.1:8102/v1/organisations/haidian/scorecards/street-1{card}"


def test_a_resolved_message_says_how_and_when() -> None:
    data = alert_message(AlertResolved(ALERT, "met_late", DUE), False, "request-1", "")["data"]

    assert (data["state"], data["resolution"], data["resolved_at"]) == ("resolved", "met_late", "2014-03-02T16:00:00Z")


def test_an_acknowledged_message_says_by_whom() -> None:
    data = alert_message(AlertAcknowledged(ALERT, "token:7", DUE, "called them"), False, "request-1", "")["data"]

    assert (data["state"], data["acknowledged_by"], data["note"]) == ("acknowledged", "token:7", "called them")


def test_there_is_no_shortfall_beyond_the_target() -> None:
    assert shortfall(obligation(target=Decimal(2), actual=Decimal(5))) == 0


@pytest.mark.parametrize(
    ("amount", "text"),
    [("2.00", "2"), ("2E+1", "20"), ("0.50", "0.5"), ("0", "0"), ("100", "100"), ("0.00", "0")],
)
def test_numbers_are_written_as_people_write_them(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text
