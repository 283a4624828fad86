"""What an obligation is to a card: its figures, and those of what a group or the organisation owes together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.schemes.model import FixedAmount, Scheme, TargetTable
from tests.reference.plain.earning import NOTHING
from tests.reference.plain.owing import Owed


@dataclass(frozen=True)
class Figure:
    period: str
    first: date
    target: Decimal
    actual: Decimal
    state: str
    on_time: bool | None
    due_passed: bool
    when_due: Decimal | None


OF_ONE: Mapping[str, Callable[[Figure], Decimal]] = {
    "met": lambda one: Decimal(one.state == "met"),
    "met_on_time": lambda one: Decimal(one.state == "met" and one.on_time is not False),
    "missed": lambda one: Decimal(one.state in ("missed", "met_late")),
    "shortfall": lambda one: (
        max(one.target - one.actual, NOTHING) if one.due_passed and one.state != "waived" else NOTHING
    ),
    "target": lambda one: NOTHING if one.state == "waived" else one.target,
    "actual": lambda one: NOTHING if one.state == "waived" else one.actual,
}


def figure_of(owed: Owed, actual: Decimal) -> Figure:
    return Figure(
        owed.period.id,
        owed.period.first,
        owed.target,
        actual,
        owed.state,
        owed.on_time,
        owed.due_passed,
        owed.actual_when_due,
    )


def joined(
    scheme: Scheme, quota: str, kind: str, name: str, facts: Mapping[str, Decimal], parts: Sequence[Figure]
) -> list[Figure]:
    """What departments owe together, period by period; ``facts`` are the sums of theirs."""
    target = _target(scheme, quota, kind, name, facts)
    if target is None:
        return []
    found = []
    for period, first in sorted({(one.period, one.first) for one in parts}, key=lambda one: one[1]):
        here = [one for one in parts if one.period == period]
        actual = sum((one.actual for one in here), NOTHING)
        due = all(one.due_passed for one in here)
        when_due = sum((one.when_due or NOTHING for one in here), NOTHING) if due else None
        state = _state(target, actual, when_due)
        found.append(Figure(period, first, target, actual, state, state == "met" or None, due, when_due))
    return found


def _state(target: Decimal, actual: Decimal, when_due: Decimal | None) -> str:
    if when_due is None:
        return "met" if actual >= target else "open"
    if actual < target:
        return "missed"
    return "met" if when_due >= target else "met_late"


def _target(scheme: Scheme, quota: str, kind: str, name: str, facts: Mapping[str, Decimal]) -> Decimal | None:
    asked = scheme.quotas[quota].at_least
    if isinstance(asked, FixedAmount):
        return asked.value
    if isinstance(asked, TargetTable):
        return asked.rows.get(name, asked.otherwise) if kind == "group" else asked.otherwise
    return asked.formula.evaluate(facts)
