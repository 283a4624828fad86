"""Why a number is what it is: the formula, the same with its values, and the ledger entries behind each value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.fetched import FetchedBook
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import LedgerEntry, LedgerPlace
from services.scoring.application.reading.store import LedgerFilter, Snapshot
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.explaining import ExplainedLine, explained
from shared.calendars import Period
from shared.schemes.model import Measure, Scheme

ENTRIES_SHOWN_MAX = 50
"""Of one measure in an explanation; the ledger has the rest."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the entries behind a measure's amount."""

    entries: tuple[LedgerEntry, ...] = ()
    total: int = 0
    more_after: LedgerPlace | None = None


@dataclass(frozen=True, slots=True)
class ExplainedMeasure:
    measure: Measure
    amount: Decimal
    behind: Behind


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line; the other lines and the measures it stands on, each once, however often it is used."""

    line: ExplainedLine
    lines: tuple[ExplainedLine, ...]
    measures: tuple[ExplainedMeasure, ...]


def explain(
    snapshot: Snapshot, question: Question, scheme: Scheme, period: Period, card: Card, line: str, book: FetchedBook
) -> Explanation:
    """The explanation of a line of a card, from the book of what it stands on."""
    columns = Columns(book)
    frame = columns.frame(card.subject.kind, period)
    member = next(each for each in frame.members if each.subject == card.subject)
    found = explained(book, columns, period, member, line)
    behind = _entries_behind(snapshot, question, period, card, found.amounts)
    measures = tuple(
        ExplainedMeasure(scheme.measures[name], amount, behind.get(name, Behind()))
        for name, amount in found.amounts.items()
    )
    return Explanation(found.line, found.lines, measures)


def _entries_behind(
    snapshot: Snapshot, question: Question, period: Period, card: Card, measures: Iterable[str]
) -> dict[str, Behind]:
    """Of groups and the organisation none are listed: they are the sums of their departments'."""
    scope = question.scope
    if card.subject.kind not in ("department", "person"):
        return {}
    chosen = LedgerFilter(
        scope.organisation,
        scheme=scope.scheme,
        department=card.department,
        person=card.person or "",
        first=period.first,
        end=period.end,
        as_of=scope.as_of,
    )
    counted = snapshot.count_entries(chosen)
    found = {}
    for measure in measures:
        if counted.get(measure):
            entries = snapshot.entries(replace(chosen, measure=measure), None, ENTRIES_SHOWN_MAX)
            more = entries[-1].place if counted[measure] > len(entries) else None
            found[measure] = Behind(tuple(entries), counted[measure], more)
    return found
