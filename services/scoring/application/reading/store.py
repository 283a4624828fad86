"""The port to what is stored: one consistent look at the scoring database."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.scoring.application.reading.questions import SchemesAndPeriods, Scope
from services.scoring.application.reading.records import (
    Amounts,
    DescribedItem,
    Health,
    LedgerEntry,
    LedgerPlace,
    Membership,
    ObligationPlace,
    ObligationRecord,
    ObligationState,
    ParkedDepartment,
    Window,
)
from shared.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which entries of the ledger; None leaves a field open. ``end`` is exclusive, ``as_of`` inclusive."""

    organisation: str
    scheme: str | None = None
    department: str | None = None
    measure: str | None = None
    item: str | None = None
    first: date | None = None
    end: date | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """Which obligations; None leaves a field open."""

    organisation: str
    scheme: str | None = None
    department: str | None = None
    quota: str | None = None
    calendar: str | None = None
    period: str | None = None
    state: ObligationState | None = None
    as_of: datetime | None = None


class Snapshot(SchemesAndPeriods, Protocol):
    """Everything read through one snapshot belongs to the same instant. With ``as_of``, to that earlier one."""

    def revision(self, organisation: str) -> str:
        """A short text that changes whenever anything that can be read of the organisation changes. Cheap."""
        ...

    def health(self, organisation: str) -> Health: ...

    def scheme(self, organisation: str, scheme: str, version: int) -> Scheme: ...

    def members(
        self, scope: Scope, periods: Sequence[str], department: str | None = None
    ) -> Mapping[str, list[Membership]]:
        """By period: the departments that have a card for it, by name; or only this one."""
        ...

    def amounts(
        self,
        scope: Scope,
        windows: Sequence[Window],
        measures: Sequence[str] | None = None,
        department: str | None = None,
    ) -> Mapping[str, Amounts]:
        """By period: what every department (or only this one) has earned; of all measures when none are named."""
        ...

    def obligations(
        self, scope: Scope, windows: Sequence[Window], department: str | None = None
    ) -> Mapping[str, list[ObligationRecord]]:
        """By period: the obligations whose own period is no longer and ends in it, in the order they fall due."""
        ...

    def entries(self, chosen: LedgerFilter, after: LedgerPlace | None, limit: int) -> list[LedgerEntry]:
        """In the order of department and stream."""
        ...

    def count_entries(self, chosen: LedgerFilter) -> Mapping[str, int]:
        """By measure: how many entries there are."""
        ...

    def list_obligations(
        self, chosen: ObligationFilter, after: ObligationPlace | None, limit: int
    ) -> list[ObligationRecord]:
        """By due instant, the latest first."""
        ...

    def parked(self, organisation: str, department: str | None = None) -> list[ParkedDepartment]: ...

    def item(self, organisation: str, department: str, item: str) -> DescribedItem | None: ...


class Readings(Protocol):
    """Where snapshots come from."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Takes a connection for as long as it is open; blocks until one is free. Raises StoreUnavailable."""
        ...

    def request_resumption(self, transaction: Any, organisation: str, department: str) -> ParkedDepartment | None:
        """Ask the fold, in the caller's transaction, to try a parked department again. None when it is not parked."""
        ...
