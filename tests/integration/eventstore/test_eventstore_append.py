import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from shared.contracts.department_events import ItemSubmitted, ItemWithdrawn
from shared.contracts.identifiers import derived_id
from shared.eventstore import (
    AlreadyAppended,
    Append,
    Conflict,
    EventTooLarge,
    RecordedTooEarly,
    StoreUnavailable,
    Trace,
    append,
    append_many,
    head_version,
    read,
)
from tests.integration.eventstore.writing import TOPIC, TRACE, assert_whole, events

Conn = psycopg.Connection[Any]
PAST = datetime(2014, 3, 2, 16, tzinfo=UTC)


def test_events_are_read_back_as_they_were_appended(conn: Conn) -> None:
    submitted = ItemSubmitted("item", "district", "report", "标题 \u2028 \x7f", attributes={"topic": "practice"})

    receipt = append(conn, "org/a", TOPIC, [submitted, ItemWithdrawn("item")], Trace("request", "cause", "token:a"))

    first, second = read(conn, "org/a")
    assert first.opened().data == submitted
    assert second.opened().data == ItemWithdrawn("item")
    assert (first.correlation_id, first.causation_id, first.actor) == ("request", "cause", "token:a")
    assert (receipt.first_version, receipt.last_version, receipt.last_event_id) == (1, 2, second.id)
    assert receipt.recorded_at == second.recorded_at
    assert_whole([first, second])


def test_reading_goes_on_behind_a_version_and_stops_at_a_limit(conn: Conn) -> None:
    append(conn, "org/a", TOPIC, events(10), TRACE)
    assert [event.version for event in read(conn, "org/a", after=3, limit=4)] == [4, 5, 6, 7]
    assert read(conn, "org/unknown") == []


@pytest.mark.parametrize(("expected", "actual"), [(0, 2), (1, 2), (3, 2)])
def test_an_append_on_another_version_than_expected_is_a_conflict(conn: Conn, expected: int, actual: int) -> None:
    append(conn, "org/a", TOPIC, events(2), TRACE, expected_version=0)

    with pytest.raises(Conflict) as conflict:
        append(conn, "org/a", TOPIC, events(1), TRACE, expected_version=expected)

    assert (conflict.value.stream, conflict.value.expected, conflict.value.actual) == ("org/a", expected, actual)
    assert head_version(conn, "org/a") == 2


def test_of_two_who_create_a_stream_one_has_a_conflict(store: str) -> None:
    def create(_: int) -> bool:
        with psycopg.connect(store, autocommit=True) as conn:
            barrier.wait()
            try:
                append(conn, "org/new", TOPIC, events(1), TRACE, expected_version=0)
            except Conflict:
                return False
            return True

    barrier = threading.Barrier(4)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == [False, False, False, True]


def test_a_given_instant_is_kept_and_may_not_go_back(conn: Conn) -> None:
    receipt = append(conn, "org/a", TOPIC, events(1), TRACE, recorded_at=PAST)
    assert receipt.recorded_at == PAST
    append(conn, "org/a", TOPIC, events(1), TRACE, recorded_at=PAST)

    with pytest.raises(RecordedTooEarly) as refusal:
        append(conn, "org/a", TOPIC, events(1), TRACE, recorded_at=PAST - timedelta(microseconds=1))

    assert (refusal.value.given, refusal.value.last) == (PAST - timedelta(microseconds=1), PAST)
    assert head_version(conn, "org/a") == 2


def test_the_clock_is_never_behind_the_streams_last_instant(conn: Conn) -> None:
    future = datetime.now(UTC) + timedelta(days=400)
    append(conn, "org/a", TOPIC, events(1), TRACE, recorded_at=future)
    assert append(conn, "org/a", TOPIC, events(1), TRACE).recorded_at == future
    many = append_many(conn, [Append("org/a", TOPIC, events(1), TRACE)])
    assert many[0].recorded_at == future


def test_the_clock_can_be_shifted_for_a_session(store: str) -> None:
    with psycopg.connect(store, autocommit=True, options="-c tongbao.clock_shift=P-1Y") as conn:
        receipt = append(conn, "org/a", TOPIC, events(1), TRACE)
    assert timedelta(days=364) < datetime.now(UTC) - receipt.recorded_at < timedelta(days=367)


def test_an_id_is_appended_once(conn: Conn) -> None:
    decided = derived_id("quota_missed", "org", "a")
    append(conn, "org/a", TOPIC, events(1), TRACE, ids=[decided])
    with pytest.raises(AlreadyAppended):
        append(conn, "org/b", TOPIC, events(1), TRACE, ids=[decided])
    assert head_version(conn, "org/b") == 0


