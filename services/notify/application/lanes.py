"""Who is sent to next: one lane an endpoint, so that those that hang do not hold up those that answer.

A lane may have as many messages on the way as its window says: one until the endpoint has answered well, one more after
each success, one again after a failure. Endpoints that have not proved themselves share half of the threads.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

WINDOW_MAX = 8
"""Messages on the way to one endpoint at once."""
LANE_QUEUE_LOW = 32
"""While a lane has so many messages in its queue, no further ones are claimed for it."""

J = TypeVar("J")


@dataclass(slots=True, eq=False)
class _Lane(Generic[J]):
    endpoint: Hashable
    queue: deque[J] = field(default_factory=deque)
    on_the_way: int = 0
    window: int = 1
    proven: bool = False
    paused_until: float = 0.0
    listed: bool = False
    """Stands in one of the two queues of lanes that may go on."""


class Lanes(Generic[J]):
    """Messages waiting in memory to be sent, by endpoint. Safe to use from several threads.

    ``clock`` is monotonic, in seconds.
    """

    def __init__(self, threads: int, clock: Callable[[], float]) -> None:
        self._unproven_max = max(1, threads // 2)
        self._clock = clock
        self._lanes: dict[Hashable, _Lane[J]] = {}
        self._ready: deque[_Lane[J]] = deque()
        self._ready_unproven: deque[_Lane[J]] = deque()
        self._unproven_on_the_way = 0
        self._queued = 0
        self._idle = 0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def queued(self) -> int:
        """Messages taken in and not on the way yet."""
        return self._queued

    def add(self, endpoint: Hashable, job: J) -> None:
        with self._changed:
            lane = self._lanes.get(endpoint)
            if lane is None:
                lane = self._lanes[endpoint] = _Lane(endpoint)
            lane.queue.append(job)
            self._queued += 1
            self._list(lane)
            self._wake_one()

    def take(self) -> tuple[Hashable, J] | None:
        """Wait for a message that may be sent now; None when the lanes are closed. Follow it up with ``done``."""
        with self._changed:
            while not self._closed:
                lane = self._next()
                if lane is not None:
                    job = self._start(lane)
                    self._wake_one()
                    return lane.endpoint, job
                self._idle += 1
                self._changed.wait()
                self._idle -= 1
        return None

    def done(self, endpoint: Hashable, *, answered_well: bool | None, pause_s: float = 0.0) -> None:
        """A message taken was sent, well or not; None says that it was not sent after all.

        ``pause_s`` is for how long the endpoint asked to be left alone: until then nothing further is sent to it.
        """
        with self._changed:
            lane = self._lanes[endpoint]
            if not lane.proven:
                self._unproven_on_the_way -= 1
            lane.on_the_way -= 1
            if answered_well is not None:
                self._judge(lane, answered_well)
            if pause_s > 0:
                lane.paused_until = max(lane.paused_until, self._clock() + pause_s)
            self._list(lane)
            if answered_well is None or len(self._ready) + len(self._ready_unproven) > 1:
                self._wake_one()  # otherwise the caller, who asks for more right away, takes what there is

    def is_busy(self, endpoint: Hashable) -> bool:
        """Has the endpoint enough to do, or is it left alone, so that nothing further is claimed for it?"""
        with self._changed:
            lane = self._lanes.get(endpoint)
            return lane is not None and (len(lane.queue) >= LANE_QUEUE_LOW or lane.paused_until > self._clock())

    def wake_paused(self) -> None:
        """Called now and then: lanes whose pause is over go on."""
        with self._changed:
            for lane in self._lanes.values():
                self._list(lane)
            self._changed.notify_all()

    def close(self) -> list[J]:
        """From now on nothing is taken; returns what was not sent."""
        with self._changed:
            self._closed = True
            left = [job for lane in self._lanes.values() for job in lane.queue]
            for lane in self._lanes.values():
                lane.queue.clear()
            self._queued = 0
            self._changed.notify_all()
        return left

    def _wake_one(self) -> None:
        """Each that is woken wakes the next one, as long as there is something to take."""
        if self._idle and (self._ready or self._ready_unproven):
            self._changed.notify()

    def _next(self) -> _Lane[J] | None:
        while self._ready:
            lane = self._unlisted(self._ready)
            if lane.proven and self._may_go(lane):
                return lane
            self._list(lane)
        while self._ready_unproven and self._unproven_on_the_way < self._unproven_max:
            lane = self._unlisted(self._ready_unproven)
            if self._may_go(lane):
                return lane
        return None

    def _start(self, lane: _Lane[J]) -> J:
        job = lane.queue.popleft()
        self._queued -= 1
        lane.on_the_way += 1
        if not lane.proven:
            self._unproven_on_the_way += 1
        self._list(lane)
        return job

    def _judge(self, lane: _Lane[J], answered_well: bool) -> None:
        if lane.proven and not answered_well:
            self._unproven_on_the_way += lane.on_the_way
        elif answered_well and not lane.proven:
            self._unproven_on_the_way -= lane.on_the_way
        lane.proven = answered_well
        lane.window = min(lane.window + 1, WINDOW_MAX) if answered_well else 1

    def _may_go(self, lane: _Lane[J]) -> bool:
        return bool(lane.queue) and lane.on_the_way < lane.window and lane.paused_until <= self._clock()

    def _list(self, lane: _Lane[J]) -> None:
        if not lane.listed and self._may_go(lane):
            lane.listed = True
            (self._ready if lane.proven else self._ready_unproven).append(lane)

    @staticmethod
    def _unlisted(lanes: "deque[_Lane[J]]") -> "_Lane[J]":
        lane = lanes.popleft()
        lane.listed = False
        return lane
