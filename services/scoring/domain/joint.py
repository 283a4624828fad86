"""What a group or the organisation owes: its departments together, each with its part.

What is owed, and what becomes of it, follows from the parts alone, whatever the order in which the departments'
streams are read: their rows say what each had added when it fell due, when the time of grace ended, and by now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from services.scoring.domain.amounts import rounded
from services.scoring.domain.obligations import Part
from shared.calendars import Period
from shared.schemes.model import FixedAmount, Quota, Scheme, TargetTable

JointKind = Literal["group", "organisation"]
JointState = Literal["open", "met", "missed", "met_late"]

_NOTHING = Decimal(0)


class Added(NamedTuple):
    """A part as it stands."""

    part: Part
    scheme_version: int
    actual: Decimal
    due_passed: bool
    actual_when_due: Decimal | None
    too_late: bool
    """Whether the due instant, or the end of the time of grace if there is one, has passed for the department."""

    @property
    def by_due(self) -> Decimal:
        """What had come when it fell due; before that, what has come so far."""
        return self.actual if self.actual_when_due is None else self.actual_when_due

    @property
    def in_time(self) -> Decimal:
        """What had come when it was too late; before that, what has come so far."""
        if not self.too_late:
            return self.actual
        return self.by_due if self.part.actual_in_grace is None else self.part.actual_in_grace


@dataclass(frozen=True, slots=True)
class Came:
    """What has come of what is owed together."""

    due_passed: bool
    """For every department."""
    too_late: bool
    """For every department."""
    by_due: Decimal
    in_time: Decimal
    """While some department's due instant is still ahead, what others added in their time of grace does not count."""
    actual: Decimal


class Verdict(NamedTuple):
    state: JointState
    on_time: bool | None
    """Of what is met: whether it was before the due instant."""


def came(parts: Sequence[Added], *, complete: bool = True) -> Came:
    """The sums of the parts. Not ``complete``: further departments may have a part that is not known yet."""
    due_passed = complete and all(one.due_passed for one in parts)
    by_due = sum((one.by_due for one in parts), _NOTHING)
    return Came(
        due_passed=due_passed,
        too_late=complete and all(one.too_late for one in parts),
        by_due=by_due,
        in_time=sum((one.in_time for one in parts), _NOTHING) if due_passed else by_due,
        actual=sum((one.actual for one in parts), _NOTHING),
    )


def judged(target: Decimal, found: Came) -> Verdict:
    """What the sums make of it. Before it is too late only what is in time counts."""
    in_time = found.in_time >= target
    on_time = found.by_due >= target
    if not found.too_late:
        return Verdict("met", on_time) if in_time else Verdict("open", None)
    if found.actual < target:
        return Verdict("missed", None)
    return Verdict("met", on_time) if in_time else Verdict("met_late", None)


def judged_when_too_late(target: Decimal, found: Came) -> Verdict:
    """What they made of it at the instant from which on it was too late, whatever has come since."""
    return Verdict("met", found.by_due >= target) if found.in_time >= target else Verdict("missed", None)


def founders(parts: Sequence[Added]) -> list[Added]:
    """Those whose departments were there first: the target is theirs. Who joins later adds to the sum alone."""
    first = min(one.part.since for one in parts)
    return [one for one in parts if one.part.since == first]


def target_of(
    scheme: Scheme, quota: Quota, kind: JointKind, name: str, period: Period, parts: Sequence[Added]
) -> Decimal | None:
    """What is owed together, by what was known of the departments when the period opened; None: nothing.

    Where none of them was there from the period's first day on, they owe what the quota says of those who join.
    """
    those = founders(parts)
    target = _at_least(scheme, quota, kind, name, those)
    since = those[0].part.since
    if target is not None and since > period.first:
        target = _joined(target, quota, period, since)
    return target if target is not None and target > 0 else None


def _joined(target: Decimal, quota: Quota, period: Period, since: date) -> Decimal | None:
    if quota.joiners == "exempt":
        return None
    if quota.joiners == "prorated" and not period.open:
        return rounded(target * (period.end - since).days / (period.end - period.first).days, 0)
    return target


def _at_least(scheme: Scheme, quota: Quota, kind: JointKind, name: str, parts: Sequence[Added]) -> Decimal | None:
    target = quota.at_least
    if isinstance(target, FixedAmount):
        return target.value
    if isinstance(target, TargetTable):
        if kind == "group" and target.by == "group":
            return target.rows.get(name, target.otherwise)
        if kind == "group" and target.by == "class":
            rows = target.rows.items()
            return next((owed for row, owed in rows if _is_of_class(scheme, row, name)), target.otherwise)
        return target.otherwise
    facts = [one.part.facts for one in parts]
    known = {fact: sum((one[fact] for one in facts), _NOTHING) for fact in target.formula.names}
    return target.formula.evaluate(known)


def _is_of_class(scheme: Scheme, name: str, group: str) -> bool:
    audience = scheme.classes.get(name)
    return audience is not None and group in audience.groups
