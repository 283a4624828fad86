"""The records of department-events as the projector wants them: committed when stored, and once more on request."""

import time

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.application.ports import StoreAway
from services.scoring.application.projector import Projector
from shared.contracts.department_events import TOPIC
from shared.messaging import Assignment, AssignmentChanged, NotNow, Partition, Record, Source
from shared.operations import logging

COMMIT_OVERDUE_S = 5.0
"""After so long a busy consumer waits for its last batch, so that its offsets can be committed."""
REQUESTS_EVERY_S = 1.0

log = logging.get(__name__)


class ProjectionSource:
    """Implements Source on another one.

    The projector returns from a batch before it is stored. Until it is, nothing is committed: a crash, or a batch that
    could not be stored, brings all records since the last commit again; known ones are dropped by their versions.
    """

    def __init__(self, source: Source, projector: Projector, departments: PostgresDepartments) -> None:
        self._source = source
        self._projector = projector
        self._departments = departments
        self._handled_since: float | None = None
        self._requests_at = 0.0

    def start(self, on_assignment_changed: AssignmentChanged) -> None:
        def changed(assignment: Assignment) -> None:
            self._projector.lose(partition.number for partition in assignment.lost)
            on_assignment_changed(assignment)

        self._source.start(changed)

    def poll(self, timeout_ms: int, records_max: int) -> list[Record]:
        self._commit_when_stored()
        now = time.monotonic()
        if now >= self._requests_at:
            self._requests_at = now + REQUESTS_EVERY_S
            self._follow_requests()
        return self._source.poll(timeout_ms, records_max)

    def commit(self) -> None:
        if self._handled_since is None:
            self._handled_since = time.monotonic()

    def rewind(self) -> None:
        self._handled_since = None
        self._source.rewind()

    def seek(self, topic: str, partition: int, offset: int) -> None:
        self._source.seek(topic, partition, offset)

    def assignment(self) -> frozenset[Partition]:
        return self._source.assignment()

    def lag(self) -> dict[Partition, int]:
        return self._source.lag()

    def close(self) -> None:
        self._commit()
        self._source.close()

    def _commit_when_stored(self) -> None:
        if self._handled_since is None:
            return
        overdue = time.monotonic() > self._handled_since + COMMIT_OVERDUE_S
        if overdue or self._projector.settled():
            self._commit()

    def _commit(self) -> None:
        if self._handled_since is None:
            return
        try:
            self._projector.settle()
        except NotNow as refusal:
            log.warning("consumer.put_back", topic=TOPIC, reason=refusal.reason)
            self.rewind()
        else:
            self._handled_since = None
            self._source.commit()

    def _follow_requests(self) -> None:
        """Go back to the records of parked departments that an operator wants to be tried again."""
        try:
            requests = self._departments.resume_requests()
        except StoreAway:
            return  # the next batch says so, and this is asked again
        mine = {partition.number for partition in self._source.assignment()}
        earliest: dict[int, int] = {}
        for stream, partition, offset in requests:
            if partition in mine and self._projector.resume(stream):
                earliest[partition] = min(offset, earliest.get(partition, offset))
        if earliest:
            self._commit()
        for partition, offset in earliest.items():
            log.info("consumer.went_back", topic=TOPIC, partition=partition, offset=offset)
            self._source.seek(TOPIC, partition, offset)
