"""Delivering alerts from the real database to real HTTP endpoints."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest

from services.notify.adapters import delivery_reading, subscription_store
from services.notify.adapters.connections import Connections, Limits
from services.notify.adapters.delivery_reading import Delivery
from services.notify.adapters.delivery_store import PostgresDeliveryStore
from services.notify.adapters.webhooks import WebhookSender
from services.notify.application.dispatcher import Dispatcher, Pace
from services.notify.application.subscribing import Wanted, compose
from services.notify.domain.addresses import AddressRule
from services.notify.domain.retries import FAILING_DAYS_MAX
from services.notify.domain.subscriptions import Filter, Subscription, webhook_id
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaDueSoon, QuotaMetLate, QuotaMissed
from shared.operations.database import Pool, open_pool
from tests.integration.notify.receiving import SECRET, Answer, Receiver, wait_for
from tests.unit.notify.building import OBLIGATION, announced_in_order, obligation

Fold = Callable[[Sequence[Event]], None]
RULE = AddressRule((ip_network("127.0.0.0/8"),))


def subscribe(pool: Pool, address: str, **chosen: Any) -> Subscription:
    wanted = Wanted("office", Filter(**chosen), address, SECRET, True)
    with pool.connection() as conn, conn.transaction():
        return subscription_store.insert(conn, compose(wanted, RULE, "haidian", None, "token:1", os.urandom))


def subscription(pool: Pool, identity: UUID) -> Subscription:
    with pool.connection() as conn:
        found = subscription_store.find(conn, "haidian", identity)
    assert found is not None
    return found


def deliveries(pool: Pool, identity: UUID) -> list[Delivery]:
    with pool.connection() as conn:
        return delivery_reading.of_subscription(conn, identity, None, None, 1000)


def states(pool: Pool, identity: UUID) -> list[str]:
    return [each.state for each in deliveries(pool, identity)]


def errors(pool: Pool, identity: UUID) -> list[str]:
    return [each.last_error for each in deliveries(pool, identity)]


def fall_due(pool: Pool) -> None:
    """As if the time of the next attempts had come."""
    with pool.connection() as conn:
        conn.execute("UPDATE deliveries SET due_at = now() WHERE state = 'waiting' AND claimed_until IS NULL")


def end_leases(pool: Pool) -> None:
    """As if the lease of every claim had run out."""
    with pool.connection() as conn:
        conn.execute("UPDATE deliveries SET due_at = now() WHERE state = 'waiting'")


def dispatcher(pool: Pool, timeout_s: float = 2.0, threads: int = 8) -> Dispatcher:
    limits = Limits(connect_s=1.0, total_s=timeout_s)
    sender = WebhookSender(Connections(RULE, limits), limits)
    return Dispatcher(PostgresDeliveryStore(pool), sender, Pace(threads, timeout_s, poll_s=0.02), jitter=lambda: 0.0)


@contextmanager
def dispatching(pool: Pool, timeout_s: float = 2.0, threads: int = 8) -> Iterator[None]:
    stop, failed = threading.Event(), []

    def run() -> None:
        try:
            dispatcher(pool, timeout_s, threads).run(stop)
        except Exception as failure:  # noqa: BLE001 (raised below)
            failed.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


def test_an_alert_reaches_its_subscriber_once_and_says_what_fell_short(pool: Pool, fold: Fold) -> None:
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered"])

    (received,) = receiver.received
    (delivery,) = deliveries(pool, target.subscription)
    assert received.webhook_id == webhook_id(delivery.delivery)
    assert received.message["type"] == "alert.opened"
    data = received.message["data"]
    assert (data["department_title"], data["expected"], data["actual"], data["shortfall"]) == (
        "第一街道",
        "2",
        "1",
        "1",
    )
    assert data["correlation_id"] == "request-1"


def test_the_imported_past_is_sent_only_to_who_asks_for_it(pool: Pool, fold: Fold) -> None:
    with Receiver() as receiver:
        without, with_history = subscribe(pool, receiver.address), subscribe(pool, receiver.address, history=True)
        fold(list(announced_in_order(QuotaMissed(obligation(historical=True)))))

    assert (states(pool, without.subscription), states(pool, with_history.subscription)) == ([], ["waiting"])


def test_a_failure_is_tried_again_under_the_same_webhook_id(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(500), Answer(200)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        with dispatching(pool):
            wait_for(lambda: errors(pool, target.subscription) == ["answered 500"])
            assert subscription(pool, target.subscription).failing_since is not None
            fall_due(pool)
            wait_for(lambda: states(pool, target.subscription) == ["delivered"])

    assert len(receiver.ids()) == 2
    assert len(set(receiver.ids())) == 1
    assert subscription(pool, target.subscription).failing_since is None
    (delivery,) = deliveries(pool, target.subscription)
    with pool.connection() as conn:
        attempts = delivery_reading.attempts(conn, delivery.delivery)
    assert [(each.attempt, each.outcome, each.status) for each in attempts] == [
        (1, "retry", 500),
        (2, "delivered", 200),
    ]


def test_the_next_attempt_waits_as_the_schedule_says(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(503, {"Retry-After": "3600"})) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        with dispatching(pool):
            wait_for(lambda: errors(pool, target.subscription) == ["answered 503"])

    (delivery,) = deliveries(pool, target.subscription)
    assert timedelta(minutes=59) < delivery.due_at - delivery.created_at < timedelta(minutes=61)


def test_an_endpoint_that_is_gone_is_disabled_and_its_waiting_deliveries_end(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(410)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(20)))))
        with dispatching(pool, threads=1):
            wait_for(lambda: not subscription(pool, target.subscription).enabled)
            wait_for(lambda: set(states(pool, target.subscription)) == {"failed"})
        fold(list(announced_in_order(QuotaMissed(obligation(department="street-99")))))

    assert "410" in subscription(pool, target.subscription).disabled_reason
    assert len(states(pool, target.subscription)) == 20


def test_an_endpoint_that_took_nothing_for_days_is_disabled(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(500)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        with pool.connection() as conn:
            conn.execute("UPDATE deliveries SET attempts = 9")
            conn.execute("UPDATE subscriptions SET failing_since = now() - %s", (timedelta(days=FAILING_DAYS_MAX),))
        with dispatching(pool):
            wait_for(lambda: not subscription(pool, target.subscription).enabled)

    assert states(pool, target.subscription) == ["failed"]
    assert "nothing was accepted since" in subscription(pool, target.subscription).disabled_reason


def test_what_resolved_an_alert_is_not_told_before_what_opened_it(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(500), Answer(200)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION))))
        with dispatching(pool):
            wait_for(lambda: "answered 500" in errors(pool, target.subscription))
            for _ in range(3):
                fall_due(pool)
            wait_for(lambda: states(pool, target.subscription) == ["delivered", "delivered"])

    assert [message["type"] for message in receiver.messages()] == ["alert.opened", "alert.opened", "alert.resolved"]


def test_the_end_of_a_reminder_by_a_miss_is_not_sent(pool: Pool, fold: Fold) -> None:
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaDueSoon(OBLIGATION), QuotaMissed(OBLIGATION))))
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered", "delivered"])

    told = sorted((each["type"], each["data"]["condition"]) for each in receiver.messages())
    assert told == [("alert.opened", "due_soon"), ("alert.opened", "missed")]


def test_two_dispatchers_never_send_one_delivery_at_the_same_time(pool: Pool, fold: Fold) -> None:
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(200)))))
        with dispatching(pool), dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered"] * 200)

    assert len(receiver.ids()) == len(set(receiver.ids())) == 200


def test_claims_are_shared_and_not_doubled(pool: Pool, fold: Fold) -> None:
    subscribe(pool, "http://127.0.0.1:1/")
    fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(50)))))
    store, lease = PostgresDeliveryStore(pool), timedelta(seconds=60)

    first, second = (store.claim([], 30, 100, lease) for _ in range(2))

    assert (len(first), len(second)) == (30, 20)
    assert not {each.delivery for each in first} & {each.delivery for each in second}


def test_the_outcome_of_a_claim_that_was_taken_over_does_not_count(pool: Pool, fold: Fold) -> None:
    target = subscribe(pool, "http://127.0.0.1:1/")
    fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
    store = PostgresDeliveryStore(pool)
    (stalled,) = store.claim([], 10, 10, timedelta(seconds=60))
    end_leases(pool)
    (taken_over,) = store.claim([], 10, 10, timedelta(seconds=60))

    store.release([stalled])

    assert taken_over.claim == stalled.claim + 1
    assert store.claim([], 10, 10, timedelta(seconds=60)) == []
    assert states(pool, target.subscription) == ["waiting"]


def test_a_hanging_endpoint_does_not_hold_up_the_others(pool: Pool, fold: Fold) -> None:
    released = threading.Event()
    with Receiver(Answer(before=lambda: released.wait(10) and None)) as hanging, Receiver() as healthy:
        subscribe(pool, hanging.address)
        target = subscribe(pool, healthy.address)
        fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(100)))))
        with dispatching(pool, threads=4):
            wait_for(lambda: states(pool, target.subscription) == ["delivered"] * 100, limit_s=5)
            released.set()

    assert hanging.at_once_max == 1


def test_a_disabled_subscription_ends_its_waiting_deliveries_and_hears_nothing_more(pool: Pool, fold: Fold) -> None:
    target = subscribe(pool, "http://127.0.0.1:1/")
    fold(list(announced_in_order(QuotaMissed(OBLIGATION))))

    with pool.connection() as conn, conn.transaction():
        subscription_store.update(conn, replace(target, enabled=False, disabled_reason="moving"))
    fold(list(announced_in_order(QuotaMissed(obligation(department="street-2")))))

    assert states(pool, target.subscription) == ["failed"]
    assert errors(pool, target.subscription) == ["moving"]


def test_a_failed_delivery_is_retried_by_hand_with_the_schedule_anew(pool: Pool, fold: Fold) -> None:
    with Receiver(Answer(500), Answer(200)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        with pool.connection() as conn:
            conn.execute("UPDATE deliveries SET attempts = 9, attempts_total = 9")
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["failed"])
            with pool.connection() as conn, conn.transaction():
                delivery_reading.retry(conn, deliveries(pool, target.subscription)[0])
            wait_for(lambda: states(pool, target.subscription) == ["delivered"])

    assert len(set(receiver.ids())) == 1
    assert deliveries(pool, target.subscription)[0].attempts_total == 11


def test_stopping_finishes_what_is_on_the_way_and_gives_back_the_rest(pool: Pool, fold: Fold) -> None:
    arrived, released = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        released.wait(10)

    with Receiver(Answer(before=hold)) as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(10)))))
        stop = threading.Event()
        thread = threading.Thread(target=lambda: dispatcher(pool, timeout_s=5.0).run(stop))
        thread.start()
        assert arrived.wait(5)
        stop.set()
        thread.join(0.2)
        released.set()
        thread.join(10)

    delivered = states(pool, target.subscription).count("delivered")
    assert delivered == len(receiver.ids())
    assert 1 <= delivered < 10
    assert len(PostgresDeliveryStore(pool).claim([], 100, 100, timedelta(seconds=60))) == 10 - delivered


def test_a_dispatcher_killed_between_sending_and_recording_sends_again_under_the_same_id(
    pool: Pool, database: str, fold: Fold
) -> None:
    killed = threading.Event()
    processes: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        if processes and not killed.is_set():
            os.kill(processes[0].pid, signal.SIGKILL)
            processes[0].wait()
            killed.set()

    with Receiver(Answer(before=kill)) as receiver:
        target = subscribe(pool, receiver.address)
        settings = {
            **os.environ,
            "TONGBAO_DATABASE_URL": database,
            "TONGBAO_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
        }
        processes.append(subprocess.Popen([sys.executable, "-m", "services.notify", "dispatcher"], env=settings))
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        assert killed.wait(20)
        assert states(pool, target.subscription) == ["waiting"]
        end_leases(pool)
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered"])

    assert len(receiver.ids()) == 2
    assert len(set(receiver.ids())) == 1


def test_a_message_to_an_address_that_became_forbidden_is_not_sent(
    pool: Pool, fold: Fold, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
        monkeypatch.setattr(sys.modules[__name__], "RULE", AddressRule())
        with dispatching(pool):
            wait_for(lambda: "".join(errors(pool, target.subscription)))

    assert receiver.received == []
    assert "not a public address" in errors(pool, target.subscription)[0]


def test_a_database_that_goes_away_for_a_moment_loses_no_outcome(pool: Pool, database: str, fold: Fold) -> None:
    with Receiver() as receiver, open_pool(database, 4, "interrupted") as interrupted:
        target = subscribe(pool, receiver.address)
        fold(list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(50)))))
        with dispatching(interrupted):
            wait_for(lambda: receiver.received)
            with pool.connection() as conn:
                conn.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = 'interrupted'"
                )
            wait_for(lambda: states(pool, target.subscription) == ["delivered"] * 50, limit_s=15)

    assert len(set(receiver.ids())) == 50
