import threading
from collections.abc import Sequence

import pytest

from shared.messaging import Backoff, MemoryBroker, NotNow, Record, run_consumer

TOPIC = "department-events"


def sent(*values: bytes) -> MemoryBroker:
    broker = MemoryBroker({TOPIC: 1})
    producer = broker.producer()
    for value in values:
        producer.send(TOPIC, "org/a", value)
    producer.flush()
    return broker


def test_a_batch_put_back_is_told_with_its_reason() -> None:
    broker, stop, told = sent(b"1", b"2"), threading.Event(), list[tuple[int, str]]()

    def handle(records: Sequence[Record]) -> None:
        if not told:
            raise NotNow("the scheme has not arrived")
        stop.set()

    run_consumer(
        broker.source("scoring", [TOPIC]),
        handle,
        stop,
        on_not_now=lambda records, reason: told.append((records, reason)),
        backoff=Backoff(first_s=0.001),
    )

    assert told == [(2, "the scheme has not arrived")]


def test_a_handler_that_fails_ends_the_loop_and_its_batch_comes_again() -> None:
    broker, stop = sent(b"1"), threading.Event()

    def fail(_: Sequence[Record]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_consumer(broker.source("scoring", [TOPIC]), fail, stop)

    source = broker.source("scoring", [TOPIC])
    source.start(lambda _: None)
    assert [record.value for record in source.poll(100, 10)] == [b"1"]


def test_a_handler_gets_no_more_records_at_once_than_was_asked_for() -> None:
    broker, stop, sizes = sent(*(b"x" for _ in range(10))), threading.Event(), list[int]()

    def handle(records: Sequence[Record]) -> None:
        sizes.append(len(records))
        if sum(sizes) == 10:
            stop.set()

    run_consumer(broker.source("scoring", [TOPIC]), handle, stop, records_max=4)

    assert sizes == [4, 4, 2]


def test_the_waits_double_up_to_a_limit() -> None:
    backoff = Backoff(first_s=0.1, last_s=0.5)
    assert [backoff.delay_s(attempt) for attempt in (1, 2, 3, 4, 5, 5000)] == [0.1, 0.2, 0.4, 0.5, 0.5, 0.5]