def test_an_event_over_the_limit_is_refused(conn: Conn) -> None:
    with pytest.raises(EventTooLarge):
        append(conn, "org/a", TOPIC, [ItemWithdrawn("item", "x" * 600_000)], TRACE)


def test_an_append_in_a_transaction_is_undone_with_it(conn: Conn) -> None:
    with conn.transaction(force_rollback=True):
        append(conn, "org/a", TOPIC, events(3), TRACE)
    assert read(conn, "org/a") == []
    assert append(conn, "org/a", TOPIC, events(1), TRACE).first_version == 1


def test_many_appends_give_a_receipt_each_and_follow_one_another_in_a_stream(conn: Conn) -> None:
    append(conn, "org/a", TOPIC, events(2), TRACE, recorded_at=PAST)
    receipts = append_many(
        conn,
        [
            Append("org/b", TOPIC, events(2), Trace("one", None, "clock"), recorded_at=PAST),
            Append("org/a", TOPIC, events(1), Trace("two", "x", "clock"), expected_version=2, recorded_at=PAST),
            Append("org/b", TOPIC, events(3), Trace("three", None, "clock"), expected_version=2),
        ],
    )
    assert [(receipt.first_version, receipt.last_version) for receipt in receipts] == [(1, 2), (3, 3), (3, 5)]
    for stream, count in (("org/a", 3), ("org/b", 5)):
        stored = read(conn, stream)
        assert len(stored) == count
        assert_whole(stored)
    assert [event.correlation_id for event in read(conn, "org/b")] == ["one"] * 2 + ["three"] * 3
    assert receipts[2].last_event_id == read(conn, "org/b")[-1].id
    assert receipts[0].recorded_at == PAST < receipts[2].recorded_at


@pytest.mark.parametrize(
    ("second", "error"),
    [
        (Append("org/b", TOPIC, events(1), TRACE, expected_version=0), Conflict),
        (Append("org/b", TOPIC, events(1), TRACE, recorded_at=PAST - timedelta(seconds=1)), RecordedTooEarly),
        (Append("org/c", TOPIC, events(1), TRACE, expected_version=1), Conflict),
    ],
)
def test_of_many_appends_all_or_none_happen(conn: Conn, second: Append, error: type[Exception]) -> None:
    first = Append("org/b", TOPIC, events(1), TRACE, recorded_at=PAST)
    with pytest.raises(error):
        append_many(conn, [first, second])
    assert [head_version(conn, stream) for stream in ("org/b", "org/c")] == [0, 0]


def test_no_appends_are_no_statement(conn: Conn) -> None:
    assert append_many(conn, []) == []


def one_by_one(conn: Conn, number: int) -> None:
    append(conn, "org/shared", TOPIC, events(1 + number % 3), TRACE)


def several_streams(conn: Conn, number: int) -> None:
    order = ["org/shared", f"org/own-{number % 5}", "org/other"]
    append_many(conn, [Append(stream, TOPIC, events(2), TRACE) for stream in (order if number % 2 else order[::-1])])


@pytest.mark.parametrize("write", [one_by_one, several_streams])
def test_streams_stay_whole_under_eight_writers(store: str, write: Callable[[Conn, int], None]) -> None:
    rounds = 60

    def write_rounds(seed: int) -> None:
        with psycopg.connect(store, autocommit=True) as conn:
            for number in range(rounds):
                write(conn, seed + number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write_rounds, range(8)))

    with psycopg.connect(store, autocommit=True) as conn:
        streams = [row[0] for row in conn.execute("SELECT stream FROM streams")]
        for stream in streams:
            stored = read(conn, stream, limit=10_000)
            assert_whole(stored)
            assert len(stored) == head_version(conn, stream)


def test_a_head_can_be_locked_and_tells_the_clock(store: str) -> None:
    with psycopg.connect(store) as holder, psycopg.connect(store, autocommit=True) as other:
        append(holder, "org/a", TOPIC, events(1), TRACE)
        holder.commit()
        version, now = holder.execute("SELECT head_version, now FROM eventstore_lock('org/a')").fetchone() or (0, PAST)
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(StoreUnavailable):
            append(other, "org/a", TOPIC, events(1), TRACE)
        receipt = append(holder, "org/a", TOPIC, events(1), TRACE, expected_version=version)
        assert receipt.recorded_at >= now
        holder.commit()


def test_a_lost_connection_is_told_as_such(store: str) -> None:
    with psycopg.connect(store, autocommit=True) as conn, psycopg.connect(store, autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(%s)", (conn.info.backend_pid,))
        with pytest.raises(StoreUnavailable):
            append(conn, "org/a", TOPIC, events(1), TRACE)
        assert head_version(killer, "org/a") == 0
