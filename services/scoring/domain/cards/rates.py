"""Reporting rates: how much of what was owed in a period came, and how much of it on time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.scoring.domain.cards.book import Book, QuotaFigure
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import shortest
from shared.calendars import Period
from shared.schemes.model import Quota

_NOTHING = Decimal(0)
_RATE_UNIT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Reported:
    """Sums over obligations, in the units of what was owed."""

    expected: Decimal = _NOTHING
    submitted: Decimal = _NOTHING
    """What came, of each obligation no more than was owed."""
    on_time: Decimal = _NOTHING
    """What had come when it fell due; of those that are not due yet, what has come so far."""

    def __add__(self, other: "Reported") -> "Reported":
        return Reported(self.expected + other.expected, self.submitted + other.submitted, self.on_time + other.on_time)

    @property
    def rate(self) -> Decimal | None:
        return share(self.submitted, self.expected)

    @property
    def on_time_rate(self) -> Decimal | None:
        return share(self.on_time, self.expected)


@dataclass(frozen=True, slots=True)
class QuotaReported:
    """One quota, by the group of who owed it; under None what nobody's group owed."""

    quota: Quota
    by_group: dict[str | None, Reported]

    @property
    def overall(self) -> Reported:
        return total(self.by_group.values())


def reported(book: Book, columns: Columns, period: Period, department: str | None = None) -> list[QuotaReported]:
    """Every quota that anybody owed in the period or in shorter ones that belong to it, in the scheme's order.

    Waived obligations are left out. With ``department``, only what that department and its persons owed.
    """
    members = columns.members(period.calendar, period.id)
    if not members:
        return []
    scheme = book.scheme(max(member.scheme_version for member in members))
    groups = {member.subject: member.group for member in members}
    found = []
    for quota in scheme.quotas.values():
        by_group: dict[str | None, Reported] = defaultdict(Reported)
        owed = columns.owed(quota.name, quota.subject, period)
        for subject, figures in owed.items():
            if department not in (None, subject.home):
                continue
            group = subject.name if subject.kind == "group" else groups.get(subject)
            for one in _counting(figures):
                by_group[group] += one
        if by_group:
            found.append(QuotaReported(quota, dict(by_group)))
    return found


def total(of: Iterable[Reported]) -> Reported:
    return sum(of, Reported())


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Four decimals, half up, at most 1; None of nothing."""
    if whole <= 0:
        return None
    return shortest(min((Decimal(part) / Decimal(whole)).quantize(_RATE_UNIT, ROUND_HALF_UP), Decimal(1)))


def _counting(figures: Iterable[QuotaFigure]) -> Iterator[Reported]:
    for figure in figures:
        if figure.state != "waived":
            when_due = figure.actual if figure.actual_when_due is None else figure.actual_when_due
            yield Reported(figure.target, _within(figure.actual, figure.target), _within(when_due, figure.target))


def _within(actual: Decimal, target: Decimal) -> Decimal:
    return max(_NOTHING, min(actual, target))
