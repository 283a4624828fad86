"""A what-if keeps out of the way: it waits while live consumers lag, and ends when nobody wants it any more."""

import threading
from uuid import UUID

import pytest

from services.scoring.application.what_ifs.pace import LAG_MAX, REPORT_EVERY_S, Pace, Stopping, Unwanted, part
from services.scoring.application.what_ifs.ports import Unanswerable

ID = UUID(int=1)


class Kept:
    """The one method of WhatIfs that a pace asks."""

    def __init__(self) -> None:
        self.wanted = True
        self.told: list[float] = []

    def keep(self, id: UUID, progress: float) -> bool:
        self.told.append(progress)
        return self.wanted


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def paced(kept: Kept, clock: Clock, lag: list[int], stop: threading.Event | None = None) -> Pace:
    """``lag`` is used up from its end; its first one lasts."""
    return Pace(
        kept,  # type: ignore[arg-type]
        ID,
        lambda: lag.pop() if len(lag) > 1 else lag[0],
        stop or threading.Event(),
        seconds_max=100,
        clock=clock,
    )


def test_it_reports_once_in_a_while() -> None:
    kept, clock = Kept(), Clock()
    pace = paced(kept, clock, [0])
    for number in range(10):
        pace.step(number / 10)
    clock.now = REPORT_EVERY_S
    pace.step(0.9)
    assert kept.told == [0.0, 0.9]


def test_it_waits_until_the_live_consumers_have_caught_up_and_says_that_it_lives() -> None:
    kept = Kept()
    paced(kept, Clock(), [0, LAG_MAX + 1, LAG_MAX + 2]).step(0.5)
    assert kept.told == [0.5] * 3


def test_it_ends_when_it_is_cancelled_also_while_it_waits() -> None:
    kept = Kept()
    pace = paced(kept, Clock(), [LAG_MAX + 1])
    kept.wanted = False
    with pytest.raises(Unwanted):
        pace.step(0.5)


def test_it_ends_when_the_process_is_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopping):
        paced(Kept(), Clock(), [0], stop).step(0.5)


def test_it_ends_when_it_has_taken_too_long() -> None:
    clock = Clock()
    pace = paced(Kept(), clock, [0])
    clock.now = 101
    with pytest.raises(Unanswerable, match="0:01:40"):
        pace.step(0.5)


def test_the_parts_of_the_work_follow_one_another() -> None:
    told: list[float] = []
    step = part(told.append, 0.2, 0.6)
    for progress in (0.0, 0.5, 1.0, 7.0):
        step(progress)
    assert told == pytest.approx([0.2, 0.4, 0.6, 0.6])
