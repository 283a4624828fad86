"""Reporting rates of a period: by quota, by group and overall, and how many of the items were adopted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.fetched import fetch_needed, scheme_of
from services.scoring.application.reading.questions import Asked, Question, resolve, resolve_period
from services.scoring.application.reading.records import Adoptions, KnownPeriod
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.needs import Needs
from services.scoring.domain.cards.rates import QuotaReported, Reported, reported, share, total
from shared.calendars import Period
from shared.schemes.model import Quota, Scheme


@dataclass(frozen=True, slots=True)
class Rates:
    """What was owed and came, and of the items that came how many were adopted."""

    reported: Reported
    items: int
    adopted: int

    @property
    def adoption_rate(self) -> Decimal | None:
        return share(self.adopted, self.items)


@dataclass(frozen=True, slots=True)
class GroupsRates:
    group: str | None
    rates: Rates


@dataclass(frozen=True, slots=True)
class QuotasRates:
    quota: Quota
    overall: Rates
    groups: tuple[GroupsRates, ...]


@dataclass(frozen=True, slots=True)
class PeriodsRates:
    question: Question
    period: KnownPeriod
    scheme: Scheme
    overall: Rates
    groups: tuple[GroupsRates, ...]
    quotas: tuple[QuotasRates, ...]


def read_rates(
    snapshot: Snapshot, asked: Asked, group: str | None = None, department: str | None = None
) -> PeriodsRates:
    """Of all groups, or of one, or of one department alone. Raises Misasked and NothingScored.

    Of the quotas of persons, groups and the organisation too, which are owed in the same calendar.
    """
    question = resolve(snapshot, asked)
    known = resolve_period(snapshot, question, asked.period)
    scheme = scheme_of(snapshot, question)(known.scheme_version)
    book = fetch_needed(snapshot, question, _needed(scheme, known.period))
    columns = Columns(book)
    found = reported(book, columns, known.period, department)
    groups = {
        member.subject.name: member.group
        for member in columns.members(known.period.calendar, known.period.id)
        if member.subject.kind == "department"
    }
    counts = _Counts(_adoptions(snapshot, question, scheme, known.period), groups, department)
    names = [name for name in _groups(found, counts) if group in (None, name)]
    return PeriodsRates(
        question,
        known,
        scheme,
        overall=_of_all(found, names, counts),
        groups=tuple(GroupsRates(name, _of_all(found, [name], counts)) for name in names),
        quotas=tuple(_quotas(each, names, counts) for each in found),
    )


class _Counts:
    """Items and adopted items, by measure (None: all together) and group."""

    def __init__(self, rows: Iterable[Adoptions], groups: dict[str, str | None], department: str | None) -> None:
        self.items: Counter[tuple[str | None, str | None]] = Counter()
        self.adopted: Counter[tuple[str | None, str | None]] = Counter()
        for row in rows:
            if row.department in groups and department in (None, row.department):
                key = (row.measure, groups[row.department])
                self.items[key] += row.items
                self.adopted[key] += row.adopted

    def rates(self, of: Reported, measure: str | None, groups: Iterable[str | None]) -> Rates:
        keys = [(measure, group) for group in groups]
        return Rates(of, sum(self.items[key] for key in keys), sum(self.adopted[key] for key in keys))


def _needed(scheme: Scheme, period: Period) -> Needs:
    persons = any(quota.subject == "person" for quota in scheme.quotas.values())
    here = frozenset({period})
    return Needs(here, {}, frozenset(scheme.quotas), here, persons, across=True)


def _adoptions(snapshot: Snapshot, question: Question, scheme: Scheme, period: Period) -> list[Adoptions]:
    counting = [each.name for each in scheme.measures.values() if each.count in ("submitted", "accepted")]
    adopting = [each.name for each in scheme.measures.values() if each.count == "adopted"]
    return snapshot.adoptions(question.scope, period, counting, adopting) if counting else []


def _groups(found: Iterable[QuotaReported], counts: _Counts) -> list[str | None]:
    """Those without a group last."""
    names = {group for each in found for group in each.by_group} | {group for _, group in counts.items}
    return sorted(names, key=lambda name: (name is None, name or ""))


def _of_all(found: Iterable[QuotaReported], groups: list[str | None], counts: _Counts) -> Rates:
    owed = total(each.by_group[group] for each in found for group in groups if group in each.by_group)
    return counts.rates(owed, None, groups)


def _quotas(each: QuotaReported, groups: list[str | None], counts: _Counts) -> QuotasRates:
    present = [group for group in groups if group in each.by_group]
    measure = each.quota.measure
    return QuotasRates(
        each.quota,
        counts.rates(total(each.by_group[group] for group in present), measure, present),
        tuple(GroupsRates(group, counts.rates(each.by_group[group], measure, [group])) for group in present),
    )
