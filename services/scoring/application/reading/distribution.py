"""How a year's work is spread over its months, of each department and of all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.scoring.application.reading.questions import Asked, Misasked, Question, known_periods, one_of, resolve
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.distribution import MonthsShare, distributed, together
from shared.schemes.model import Measure, Scheme

YEAR_MIN = 1900
YEAR_MAX = 2998


@dataclass(frozen=True, slots=True)
class DepartmentsYear:
    department: str
    title: str
    group: str | None
    months: Sequence[MonthsShare]


@dataclass(frozen=True, slots=True)
class Distribution:
    question: Question
    year: int
    measure: Measure
    together: Sequence[MonthsShare]
    departments: Sequence[DepartmentsYear]
    """By name; those that have a card in the calendar's latest period, and did anything in the year."""


def read_distribution(
    snapshot: Snapshot, asked: Asked, year: int | None, measure: str | None, department: str | None = None
) -> Distribution:
    """Of the measure asked for, or of what the first quota wants. Raises Misasked and NothingScored.

    The year is that of the latest period unless it is named.
    """
    question = resolve(snapshot, asked)
    of = _measure(question.scheme, measure)
    latest = known_periods(snapshot, question, 1)
    chosen = (
        year if year is not None else latest[0].period.first.year if latest else question.scheme.effective_from.year
    )
    first, end = date(chosen, 1, 1), date(chosen + 1, 1, 1)
    amounts = snapshot.by_month(question.scope, of.name, first, end, department)
    members = snapshot.members(question.scope, [known.period for known in latest], persons=False, department=department)
    departments = [
        DepartmentsYear(
            member.subject.name, member.title, member.group, distributed(amounts.get(member.subject.name, {}))
        )
        for found in members.values()
        for member in found
        if member.subject.name in amounts
    ]
    return Distribution(question, chosen, of, distributed(together(amounts.values())), departments)


def _measure(scheme: Scheme, name: str | None) -> Measure:
    if name is not None:
        if name not in scheme.measures:
            raise Misasked("measure", one_of("measure", name, scheme.measures))
        return scheme.measures[name]
    if not scheme.measures:
        raise Misasked("measure", f'scheme "{scheme.name}" measures nothing')
    owed = next(iter(scheme.quotas.values()), None)
    return scheme.measures[owed.measure] if owed is not None else next(iter(scheme.measures.values()))
