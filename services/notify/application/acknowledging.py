"""Somebody says that an alert is known and looked after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notify.application.changes import Change
from services.notify.domain.alerts import AlertState, acknowledge, event_id
from services.notify.domain.subjects import AnyAlert, stream_of


class UnknownAlert(Exception):
    """There is no such alert among those that the caller may see."""


@dataclass(frozen=True, slots=True)
class LockedAlert:
    alert: AnyAlert
    state: AlertState
    historical: bool
    now: datetime
    """By the store's clock."""


class AcknowledgementStore(Protocol):
    """Within one transaction."""

    def locked(self, organisation: str, alert: UUID, department: str | None) -> LockedAlert | None:
        """The alert, locked until the transaction ends; with ``department`` only if it is this department's."""

    def record_one(self, change: Change) -> None:
        """Write the change with all that follows from it."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    organisation: str
    department: str | None
    """The only department of which the caller may see alerts; None: all."""
    alert: UUID
    acknowledged_by: str
    note: str
    correlation_id: str


def acknowledge_alert(wanted: Acknowledgement, store: AcknowledgementStore) -> None:
    """Acknowledge an open alert; one that is acknowledged stays as it is. Raises UnknownAlert, AlertAlreadyResolved."""
    found = store.locked(wanted.organisation, wanted.alert, wanted.department)
    if found is None:
        raise UnknownAlert("There is no such alert.")
    event = acknowledge(found.alert, found.state, wanted.acknowledged_by, found.now, wanted.note)
    if event is None:
        return
    identity = event_id(event, "by hand")
    actor, correlation_id = wanted.acknowledged_by, wanted.correlation_id
    store.record_one(
        Change(stream_of(found.alert.obligation), identity, event, found.historical, correlation_id, None, actor)
    )
