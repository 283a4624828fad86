"""The book of figures that lines are computed from, fetched with a handful of queries whatever the number of cards."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from services.scoring.application.reading.questions import Question, closed
from services.scoring.application.reading.records import Amounts, Owed, PeriodKey
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from services.scoring.domain.cards.needs import Needs, needs
from shared.calendars import Period
from shared.schemes.model import Scheme

SchemeOf = Callable[[int], Scheme]
"""The scheme by the version that a period belongs to."""

OwedIn = Mapping[PeriodKey, Mapping[str, Owed]]
"""By department."""

_NOTHING = Decimal(0)
_NOBODY: Mapping[Subject, Decimal] = {}
_NOBODY_OWES: Mapping[str, Owed] = {}


@dataclass(frozen=True, slots=True)
class FetchedBook:
    """A ``Book``: it knows what was fetched, and nothing else."""

    scheme_of: SchemeOf
    members_of: Mapping[PeriodKey, Sequence[Member]]
    amounts: Amounts
    owed: OwedIn

    def of(self, departments: Collection[str]) -> "FetchedBook":
        """The same of these departments alone."""
        chosen = frozenset(departments)
        members = {
            key: [member for member in found if member.subject.home in chosen] for key, found in self.members_of.items()
        }
        return replace(self, members_of=members)

    def scheme(self, version: int) -> Scheme:
        return self.scheme_of(version)

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        return self.members_of.get((calendar, period), ())

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterable[Decimal]:
        amount = self.amounts.get((calendar, period, measure), _NOBODY).get
        return [amount(subject, _NOTHING) for subject in subjects]

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        owed = self.owed.get((calendar, period), _NOBODY_OWES).get(subject.department or subject.name)
        return () if owed is None else owed.figures.get((subject, quota), ())


def fetch(
    snapshot: Snapshot,
    question: Question,
    periods: Iterable[Period],
    lines: Collection[str] | None = None,
    department: str | None = None,
    owed: OwedIn = MappingProxyType({}),
) -> FetchedBook:
    """All that the cards of these periods stand on; with ``lines``, those lines alone.

    With ``department``, of that department alone, unless its lines stand on those of others. ``owed`` are obligations
    of all quotas that have been read already, by their periods. Raises TooLarge.
    """
    needed = needs(versions(snapshot, question), question.calendar.name, periods, question.kind, lines)
    if needed.across and department is not None:
        department, owed = None, MappingProxyType({})
    return fetch_needed(snapshot, question, needed, department, owed)


def fetch_needed(
    snapshot: Snapshot,
    question: Question,
    needed: Needs,
    department: str | None = None,
    owed: OwedIn = MappingProxyType({}),
) -> FetchedBook:
    """As ``fetch``, where it is known what is needed."""
    scope, needed = question.scope, _in_one_cut(snapshot, question, needed)
    earned: Amounts = {}
    if needed.earning:
        earned = snapshot.amounts(scope, needed.earning, persons=needed.persons, department=department)
    owing = [period for period in needed.owing if (period.calendar, period.id) not in owed]
    further: OwedIn = snapshot.obligations(scope, owing, needed.quotas, department) if owing else {}
    return FetchedBook(
        scheme_of=scheme_of(snapshot, question),
        members_of=snapshot.members(scope, needed.periods, persons=needed.persons, department=department),
        amounts=earned,
        owed={**owed, **further},
    )


def _in_one_cut(snapshot: Snapshot, question: Question, needed: Needs) -> Needs:
    """Versions may cut a listed period differently under one name: then it is the one that has opened."""
    cuts: dict[PeriodKey, set[Period]] = {}
    for period in needed.periods | needed.earning.keys() | needed.owing:
        cuts.setdefault((period.calendar, period.id), set()).add(period)
    doubled = {key: found for key, found in cuts.items() if len(found) > 1}
    if not doubled:
        return needed
    chosen = {key: max(found, key=lambda period: (period.end, period.first)) for key, found in doubled.items()}
    for calendar in {calendar for calendar, _ in doubled}:
        names = [id for of, id in doubled if of == calendar]
        scope = replace(question.scope, calendar=calendar)
        for known in snapshot.named_periods(scope, names, at_most=len(names)):
            chosen[calendar, known.period.id] = known.period

    def one(period: Period) -> Period:
        return chosen.get((period.calendar, period.id), period)

    earning: dict[Period, frozenset[str]] = {}
    for period, measures in needed.earning.items():
        earning[one(period)] = earning.get(one(period), frozenset()) | measures
    return replace(
        needed,
        periods=frozenset(map(one, needed.periods)),
        earning=earning,
        owing=frozenset(map(one, needed.owing)),
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
