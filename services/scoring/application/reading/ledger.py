"""A department's ledger, page by page: of a measure in a period, or of one item."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.application.reading.questions import Asked, Question, resolve, resolve_period
from services.scoring.application.reading.records import DescribedItem, KnownPeriod, LedgerEntry, LedgerPlace
from services.scoring.application.reading.store import LedgerFilter, Snapshot

ENTRIES_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class DepartmentsLedger:
    question: Question
    department: str
    period: KnownPeriod | None
    measure: str | None
    person: str | None
    """Whose entries these are; None: the department's and those of its persons."""
    item: DescribedItem | None
    entries: Sequence[LedgerEntry]
    more_after: LedgerPlace | None
    continued: bool
    """Whether this page is not the first."""


def read_ledger(
    snapshot: Snapshot,
    asked: Asked,
    department: str,
    measure: str | None,
    item: str | None,
    after: LedgerPlace | None,
    person: str | None = None,
) -> DepartmentsLedger:
    """A page of the entries; of all periods unless one is asked for. Raises Misasked and NothingScored."""
    question = resolve(snapshot, asked)
    period = resolve_period(snapshot, question, asked.period) if asked.period is not None else None
    chosen = LedgerFilter(
        asked.organisation,
        scheme=question.scheme.name if item is None else None,
        department=department,
        person=person,
        measure=measure,
        item=item,
        first=period.period.first if period else None,
        end=period.period.end if period else None,
        as_of=question.scope.as_of,
    )
    entries = snapshot.entries(chosen, after, ENTRIES_A_PAGE + 1)
    page = entries[:ENTRIES_A_PAGE]
    return DepartmentsLedger(
        question=question,
        department=department,
        period=period,
        measure=measure,
        person=person,
        item=snapshot.item(asked.organisation, department, item) if item is not None else None,
        entries=page,
        more_after=page[-1].place if len(entries) > len(page) else None,
        continued=after is not None,
    )
