"""Issues of bulletins: folded like any other decision, and sent once to those who asked to hear of them."""

from collections.abc import Callable, Sequence

from services.notify.adapters import parking
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMissed
from shared.operations.database import Pool
from tests.integration.notify.calling import Caller
from tests.integration.notify.receiving import Receiver, wait_for
from tests.integration.notify.test_notify_dispatching import deliveries, dispatching, states, subscribe
from tests.unit.notify.building import ISSUED, OBLIGATION, announced_in_order

Fold = Callable[[Sequence[Event]], None]
EVENTS = ("bulletin.issued",)


def test_an_issue_reaches_its_subscriber_once_and_says_where_to_read_it(pool: Pool, fold: Fold) -> None:
    events = list(announced_in_order(ISSUED, QuotaMissed(OBLIGATION)))
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address, events=EVENTS)
        fold(events[:1])
        fold(events)
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered"])

    (received,) = receiver.received
    assert received.message["type"] == "bulletin.issued"
    data = received.message["data"]
    assert (data["title"], data["number"], data["period"]) == ("宣传信息通报 第3期", 3, "2014-03")
    assert data["api"] == (
        "http://127.0.0.1:8102/v1/organisations/haidian/bulletins?scheme=civilised&bulletin=monthly&period=2014-03"
    )
    assert data["correlation_id"] == "request-1"


def test_it_is_sent_to_nobody_who_did_not_ask_and_parks_nothing(pool: Pool, fold: Fold) -> None:
    unasked = subscribe(pool, "http://127.0.0.1:9/hook")

    fold(list(announced_in_order(ISSUED)))

    assert deliveries(pool, unasked.subscription) == []
    with pool.connection() as conn:
        assert parking.parked(conn, "haidian", None) == []
        row = conn.execute("SELECT stream, version FROM positions").fetchone()
    assert row == ("haidian/bulletins.civilised", 1)


def test_a_subscription_to_issues_and_its_deliveries_are_shown(
    pool: Pool, fold: Fold, caller: Callable[..., Caller]
) -> None:
    call = caller()
    wanted = {"title": "office", "webhook": {"address": "http://127.0.0.1:9/hook"}, "filters": {"events": list(EVENTS)}}
    made = call("POST", "subscriptions", wanted)
    assert made.status_code == 201, made.get_data(as_text=True)
    fold(list(announced_in_order(ISSUED)))

    shown = call("GET", f"subscriptions/{made.get_json()['subscription']}/deliveries")

    (delivery,) = shown.get_json()["items"]
    assert (delivery["type"], delivery["alert"], delivery["state"]) == ("bulletin.issued", None, "waiting")
