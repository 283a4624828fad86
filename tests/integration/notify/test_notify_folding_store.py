"""Folding decisions into alerts on the real database."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from services.notify.adapters import alert_store, parking
from services.notify.adapters.alert_store import AlertFilter, StoredAlert
from services.notify.consumer import Folding
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import PeriodFinalised, QuotaDueSoon, QuotaMetLate, QuotaMissed, QuotaRestated
from shared.eventstore import store
from shared.messaging import Record
from shared.operations.database import Pool
from tests.integration.notify.conftest import record
from tests.unit.notify.building import DUE, OBLIGATION, announced_in_order, obligation

Fold = Callable[[Sequence[Event]], None]


def alerts(pool: Pool) -> list[StoredAlert]:
    with pool.connection() as conn:
        return alert_store.page(conn, AlertFilter("haidian"), None, 1000)


def stored_events(pool: Pool, stream: str = "haidian/street-1") -> list[str]:
    with pool.connection() as conn:
        return [event.type for event in store.read(conn, stream)]


def test_a_miss_opens_an_alert_and_publishes_it(pool: Pool, fold: Fold) -> None:
    fold(list(announced_in_order(QuotaMissed(OBLIGATION))))

    (alert,) = alerts(pool)
    assert (alert.state, alert.alert.condition, alert.correlation_id) == ("open", "missed", "request-1")
    assert stored_events(pool) == ["tongbao.alert.opened.v1"]


def test_a_whole_life_in_one_batch_and_in_many_is_the_same(pool: Pool, fold: Fold) -> None:
    told = (
        QuotaDueSoon(OBLIGATION),
        QuotaMissed(OBLIGATION),
        QuotaMetLate(OBLIGATION),
        QuotaRestated(OBLIGATION, "met_late", "missed"),
        QuotaMetLate(OBLIGATION),
    )
    elsewhere = [replace_department(decision, "street-2") for decision in told]

    fold(list(announced_in_order(*told)))
    for event in announced_in_order(*elsewhere):
        fold([event])

    at_once, one_by_one = stored_events(pool), stored_events(pool, "haidian/street-2")
    assert at_once == one_by_one
    assert at_once == [
        "tongbao.alert.opened.v1",
        "tongbao.alert.resolved.v1",
        "tongbao.alert.opened.v1",
        "tongbao.alert.resolved.v1",
        "tongbao.alert.opened.v1",
        "tongbao.alert.resolved.v1",
    ]
    assert [alert.state for alert in alerts(pool)] == ["resolved"] * 6


def test_persons_and_their_department_each_have_an_alert_of_their_own(pool: Pool, fold: Fold) -> None:
    first, second = (obligation(person=f"correspondent-{number}", person_title=f"{number}") for number in (1, 2))
    fold(list(announced_in_order(QuotaMissed(OBLIGATION), QuotaMissed(first), QuotaMissed(second))))
    fold(
        list(announced_in_order(QuotaMissed(OBLIGATION), QuotaMissed(first), QuotaMissed(second), QuotaMetLate(first)))
    )

    with pool.connection() as conn:
        (resolved,) = alert_store.page(conn, AlertFilter("haidian", person="correspondent-1"), None, 10)
    assert resolved.state == "resolved"
    assert sorted(alert.state for alert in alerts(pool)) == ["open", "open", "resolved"]


def replace_department(decision: Any, department: str) -> Any:
    return replace(decision, obligation=obligation(department=department))


def test_changes_are_numbered_without_gaps(pool: Pool, fold: Fold) -> None:
    departments = [f"street-{number}" for number in range(1, 8)]
    batches = [[obligation(department=each)] for each in departments]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda told: fold(list(announced_in_order(*map(QuotaMissed, told)))), batches))

    with pool.connection() as conn:
        changes = alert_store.changes_after(conn, "haidian", 0, 100)
    assert [change.change for change in changes] == list(range(1, 8))


def test_replayed_decisions_never_alert_twice(pool: Pool, fold: Fold) -> None:
    events = list(announced_in_order(QuotaDueSoon(OBLIGATION), QuotaMissed(OBLIGATION)))

    for batch in (events[:1], events, events[1:], [*events, *events]):
        fold(batch)

    assert [alert.alert.condition for alert in alerts(pool)] == ["missed", "due_soon"]
    assert len(stored_events(pool)) == 3


def test_two_consumers_that_fold_the_same_batch_alert_once(pool: Pool, fold: Fold) -> None:
    events = list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in range(1, 30))))

    with ThreadPoolExecutor(4) as threads:
        outcomes = [threads.submit(fold, batch) for batch in [events, list(reversed(events))] * 4]
    for outcome in outcomes:
        if outcome.exception() is not None:
            fold(events)  # put back, and tried again

    assert len(alerts(pool)) == 29


def test_events_that_concern_no_obligation_only_move_the_position(pool: Pool, fold: Fold) -> None:
    final = PeriodFinalised("haidian", "street-1", "civilised", 1, "week", "2014-W09", DUE)

    fold(list(announced_in_order(final, QuotaMissed(OBLIGATION))))

    assert len(alerts(pool)) == 1


def test_an_undecodable_event_parks_its_department_and_no_other(pool: Pool, folding: Folding) -> None:
    first, second, third = announced_in_order(
        QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION), QuotaMissed(obligation(department="street-2"))
    )
    value = record(second).value.replace(b"quota.met_late.v1", b"quota.unheard_of.v9")
    broken = Record("scoring-events", 0, 1, second.stream, value)

    folding([record(first), broken, record(third, offset=2)])

    with pool.connection() as conn:
        (parked,) = parking.parked(conn, "haidian", None)
    assert (parked.department, parked.version) == ("street-1", 2)
    assert "unheard_of" in parked.reason
    assert {alert.alert.obligation.department for alert in alerts(pool)} == {"street-1", "street-2"}


def test_bytes_that_are_no_event_park_the_stream_that_the_key_names(pool: Pool, folding: Folding) -> None:
    folding([Record("scoring-events", 0, 0, "haidian/street-1", b"\x00 no event")])

    with pool.connection() as conn:
        assert [each.department for each in parking.parked(conn, "haidian", "street-1")] == ["street-1"]


def test_a_parked_stream_goes_on_with_the_event_it_waited_for(pool: Pool, fold: Fold) -> None:
    first, second, third = announced_in_order(
        QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION), QuotaRestated(OBLIGATION, "met_late", "missed")
    )
    fold([first, third])
    with pool.connection() as conn:
        assert parking.request_resumption(conn, "haidian", "street-1") is not None

    fold([first, second, third])

    with pool.connection() as conn:
        assert parking.parked(conn, "haidian", None) == []
        assert parking.resumptions(conn) == []
    assert [alert.state for alert in alerts(pool)] == ["open", "resolved"]


def test_a_resumption_in_vain_leaves_the_stream_parked_and_is_over(pool: Pool, fold: Fold) -> None:
    first, _, third = announced_in_order(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION), QuotaMissed(OBLIGATION))
    fold([first])
    fold([third])
    with pool.connection() as conn:
        parking.request_resumption(conn, "haidian", "street-1")

    fold([third])

    with pool.connection() as conn:
        (parked,) = parking.parked(conn, "haidian", None)
    assert parked.resume_requested_at is None


def test_a_failure_on_the_way_writes_nothing(pool: Pool, fold: Fold, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    (event,) = announced_in_order(QuotaMissed(OBLIGATION))
    with monkeypatch.context() as patched:
        patched.setattr("services.notify.adapters.change_store.subscription_store.enabled_locked", broken)
        with pytest.raises(RuntimeError):
            fold([event])

    assert stored_events(pool) == []
    fold([event])
    assert len(alerts(pool)) == 1
