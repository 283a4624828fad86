"""The port to what is stored: one consistent look at the scoring database."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from services.scoring.application.reading.questions import SchemesAndPeriods, Scope
from services.scoring.application.reading.records import (
    Adoptions,
    Amounts,
    Change,
    ChangePlace,
    DescribedItem,
    Health,
    LedgerEntry,
    LedgerPlace,
    ObligationPlace,
    ObligationRecord,
    Owed,
    ParkedDepartment,
    PeriodKey,
)
from services.scoring.application.reading.remembering import Read, Whole
from services.scoring.domain.cards.book import FigureState, Member
from shared.calendars import Period
from shared.schemes.model import Scheme, SubjectKind


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which entries of the ledger; None leaves a field open. ``end`` is exclusive, ``as_of`` inclusive."""

    organisation: str
    scheme: str | None = None
    department: str | None = None
    person: str | None = None
    """Of one person; empty for what is the departments' own."""
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
    person: str | None = None
    """Of one person; empty for what is the departments' own."""
    quota: str | None = None
    calendar: str | None = None
    period: str | None = None
    state: FigureState | None = None
    subject: SubjectKind | None = None
    """Who owes it."""
    as_of: datetime | None = None


class Snapshot(SchemesAndPeriods, Protocol):
    """Everything read through one snapshot belongs to the same instant. With ``as_of``, to that earlier one."""

    def recall(self, scope: Scope, asked: Hashable, read: Read) -> Whole:
        """What follows from the departments as they stand, from memory or from ``read``; never of earlier instants.

        ``asked`` says all else that it depends on.
        """
        ...

    def revision(self, organisation: str) -> str:
        """A short text that changes whenever anything that can be read of the organisation changes. Cheap."""
        ...

    def health(self, organisation: str) -> Health: ...

    def departments(self, organisation: str) -> Sequence[str]:
        """All that scores were ever kept of, by name."""
        ...

    def groups(self, organisation: str) -> Sequence[str]:
        """All that a department was ever in, by name."""
        ...

    def scheme(self, organisation: str, scheme: str, version: int) -> Scheme: ...

    def closings(self, scope: Scope) -> Mapping[str, date]:
        """The last days that operators have given to open calendars, by calendar."""
        ...

    def members(
        self, scope: Scope, periods: Collection[Period], *, persons: bool, department: str | None = None
    ) -> Mapping[PeriodKey, list[Member]]:
        """The departments (or only this one) that have a card, by name; with ``persons``, theirs behind them."""
        ...

    def amounts(
        self,
        scope: Scope,
        earning: Mapping[Period, Collection[str]],
        *,
        persons: bool,
        department: str | None = None,
    ) -> Amounts:
        """What every department (or only this one) has earned under each period's measures; with ``persons``, also
        every person."""
        ...

    def obligations(
        self,
        scope: Scope,
        periods: Collection[Period],
        quotas: Collection[str] | None = None,
        department: str | None = None,
    ) -> Mapping[PeriodKey, Mapping[str, Owed]]:
        """By department, what it and its persons owe; of all quotas unless named. Who owes nothing may be missing."""
        ...

    def joint_obligations(self, scope: Scope, periods: Sequence[Period]) -> Mapping[PeriodKey, Owed]:
        """What groups and the organisation owe, as it has been judged; of each of the periods."""
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
        """By due instant, the latest first.

        What is owed together is among them unless one department or person is asked for.
        """
        ...

    def adoptions(
        self, scope: Scope, period: Period, counting: Collection[str], adopting: Collection[str]
    ) -> list[Adoptions]:
        """By department, and by measure of those that count items in the period: how many of the items were adopted."""
        ...

    def by_month(
        self, scope: Scope, measure: str, first: date, end: date, department: str | None = None
    ) -> Mapping[str, Mapping[int, Decimal]]:
        """By department: what it earned in each month of a year; nothing where there is nothing."""
        ...

    def changes(
        self,
        scope: Scope,
        department: str,
        since: datetime,
        period: Period | None,
        after: ChangePlace | None,
        limit: int,
    ) -> list[Change]:
        """What was recorded of a department later than ``since``, in the order of its stream.

        With ``period``, only what touches it.
        """
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
