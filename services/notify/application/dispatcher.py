"""The dispatcher: claims what is due, sends it from a number of threads, and records how it went in batches.

An outcome that is lost with the process is sent again when the lease ends, under the same ``webhook-id``.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from uuid import UUID

from services.notify.application.dispatching import Attempted, Claimed, DeliveryStore, Sender, webhook_headers
from services.notify.application.lanes import Lanes
from services.notify.domain.addresses import AddressRefused, WebhookAddress, read_address
from services.notify.domain.retries import Answer, NoAnswer, asked_wait, judge
from services.notify.domain.signature import key_of_secret, sign
from services.notify.domain.subscriptions import webhook_id
from shared.eventstore import StoreUnavailable
from shared.operations import logging, metrics

POLL_S = 0.05
"""Between looking for due deliveries while there are none."""
CLAIMED_MAX = 512
"""Deliveries claimed and not sent yet."""
CLAIMED_PER_SUBSCRIPTION_MAX = 64
RECORDED_AT_ONCE_MAX = 512
RECORD_AFTER_S = 0.02
"""For so long outcomes are collected before they are written: one transaction for many."""
HOUSEKEEPING_S = 5.0
PAUSE_S_MAX = 300.0
"""For how long an endpoint's Retry-After holds back its other messages; its own one waits as long as asked."""
AFTER_FAILURE_S = 1.0
"""Before the database is asked again."""

