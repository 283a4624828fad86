"""Who owes a quota for a period, and how much: frozen when the period opens, or when a person joins in its course."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.scoring.domain.amounts import DepartmentValues, evaluated, rounded
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.descriptions import Description, PersonDescription
from services.scoring.domain.obligations import Part
from shared.calendars import Period
from shared.schemes.model import Audience, FixedAmount, FormulaAmount, Quota, Scheme, TargetTable

_ZERO = Decimal(0)


class Owed(NamedTuple):
    person: str
    """Empty: the department itself."""
    target: Decimal
    part: Part | None = None
    """Of what is only the department's part in what its group or the organisation owes."""


def owed(state: DepartmentState, scheme: Scheme, quota: Quota, period: Period, start: date) -> Iterator[Owed]:
    """All that the department and its persons owe under a quota for a period that opens.

    ``start``: the period's first day, or the later one on which the department's time in it begins.
    """
    described = state.described_on(period.first)
    if quota.subject == "person":
        for person in sorted(state.persons):
            yield from owed_by(state, scheme, quota, period, start, person)
        return
    if not quota.applies_to.covers(state.department, described.group, described.tags):
        return
    if quota.subject != "department":
        yield Owed("", _ZERO, _part(scheme, quota, described, start))
        return
    target = _target(state, scheme, quota, described, None)
    if target is not None:
        yield from _joined("", target, quota, period, start)


def owed_by(
    state: DepartmentState, scheme: Scheme, quota: Quota, period: Period, start: date, person: str
) -> Iterator[Owed]:
    """What one person owes: from the start, or from the day on which they join or get the post.

    A department fact in the target is the one of the period's first day, the person's own that of their first.
    """
    described = state.described_on(period.first)
    days = [start, *(one.from_on for one in state.persons[person] if start < one.from_on < period.end)]
    for day in days:
        found = state.person_on(person, day)
        if found is not None and _owes(quota.applies_to, state.department, described, found):
            target = _target(state, scheme, quota, described, found)
            if target is not None:
                yield from _joined(person, target, quota, period, day)
            return


def _part(scheme: Scheme, quota: Quota, described: Description, start: date) -> Part:
    names = quota.at_least.formula.names if isinstance(quota.at_least, FormulaAmount) else ()
    return Part(
        described.group,
        start,
        {name: described.facts.get(name, scheme.facts[name].otherwise) for name in sorted(names)},
    )


def _joined(person: str, target: Decimal, quota: Quota, period: Period, day: date) -> Iterator[Owed]:
    """What is owed by somebody who is there from a day on; a target of nothing is not owed."""
    if day != period.first and quota.joiners == "exempt":
        return
    if day != period.first and quota.joiners == "prorated" and not period.open:
        target = rounded(target * (period.end - day).days / (period.end - period.first).days, 0)
    if target > 0:
        yield Owed(person, target)


def _owes(audience: Audience, department: str, described: Description, person: PersonDescription) -> bool:
    if audience.roles and audience.roles.isdisjoint(person.roles):
        return False
    return audience.covers(department, described.group, described.tags)


def _target(
    state: DepartmentState, scheme: Scheme, quota: Quota, described: Description, person: PersonDescription | None
) -> Decimal | None:
    """None where a table does not list who would owe."""
    target = quota.at_least
    if isinstance(target, FixedAmount):
        return target.value
    if isinstance(target, TargetTable):
        return _row(target, state.department, scheme, described, person)
    own = () if person is None else (person.facts,)
    return evaluated(target.formula, DepartmentValues(scheme.facts, *own, described.facts))


def _row(
    table: TargetTable, department: str, scheme: Scheme, described: Description, person: PersonDescription | None
) -> Decimal | None:
    """The first row that fits."""
    for name, target in table.rows.items():
        if table.by == "class":
            fits = scheme.classes[name].covers(department, described.group, described.tags)
        elif table.by == "role":
            fits = person is not None and name in person.roles
        else:
            fits = name == (department if table.by == "department" else described.group)
        if fits:
            return target
    return table.otherwise
