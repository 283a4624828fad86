"""What the functions of quotas come to: a quota's obligations of one subject within a period, told as one number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from services.scoring.domain.cards.book import FigureState, Member, QuotaFigure, Subject
from shared.schemes.model import FixedAmount, Quota, Scheme, TargetTable

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


def told(function: str, figures: Iterable[QuotaFigure]) -> Decimal:
    """What ``missed(q)`` and its like come to over some obligations."""
    of_one = _OF_ONE[function]
    return sum((of_one(figure) for figure in figures), _NOTHING)


def joined(
    scheme: Scheme, quota: Quota, whole: Member, facts: Mapping[str, Decimal], parts: Figures
) -> list[QuotaFigure]:
    """The figures of a quota that a group or the organisation owes, from what its departments added; oldest first.

    ``facts`` are the sums of the departments' facts. There is none where no department takes part, or where the
    scheme sets this group no target. A group that reached its target late has missed it: only departments and persons
    have a time of grace.
    """
    target = group_target(scheme, quota, whole, facts)
    if target is None:
        return []
    by_period: dict[str, list[QuotaFigure]] = defaultdict(list)
    for part in parts:
        by_period[part.period].append(part)
    together = [_together(whole.subject, target, found) for found in by_period.values()]
    return sorted(together, key=lambda figure: figure.period_first)


def group_target(scheme: Scheme, quota: Quota, whole: Member, facts: Mapping[str, Decimal]) -> Decimal | None:
    """What a group or the organisation owes; None where the scheme sets it nothing."""
    target = quota.at_least
    if isinstance(target, FixedAmount):
        return target.value
    if isinstance(target, TargetTable):
        if target.by == "group" and whole.subject.kind == "group":
            return target.rows.get(whole.subject.name, target.otherwise)
        if target.by == "class":
            return next(
                (amount for name, amount in target.rows.items() if _of_class(scheme, name, whole)), target.otherwise
            )
        return target.otherwise
    known = {name: facts.get(name, _NOTHING) for name in target.formula.names}
    return target.formula.evaluate(known)


def _of_class(scheme: Scheme, name: str, whole: Member) -> bool:
    audience = scheme.classes.get(name)
    return audience is not None and whole.subject.name in audience.groups


def _together(subject: Subject, target: Decimal, parts: Figures) -> QuotaFigure:
    due_passed = all(part.due_passed for part in parts)
    actual = sum((part.actual for part in parts), _NOTHING)
    when_due = sum((part.actual_when_due or _NOTHING for part in parts), _NOTHING) if due_passed else None
    one = parts[0]
    waived = all(part.state == "waived" for part in parts)
    state: FigureState = "waived" if waived else _judged(target, actual, when_due)
    return QuotaFigure(
        subject=subject,
        quota=one.quota,
        calendar=one.calendar,
        period=one.period,
        period_first=one.period_first,
        period_end=one.period_end,
        target=target,
        actual=actual,
        state=state,
        on_time=True if state == "met" else None,
        due_passed=due_passed,
        actual_when_due=when_due,
    )


def _judged(target: Decimal, actual: Decimal, when_due: Decimal | None) -> FigureState:
    reached = actual >= target
    if when_due is None:
        return "met" if reached else "open"
    if not reached:
        return "missed"
    return "met" if when_due >= target else "met_late"
