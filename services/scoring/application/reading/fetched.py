"""The book of figures that lines are computed from, fetched with a handful of queries whatever the number of cards."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from services.scoring.application.reading.questions import Question, closed
from services.scoring.application.reading.records import Amounts, ObligationRecord, PeriodKey
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from services.scoring.domain.cards.needs import Needs, needs
from shared.calendars import Period
from shared.schemes.model import Scheme

SchemeOf = Callable[[int], Scheme]
"""The scheme by the version that a period belongs to."""

Owed = Mapping[PeriodKey, Sequence[ObligationRecord]]

_NOTHING = Decimal(0)
_NOBODY: Mapping[Subject, Decimal] = {}


@dataclass(frozen=True, slots=True)
class FetchedBook:
    """A ``Book``: it knows what was fetched, and nothing else."""

    scheme_of: SchemeOf
    members_of: Mapping[PeriodKey, Sequence[Member]]
    amounts: Amounts
    figures: Mapping[tuple[Subject, str, str, str], Sequence[QuotaFigure]]
    """By subject, quota, and the calendar and period that they belong to."""

    def scheme(self, version: int) -> Scheme:
        return self.scheme_of(version)

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        return self.members_of.get((calendar, period), ())

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterable[Decimal]:
        amount = self.amounts.get((calendar, period, measure), _NOBODY).get
        return [amount(subject, _NOTHING) for subject in subjects]

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        return self.figures.get((subject, quota, calendar, period), ())


def fetch(
    snapshot: Snapshot,
    question: Question,
    periods: Iterable[Period],
    lines: Collection[str] | None = None,
    department: str | None = None,
    owed: Owed = MappingProxyType({}),
) -> FetchedBook:
    """All that the cards of these periods stand on; with ``lines``, those lines alone.

    With ``department``, of that department alone, unless its lines stand on those of others. ``owed`` are obligations
    of all quotas that have been read already, by their periods. Raises TooLarge.
    """
    needed = needs(versions(snapshot, question), question.calendar.name, periods, question.kind, lines)
    return fetch_needed(snapshot, question, needed, None if needed.across else department, owed)


def fetch_needed(
    snapshot: Snapshot,
    question: Question,
    needed: Needs,
    department: str | None = None,
    owed: Owed = MappingProxyType({}),
) -> FetchedBook:
    """As ``fetch``, where it is known what is needed."""
    scope = question.scope
    earned: Amounts = {}
    if needed.earning:
        earned = snapshot.amounts(scope, needed.earning, persons=needed.persons, department=department)
    owing = [period for period in needed.owing if (period.calendar, period.id) not in owed]
    further: Owed = snapshot.obligations(scope, owing, needed.quotas, department) if owing else {}
    return FetchedBook(
        scheme_of=scheme_of(snapshot, question),
        members_of=snapshot.members(scope, needed.periods, persons=needed.persons, department=department),
        amounts=earned,
        figures=_figures({**owed, **further}, needed.quotas),
    )


def versions(snapshot: Snapshot, question: Question) -> list[Scheme]:
    """All versions of the question's scheme, with the calendars that had been closed by then."""
    of = scheme_of(snapshot, question)
    found = snapshot.schemes(question.scope.organisation)
    return [of(scheme.version) for scheme in found if scheme.name == question.scheme.name]


def scheme_of(snapshot: Snapshot, question: Question) -> SchemeOf:
    kept: dict[int, Scheme] = {}

    def find(version: int) -> Scheme:
        if version not in kept:
            found = snapshot.scheme(question.scope.organisation, question.scheme.name, version)
            kept[version] = closed(found, question.closings)
        return kept[version]

    return find


def _figures(owed: Owed, quotas: Collection[str]) -> Mapping[tuple[Subject, str, str, str], Sequence[QuotaFigure]]:
    found: dict[tuple[Subject, str, str, str], list[QuotaFigure]] = defaultdict(list)
    for (calendar, period), records in owed.items():
        for record in records:
            if record.quota in quotas:
                figure = record.figure()
                found[figure.subject, figure.quota, calendar, period].append(figure)
    return found
