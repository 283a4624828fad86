"""Whose an item's credits are: the departments' that contributed, and the persons'.

Whatever does not divide evenly is rounded half up to the measure's scale, and the first takes what remains.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from services.scoring.domain.amounts import rounded
from services.scoring.domain.items import Credit as Earned
from services.scoring.domain.items import Credited, Item
from shared.schemes.model import Credit, Measure

Portions = dict[str, dict[str, Earned]]
"""By person (empty: the department itself) and fact."""


def portions(earned: Mapping[str, Earned], measures: Mapping[int, Measure], item: Item, department: str) -> Portions:
    """Divide what the item has earned. ``measures`` are the measure's versions by their number.

    An item that is a person's own (an adjustment, an outcome) is theirs alone.
    """
    found: Portions = {}
    for fact, (day, amount, version) in earned.items():
        measure = measures.get(version)
        if measure is None or item.person:
            found.setdefault(item.person, {})[fact] = (day, amount, version)
            continue
        own = _own(amount, measure, item.departments, department)
        if not own:
            continue
        found.setdefault("", {})[fact] = (day, own, version)
        for person, part in _personal(own, measure, item, department).items():
            if part:
                found.setdefault(person, {})[fact] = (day, part, version)
    return found


def split(amount: Decimal, weights: Sequence[int], scale: int) -> list[Decimal]:
    """The amount in parts of these weights, together exactly as much."""
    whole = sum(weights)
    if not whole:
        return [amount, *[Decimal(0)] * (len(weights) - 1)]
    parts = [rounded(amount * weight / whole, scale) for weight in weights[1:]]
    return [amount - sum(parts), *parts]


def _own(amount: Decimal, measure: Measure, departments: Sequence[str], department: str) -> Decimal:
    """This department's part."""
    if not departments:
        return amount
    if department not in departments:
        return Decimal(0)
    credit, place = measure.credit, departments.index(department)
    if credit.to == "each":
        return amount
    if credit.to == "department":
        return amount if place == 0 else Decimal(0)
    return split(amount, _weights(credit, len(departments)), measure.scale)[place]


def _weights(credit: Credit, count: int) -> list[int]:
    weights = list(credit.weights or (1,))[:count]
    return weights + [weights[-1]] * (count - len(weights))


def _personal(amount: Decimal, measure: Measure, item: Item, department: str) -> dict[str, Decimal]:
    ours = [one for one in item.contributors if _is_ours(one, item, department)]
    if not ours:
        return {}
    if measure.pay:
        return _paid(amount, measure, ours)
    if measure.persons is None:
        return {}
    roles = measure.persons.roles
    persons = _once(one.person for one in ours if not roles or one.role in roles)
    if measure.persons.share == "whole":
        return dict.fromkeys(persons, amount)
    return dict(zip(persons, split(amount, [1] * len(persons), measure.scale), strict=True)) if persons else {}


def _is_ours(contributor: Credited, item: Item, department: str) -> bool:
    first = item.departments[0] if item.departments else department
    return (contributor.department or first) == department


def _paid(amount: Decimal, measure: Measure, ours: Iterable[Credited]) -> dict[str, Decimal]:
    """First between the roles that are there, by their weights, then equally within each."""
    by_role = {role: _once(one.person for one in ours if one.role == role) for role in measure.pay}
    present = [role for role, persons in by_role.items() if persons]
    if not present:
        return {}
    paid: dict[str, Decimal] = {}
    parts = split(amount, [measure.pay[role] for role in present], measure.scale)
    for role, part in zip(present, parts, strict=True):
        persons = by_role[role]
        for person, portion in zip(persons, split(part, [1] * len(persons), measure.scale), strict=True):
            paid[person] = paid.get(person, Decimal(0)) + portion
    return paid


def _once(persons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(persons))
