"""What an obligation is to a card: its figures, and those of what a group or the organisation owes together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.schemes.model import FixedAmount, Quota, Scheme, TargetTable
from tests.reference.plain.earning import NOTHING, rounded
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


def joined(kind: str, name: str, departments: Sequence[tuple[Owed, Decimal]]) -> list[Figure]:
    """What departments owe together, period by period, from the part of each and what it has added by now."""
    found = []
    for first in sorted({owed.period.first for owed, _ in departments}):
        here = [(owed, actual) for owed, actual in departments if owed.period.first == first]
        target = _target(kind, name, [owed for owed, _ in here])
        if target is not None and target > 0:
            found.append(_judged(target, here))
    return found


def _judged(target: Decimal, here: Sequence[tuple[Owed, Decimal]]) -> Figure:
    actual = sum((added for _, added in here), NOTHING)
    due = all(owed.due_passed for owed, _ in here)
    too_late = all(owed.too_late for owed, _ in here)
    by_due = sum((added if owed.actual_when_due is None else owed.actual_when_due for owed, added in here), NOTHING)
    in_grace = sum((added if owed.actual_in_grace is None else owed.actual_in_grace for owed, added in here), NOTHING)
    in_time = in_grace if due and here[0][0].grace_ends_at is not None else by_due
    if too_late and actual < target:
        state = "missed"
    elif in_time >= target:
        state = "met"
    else:
        state = "met_late" if too_late else "open"
    on_time = by_due >= target if state == "met" else None
    period = here[0][0].period
    return Figure(period.id, period.first, target, actual, state, on_time, due, by_due if due else None)


def _target(kind: str, name: str, parts: Sequence[Owed]) -> Decimal | None:
    """By those who were there first; None where nothing is owed."""
    first = min(owed.start for owed in parts)
    those = [owed for owed in parts if owed.start == first]
    newest = max(those, key=lambda owed: owed.scheme.version)
    quota, period = newest.quota, newest.period
    target = _asked(newest.scheme, quota, kind, name, those)
    if target is None or first == period.first or quota.joiners == "full":
        return target
    if quota.joiners == "exempt":
        return None
    return target if period.open else rounded(target * (period.end - first).days / (period.end - period.first).days, 0)


def _asked(scheme: Scheme, quota: Quota, kind: str, name: str, parts: Sequence[Owed]) -> Decimal | None:
    asked = quota.at_least
    if isinstance(asked, FixedAmount):
        return asked.value
    if isinstance(asked, TargetTable):
        return asked.rows.get(name, asked.otherwise) if kind == "group" else asked.otherwise
    known = {
        fact: sum((owed.described.facts.get(fact, owed.scheme.facts[fact].otherwise) for owed in parts), NOTHING)
        for fact in scheme.facts
    }
    return asked.formula.evaluate(known)
