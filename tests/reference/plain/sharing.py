"""Whose a credit is: the departments' that contributed, and the persons'; and what ``per_period`` lets count of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.calendars import Period
from shared.schemes.model import Measure
from tests.reference.plain.earning import NOTHING, DepartmentFacts, Versions, rounded
from tests.reference.plain.things import Credit, Thing


@dataclass(frozen=True)
class Counted:
    """What a subject is credited with in the end."""

    scheme: str
    measure: str
    person: str
    """Empty: the department itself."""
    day: date
    version: int
    amount: Decimal


@dataclass(frozen=True)
class Own:
    """A credit of one subject, before the windows."""

    person: str
    credit: Credit
    thing: str
    amount: Decimal

    @property
    def order(self) -> tuple[date, int, str, str]:
        return self.credit.day, self.credit.place, self.credit.fact, self.thing


def counted(
    things: Iterable[Thing], scheme: str, versions: Versions, department: str, facts: DepartmentFacts
) -> list[Counted]:
    """All that the things of a scheme come to for the department and its persons."""
    windows: dict[tuple[object, ...], list[Own]] = {}
    found: list[Counted] = []
    for thing in things:
        for credit in thing.credits:
            measure = versions.numbered(credit.version).measures[credit.measure]
            for person, amount in shares(thing, credit.amount, measure, department).items():
                own = Own(person, credit, thing.id, amount)
                window = _window(versions, own)
                if not amount:
                    continue
                if window is None:
                    found.append(Counted(scheme, credit.measure, person, credit.day, credit.version, amount))
                else:
                    windows.setdefault((credit.measure, person, window.calendar, window.id), []).append(own)
    for credits in windows.values():
        for own, amount in let_count(credits, versions, facts):
            one = own.credit
            found.append(Counted(scheme, one.measure, own.person, one.day, one.version, amount))
    return found


# Departments and persons


def shares(thing: Thing, amount: Decimal, measure: Measure, department: str) -> dict[str, Decimal]:
    """By person, and under "" the department's own."""
    if thing.person:
        return {thing.person: amount}
    own = _of_department(thing, amount, measure, department)
    if not own:
        return {}
    found = {"": own}
    first = thing.departments[0] if thing.departments else department
    ours = [one for one in thing.contributors if one.person and (one.department or first) == department]
    if measure.pay:
        found.update(_paid(own, measure, [(str(one.person), one.role) for one in ours]))
    elif measure.persons is not None:
        roles = measure.persons.roles
        persons = list(dict.fromkeys(str(one.person) for one in ours if not roles or one.role in roles))
        if measure.persons.share == "whole":
            found.update((person, own) for person in persons)
        elif persons:
            found.update(zip(persons, divided(own, [1] * len(persons), measure.scale), strict=True))
    return found


def _of_department(thing: Thing, amount: Decimal, measure: Measure, department: str) -> Decimal:
    together = thing.departments or (department,)
    if department not in together:
        return NOTHING
    place = together.index(department)
    match measure.credit.to:
        case "each":
            return amount
        case "department":
            return amount if place == 0 else NOTHING
        case "shares":
            given = list(measure.credit.weights)
            weights = [given[min(number, len(given) - 1)] for number in range(len(together))]
            return divided(amount, weights, measure.scale)[place]


def divided(amount: Decimal, weights: Sequence[int], scale: int) -> list[Decimal]:
    """Rounded half up; the first takes what remains."""
    others = [rounded(amount * weight / sum(weights), scale) for weight in weights[1:]]
    return [amount - sum(others, NOTHING), *others]


def _paid(amount: Decimal, measure: Measure, ours: Sequence[tuple[str, str]]) -> dict[str, Decimal]:
    roles = {role: list(dict.fromkeys(person for person, as_ in ours if as_ == role)) for role in measure.pay}
    present = [role for role, persons in roles.items() if persons]
    found: dict[str, Decimal] = {}
    if present:
        for role, part in zip(
            present, divided(amount, [measure.pay[one] for one in present], measure.scale), strict=True
        ):
            persons = roles[role]
            for person, portion in zip(persons, divided(part, [1] * len(persons), measure.scale), strict=True):
                found[person] = found.get(person, NOTHING) + portion
    return found


# Windows


def _window(versions: Versions, own: Own) -> Period | None:
    scheme = versions.numbered(own.credit.version)
    per_period = scheme.measures[own.credit.measure].per_period
    return None if per_period is None else scheme.calendars[per_period.calendar].period_of(own.credit.day)


def let_count(credits: Iterable[Own], versions: Versions, facts: DepartmentFacts) -> Iterator[tuple[Own, Decimal]]:
    """Each credit adds what the credits up to it give more than those before it, by what holds for itself."""
    ordered = sorted(credits, key=lambda one: one.order)
    amounts = [one.amount for one in ordered]
    for place, own in enumerate(ordered):
        scheme = versions.numbered(own.credit.version)
        per_period = scheme.measures[own.credit.measure].per_period
        assert per_period is not None
        window = scheme.calendars[per_period.calendar].period_of(own.credit.day)
        assert window is not None
        known = facts(window.first, own.credit.place)
        values = {name: known.get(name, declared.otherwise) for name, declared in scheme.facts.items()}
        give = _GIVE[per_period.take]
        number = per_period.number.evaluate(values)
        yield own, give(amounts[: place + 1], number) - give(amounts[:place], number)


def _at_most(amounts: Sequence[Decimal], number: Decimal) -> Decimal:
    return min(sum(amounts, NOTHING), number)


def _best(amounts: Sequence[Decimal], number: Decimal) -> Decimal:
    return sum(sorted(amounts, reverse=True)[: max(int(number), 0)], NOTHING)


def _beyond(amounts: Sequence[Decimal], number: Decimal) -> Decimal:
    return sum(amounts[max(int(number), 0) :], NOTHING)


_GIVE: Mapping[str, Callable[[Sequence[Decimal], Decimal], Decimal]] = {
    "at_most": _at_most,
    "best": _best,
    "beyond": _beyond,
}
