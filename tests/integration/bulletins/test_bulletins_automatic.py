"""Issues that nobody orders: each once, when all streams have come to the instant, and never of history."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from services.scoring.application.bulletins.automatic import Issuer
from services.scoring.bootstrap import Bulletins
from services.scoring.issuer import keep_issuing
from shared.eventstore import read
from tests.waiting import wait_for

STREAM = "district/bulletins.haidian-civilised-district"
SECONDS_MAX = 20
Order = Callable[..., Any]


def issuer(bulletins: Bulletins) -> Issuer:
    return Issuer(bulletins.looks, bulletins.book)


def issued(connection: Connection[TupleRow]) -> list[tuple[int, str]]:
    return connection.execute("SELECT number, period FROM bulletins ORDER BY number").fetchall()  # type: ignore[return-value]


def test_every_period_that_is_due_is_told_of_in_its_order(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    made = issuer(bulletins).issue_once()

    assert issued(connection) == [(1, "2014-01"), (2, "2014-02"), (3, "2014-03")]
    assert [(one.number, one.automatic) for one in made] == [(1, True), (2, True), (3, True)]
    events = read(connection, STREAM)
    assert [(event.actor, event.opened().data.number) for event in events] == [
        ("scoring", 1),
        ("scoring", 2),
        ("scoring", 3),
    ]


def test_several_processes_at_once_issue_each_period_once(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    together = threading.Barrier(2)

    def work() -> int:
        together.wait()
        return len(issuer(bulletins).issue_once())

    with ThreadPoolExecutor(2) as threads:
        made = [threads.submit(work) for _ in range(2)]

    assert sum(one.result() for one in made) == 3
    assert issued(connection) == [(1, "2014-01"), (2, "2014-02"), (3, "2014-03")]
    assert len(read(connection, STREAM)) == 3


def test_one_department_that_has_not_come_so_far_is_waited_for(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    # given a department of which nothing has been folded since the first minute of April, an hour before the issue
    move(connection, "d004", "2014-03-31T16:01Z")
    worker = issuer(bulletins)
    worker.issue_once()
    assert issued(connection) == [(1, "2014-01"), (2, "2014-02")]

    move(connection, "d004", "2014-04-01T15:59:59Z")
    worker.issue_once()
    assert len(issued(connection)) == 2

    # when its stream has come to the instant, a day after the end of March in Shanghai
    move(connection, "d004", "2014-04-01T16:00Z")
    worker.issue_once()

    assert issued(connection)[2:] == [(3, "2014-03")]


def test_a_parked_department_is_waited_for(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    connection.execute(
        "UPDATE positions SET parked_at = now(), parked_version = version + 1, parked_kind = 'gap', parked_reason = 'x'"
        " WHERE stream = 'district/d004'"
    )
    worker = issuer(bulletins)
    assert worker.issue_once() == []

    connection.execute(
        "UPDATE positions SET parked_at = NULL, parked_version = NULL, parked_kind = NULL, parked_reason = NULL"
    )

    assert len(worker.issue_once()) == 3


def test_what_fell_due_but_is_not_decided_yet_is_waited_for(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    """A department that catches up after a long time has late instants before its milestones have all been folded."""
    connection.execute("UPDATE obligations SET due_passed_at = NULL WHERE department = 'd001' AND period = '2014-W13'")

    issuer(bulletins).issue_once()

    assert issued(connection) == [(1, "2014-01"), (2, "2014-02")]


def test_history_is_not_told_of_by_itself(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str], order: Order
) -> None:
    # given departments whose first months were imported, and one that is being imported still
    connection.execute("UPDATE department_spans SET live_at = '2014-02-10T00:00Z'")
    connection.execute("UPDATE department_spans SET live = false, live_at = NULL WHERE department = 'd005'")

    issuer(bulletins).issue_once()

    assert issued(connection) == [(1, "2014-02"), (2, "2014-03")]
    assert order("2014-01")["number"] == 3


def test_what_an_operator_has_issued_is_not_issued_again(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str], order: Order
) -> None:
    order("2014-02")

    issuer(bulletins).issue_once()

    assert issued(connection) == [(1, "2014-02"), (2, "2014-01"), (3, "2014-03")]


def test_nothing_is_looked_at_again_until_something_has_changed(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    worker = issuer(bulletins)
    worker.issue_once()
    connection.execute("UPDATE periods SET closed_at = '2014-04-30T16:00Z' WHERE period = '2014-04'")
    for department in live:
        connection.execute(
            "UPDATE positions SET recorded_at = '2014-05-02T00:00Z' WHERE stream = %s", (f"district/{department}",)
        )
    connection.execute("UPDATE obligations SET due_passed_at = due_at")
    assert worker.issue_once() == []

    move(connection, "d001", "2014-05-02T00:00Z")

    assert [one.period for one in worker.issue_once()] == ["2014-04"]


def test_the_process_goes_on_until_it_is_stopped(
    bulletins: Bulletins, connection: Connection[TupleRow], live: list[str]
) -> None:
    stop = threading.Event()
    threads = [threading.Thread(target=keep_issuing, args=(issuer(bulletins), stop, 0.05)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        wait_for("the issues", lambda: len(issued(connection)) == 3, seconds=SECONDS_MAX)
    finally:
        stop.set()
        for thread in threads:
            thread.join(SECONDS_MAX)
    assert len(read(connection, STREAM)) == 3


def move(connection: Connection[TupleRow], department: str, recorded_at: str) -> None:
    """Let the last event that was folded be of an instant."""
    connection.execute(
        "UPDATE positions SET recorded_at = %s, version = version + 1 WHERE stream = %s",
        (recorded_at, f"district/{department}"),
    )