log = logging.get(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    threads: int
    attempt_s_max: float
    """No attempt takes longer, as its sender has promised."""
    shutdown_s_max: float = 20.0
    poll_s: float = POLL_S

    @property
    def lease(self) -> timedelta:
        """Long enough for a message to wait for its turn here and to be sent."""
        return timedelta(seconds=60 + 2 * self.attempt_s_max)


@dataclass(frozen=True, slots=True)
class _Job:
    claimed: Claimed
    address: WebhookAddress
    send_before: float
    """On the monotonic clock: begun later, an attempt might outlast the lease."""


class Dispatcher:
    """Runs until ``stop`` is set; several may run at the same time, in as many processes."""

    def __init__(
        self,
        store: DeliveryStore,
        sender: Sender,
        pace: Pace,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._sender = sender
        self._pace = pace
        self._jitter = jitter
        self._lanes: Lanes[_Job] = Lanes(pace.threads, time.monotonic)
        self._endpoints: dict[UUID, tuple[str, str, int]] = {}
        self._attempted: SimpleQueue[Attempted | None] = SimpleQueue()
        self._crashed: list[Exception] = []

    def run(self, stop: threading.Event) -> None:
        """Blocks until stopped; what is on the way is then finished, within the pace's limit.

        Raises what a thread of it raised: the process then ends, and its claims fall to others.
        """
        senders = [self._thread(f"sender-{number}", self._send_all, stop) for number in range(self._pace.threads)]
        recorder = self._thread("recorder", lambda: self._record_all(stop), stop)
        due = 0.0
        try:
            while not stop.is_set():
                if time.monotonic() >= due:
                    self._keep_house()
                    due = time.monotonic() + HOUSEKEEPING_S
                if not self._claim():
                    stop.wait(self._pace.poll_s)
        finally:
            self._finish(senders, recorder)
        if self._crashed:
            raise self._crashed[0]

    def _claim(self) -> int:
        """How many were claimed. What waits in the lanes is topped up, never more than CLAIMED_MAX."""
        room = CLAIMED_MAX - self._lanes.queued
        if room < CLAIMED_MAX // 4:
            return 0
        busy = [subscription for subscription, endpoint in self._endpoints.items() if self._lanes.is_busy(endpoint)]
        send_before = time.monotonic() + self._pace.lease.total_seconds() - self._pace.attempt_s_max
        try:
            claimed = self._store.claim(busy, CLAIMED_PER_SUBSCRIPTION_MAX, room, self._pace.lease)
        except StoreUnavailable as away:
            self._wait_for_store(away)
            return 0
        for each in claimed:
            self._enqueue(each, send_before)
        return len(claimed)

    def _enqueue(self, claimed: Claimed, send_before: float) -> None:
        try:
            address = read_address(claimed.address)
        except AddressRefused as refusal:
            self._conclude(claimed, NoAnswer(str(refusal)), 0)
            return
        self._endpoints[claimed.subscription] = address.origin
        self._lanes.add(address.origin, _Job(claimed, address, send_before))

    def _send_all(self) -> None:
        while (taken := self._lanes.take()) is not None:
            endpoint, job = taken
            if time.monotonic() > job.send_before:
                self._lanes.done(endpoint, answered_well=None)
                continue
            began = time.perf_counter()
            result = self._sender.send(job.address, _signed(job.claimed), job.claimed.message)
            elapsed_s = time.perf_counter() - began
            pause_s = min(asked_wait(result).total_seconds(), PAUSE_S_MAX)
            good = isinstance(result, Answer) and 200 <= result.status < 300
            self._conclude(job.claimed, result, elapsed_s)
            self._lanes.done(endpoint, answered_well=good, pause_s=pause_s)

    def _conclude(self, claimed: Claimed, result: Answer | NoAnswer, elapsed_s: float) -> None:
        at = datetime.now(UTC)
        verdict = judge(result, claimed.attempt, at, self._jitter())
        metrics.counter("tongbao_notify_deliveries_total").labels(verdict.outcome).inc()
        metrics.histogram("tongbao_notify_delivery_seconds").observe(elapsed_s)
        self._attempted.put(Attempted(claimed, at, round(elapsed_s * 1000), result, verdict))

    def _record_all(self, stop: threading.Event) -> None:
        """Until None is met in the queue."""
        while True:
            batch, at_end = self._next_batch(stop)
            while batch:
                try:
                    disabled = self._store.record(batch)
                    break
                except StoreUnavailable as away:
                    if stop.is_set():
                        log.error("dispatcher.outcomes_lost", attempts=len(batch), reason=str(away))
                        return
                    self._wait_for_store(away)
            if batch:
                _tell(batch, disabled)
            if at_end:
                return

    def _next_batch(self, stop: threading.Event) -> tuple[list[Attempted], bool]:
        batch: list[Attempted] = []
        first = self._attempted.get()
        if first is not None and not stop.is_set():
            time.sleep(RECORD_AFTER_S)
        while first is not None:
            batch.append(first)
            if len(batch) == RECORDED_AT_ONCE_MAX:
                return batch, False
            try:
                first = self._attempted.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _keep_house(self) -> None:
        self._lanes.wake_paused()
        self._sender.keep_house()
        try:
            self._store.give_up_orphans()
        except StoreUnavailable as away:
            self._wait_for_store(away)

    def _finish(self, senders: list[threading.Thread], recorder: threading.Thread) -> None:
        unsent = [job.claimed for job in self._lanes.close()]
        until = time.monotonic() + self._pace.shutdown_s_max
        for thread in senders:
            thread.join(max(0.0, until - time.monotonic()))
        self._sender.close()
        self._attempted.put(None)
        recorder.join(self._pace.shutdown_s_max)
        try:
            self._store.release(unsent)
        except StoreUnavailable as away:
            log.error("dispatcher.claims_kept", deliveries=len(unsent), reason=str(away))

    def _thread(self, name: str, work: Callable[[], None], stop: threading.Event) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except Exception as failure:  # noqa: BLE001 (raised again by run())
                self._crashed.append(failure)
                stop.set()

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def _wait_for_store(self, away: StoreUnavailable) -> None:
        log.warning("dispatcher.database_away", reason=str(away))
        time.sleep(AFTER_FAILURE_S)


def _signed(claimed: Claimed) -> tuple[tuple[str, str], ...]:
    identity, timestamp = webhook_id(claimed.delivery), int(time.time())
    return webhook_headers(
        identity, timestamp, sign(key_of_secret(claimed.secret), identity, timestamp, claimed.message)
    )


def _tell(batch: list[Attempted], disabled: list[UUID]) -> None:
    for each in batch:
        claimed = each.claimed
        log.info(
            "delivery.attempted",
            organisation=claimed.organisation,
            department=claimed.department,
            correlation_id=claimed.correlation_id,
            subscription=str(claimed.subscription),
            delivery=str(claimed.delivery),
            alert=str(claimed.alert) if claimed.alert else None,
            attempt=claimed.attempt,
            outcome=each.verdict.outcome,
            error=each.verdict.error,
            duration_ms=each.duration_ms,
        )
    for subscription in disabled:
        log.warning("subscription.disabled", subscription=str(subscription))
