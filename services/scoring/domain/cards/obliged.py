"""What the functions of quotas come to: a quota's obligations of one subject within a period, told as one number."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from services.scoring.domain.cards.book import ORGANISATION, QuotaFigure, Subject
from services.scoring.domain.joint import Added, JointKind, came, founders, judged, target_of
from shared.calendars import Period
from shared.schemes.model import Scheme

_NOTHING = Decimal(0)

Figures = Sequence[QuotaFigure]


def _met(figure: QuotaFigure) -> Decimal:
    return Decimal(figure.state == "met")


def _met_on_time(figure: QuotaFigure) -> Decimal:
    return Decimal(figure.state == "met" and figure.on_time is not False)


def _missed(figure: QuotaFigure) -> Decimal:
    return Decimal(figure.state in ("missed", "met_late"))


def _shortfall(figure: QuotaFigure) -> Decimal:
    owed = figure.due_passed and figure.state != "waived"
    return max(figure.target - figure.actual, _NOTHING) if owed else _NOTHING


def _target(figure: QuotaFigure) -> Decimal:
    return _NOTHING if figure.state == "waived" else figure.target


def _actual(figure: QuotaFigure) -> Decimal:
    return _NOTHING if figure.state == "waived" else figure.actual


_OF_ONE: Mapping[str, Callable[[QuotaFigure], Decimal]] = {
    "met": _met,
    "met_on_time": _met_on_time,
    "missed": _missed,
    "shortfall": _shortfall,
    "target": _target,
    "actual": _actual,
}
"""A miss that was made good late stays a miss. Waived obligations count for nothing."""


def told(function: str, figures: Figures) -> Decimal:
    """What ``missed(q)`` and its like come to over some obligations."""
    of_one = _OF_ONE[function]
    if len(figures) == 1:  # as of most, in the quota's own period
        return of_one(figures[0])
    return sum(map(of_one, figures), _NOTHING)


def joined(scheme_of: Callable[[int], Scheme], whole: Subject, parts: Figures) -> list[QuotaFigure]:
    """The figures of a quota that a group or the organisation owes, from what its departments added; oldest first.

    There is none where no department takes part, or where the scheme sets this group no target.
    """
    by_period: dict[str, list[QuotaFigure]] = defaultdict(list)
    for part in parts:
        by_period[part.period].append(part)
    together = (_together(scheme_of, whole, found) for found in by_period.values())
    return sorted((one for one in together if one is not None), key=lambda figure: figure.period_first)


def whole_of_part(figure: QuotaFigure, kind: JointKind) -> Subject | None:
    """Whose obligation it is a part in; None where the department belonged to no group when the period opened."""
    if figure.part is None:
        return None
    if kind == "organisation":
        return ORGANISATION
    return None if figure.part.group is None else Subject("group", figure.part.group)


def _together(scheme_of: Callable[[int], Scheme], whole: Subject, figures: Figures) -> QuotaFigure | None:
    added = [
        Added(one.part, one.scheme_version, one.actual, one.due_passed, one.actual_when_due, one.too_late)
        for one in figures
        if one.part is not None
    ]
    one = figures[0]
    scheme = scheme_of(max(each.scheme_version for each in founders(added)))
    period = Period(one.calendar, one.period, one.period_first, one.period_end)
    kind: JointKind = "group" if whole.kind == "group" else "organisation"
    target = target_of(scheme, scheme.quotas[one.quota], kind, whole.name, period, added)
    if target is None:
        return None
    found = came(added)
    state, on_time = judged(target, found)
    return one._replace(
        subject=whole,
        target=target,
        actual=found.actual,
        state=state,
        on_time=on_time,
        due_passed=found.due_passed,
        actual_when_due=found.by_due if found.due_passed else None,
        scheme_version=scheme.version,
        too_late=found.too_late,
        part=None,
    )
