"""Who is sent to next."""

import threading
from typing import Any

from services.notify.application.lanes import LANE_QUEUE_LOW, WINDOW_MAX, Lanes


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lanes_with(threads: int = 8, **messages: int) -> tuple[Lanes[str], Clock]:
    clock = Clock()
    lanes: Lanes[str] = Lanes(threads, clock)
    for endpoint, count in messages.items():
        for number in range(count):
            lanes.add(endpoint, f"{endpoint}-{number}")
    return lanes, clock


def taken_without_waiting(lanes: Lanes[str]) -> list[Any]:
    """Everything that may be sent at this moment."""
    taken: list[Any] = []
    ready = threading.Event()

    def take() -> None:
        while (one := lanes.take()) is not None:
            taken.append(one[1])
        ready.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    before = -1
    while before != len(taken):
        before = len(taken)
        thread.join(0.02)
    lanes.close()
    assert ready.wait(1)
    return taken


def test_an_unproven_endpoint_is_sent_one_message_at_a_time() -> None:
    lanes, _ = lanes_with(a=3)

    assert taken_without_waiting(lanes) == ["a-0"]


def test_each_success_widens_the_window() -> None:
    lanes, _ = lanes_with(a=20)
    for _ in range(3):
        lanes.take()
        lanes.done("a", answered_well=True)

    assert taken_without_waiting(lanes) == ["a-3", "a-4", "a-5", "a-6"]


def test_the_window_has_a_limit() -> None:
    lanes, _ = lanes_with(a=60)
    for _ in range(20):
        lanes.take()
        lanes.done("a", answered_well=True)

    assert len(taken_without_waiting(lanes)) == WINDOW_MAX


def test_a_failure_closes_the_window_to_one() -> None:
    lanes, _ = lanes_with(a=20)
    for good in (True, True, True, False):
        lanes.take()
        lanes.done("a", answered_well=good)

    assert taken_without_waiting(lanes) == ["a-4"]


def test_endpoints_take_turns() -> None:
    lanes, _ = lanes_with(a=2, b=2, c=2)

    assert taken_without_waiting(lanes) == ["a-0", "b-0", "c-0"]


def test_unproven_endpoints_hold_half_of_the_threads_at_most() -> None:
    lanes, _ = lanes_with(threads=4, a=1, b=1, c=1, d=1)

    assert taken_without_waiting(lanes) == ["a-0", "b-0"]


def test_hanging_endpoints_leave_the_proven_ones_alone() -> None:
    lanes, _ = lanes_with(threads=4, good=3)
    lanes.take()
    lanes.done("good", answered_well=True)
    for endpoint in ("hang1", "hang2", "hang3"):
        lanes.add(endpoint, endpoint)

    assert sorted(taken_without_waiting(lanes)) == ["good-1", "good-2", "hang1", "hang2"]


def test_an_endpoint_that_asked_for_it_is_left_alone_for_a_while() -> None:
    lanes, clock = lanes_with(a=2)
    lanes.take()
    lanes.done("a", answered_well=False, pause_s=30)
    assert lanes.is_busy("a")

    clock.now = 31
    lanes.wake_paused()

    assert not lanes.is_busy("a")
    assert taken_without_waiting(lanes) == ["a-1"]


def test_a_paused_endpoint_is_sent_nothing() -> None:
    lanes, _ = lanes_with(a=2)
    lanes.take()
    lanes.done("a", answered_well=False, pause_s=30)

    assert taken_without_waiting(lanes) == []


def test_an_endpoint_with_enough_in_its_queue_is_busy() -> None:
    lanes, _ = lanes_with(a=LANE_QUEUE_LOW, b=1)

    assert lanes.is_busy("a")
    assert not lanes.is_busy("b")


def test_closing_gives_back_what_was_not_sent() -> None:
    lanes, _ = lanes_with(a=3)
    lanes.take()

    assert lanes.close() == ["a-1", "a-2"]
    assert lanes.take() is None
    lanes.done("a", answered_well=True)
