"""What bulletins need of the database beside the readings, and what can be in the way of an issue."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.scoring.application.reading.questions import Scope
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.bulletins import Document, Progress


class AlreadyIssued(Exception):
    """There is an issue that tells of the period; there is never a second one."""

    def __init__(self, issued: "Issued") -> None:
        super().__init__(f"{issued.period} was told of by number {issued.number}, issue {issued.issue}")
        self.issued = issued


class StillRunning(Exception):
    """The period has not ended for all departments. Its text says when it can be told of."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An issue without its document, as lists show it."""

    issue: UUID
    organisation: str
    scheme: str
    bulletin: str
    number: int
    title: str
    calendar: str
    period: str
    issued_at: datetime
    automatic: bool
    digest: str
    """SHA-256 of the document's bytes, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class StoredIssue:
    issued: Issued
    raw: bytes
    """The document's JSON exactly as it was frozen."""
    document: Document


@dataclass(frozen=True, slots=True)
class Origin:
    """On whose behalf an issue is made, and on the way of which request."""

    actor: str
    correlation_id: str


class Look(Snapshot, Protocol):
    """A snapshot that also tells how far everything has been folded in it."""

    def organisations(self) -> list[str]: ...

    def organisation_title(self, organisation: str) -> str: ...

    def folded(self, organisation: str) -> Mapping[str, int]:
        """By department, the version of its stream."""
        ...

    def progress(self, scope: Scope, periods: Collection[str]) -> Mapping[str, Sequence[Progress]]:
        """By period of the scope's calendar: of every department that has a card for it, how far it is."""
        ...


class Looks(Protocol):
    def look(self) -> AbstractContextManager[Look]:
        """Takes a connection for as long as it is open. Raises StoreUnavailable."""
        ...


class Issues(Protocol):
    """The issues within one transaction, and with it the event that tells of a new one."""

    def begin(self, organisation: str) -> datetime:
        """Wait until nobody else makes an issue of this organisation, and keep them waiting until the transaction ends.

        Gives the present instant.
        """
        ...

    def of_period(self, organisation: str, scheme: str, bulletin: str, period: str) -> Issued | None: ...

    def latest(self, organisation: str, scheme: str, bulletin: str, limit: int) -> list[Document]:
        """The last ones, the newest first."""
        ...

    def put(self, document: Document, origin: Origin) -> Issued:
        """Store an issue and the event of it, which is published when the transaction has ended."""
        ...


class IssueBook(Protocol):
    """Where transactions come from."""

    def transaction(self) -> AbstractContextManager[Issues]: ...

    def periods_issued(self, organisation: str, scheme: str, bulletin: str) -> frozenset[str]: ...
