"""What invented items say: attributes within their bounds, contributors who are persons of the organisation, titles."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from dev.demo.history import numbers
from dev.demo.history.counting import Counting, Standing
from dev.demo.history.drawing import weighted
from dev.demo.history.owing import Owed
from services.scoring.application.rehearsal.reading.organisation import Department, Person
from services.scoring.domain.items import Credited
from shared.contracts.department_events import AttributeValue
from shared.schemes.model import Attribute, Condition, FormulaAmount, Kind, Measure, Scheme

_NUMERIC = ("integer", "number")


@dataclass
class Contents:
    """Draws for one department."""

    department: Department
    persons: Sequence[Person]
    counting: Counting
    standing: Standing
    owed: Sequence[Owed]
    _near: dict[tuple[int, str, str, str], list[Decimal]] = field(default_factory=dict)

    def attributes(
        self, rng: random.Random, scheme: Scheme, kind: Kind, day: date, towards: Owed | None
    ) -> dict[str, AttributeValue]:
        """The attributes of an item; with something that is owed, such that it counts for that as far as they decide.

        What is optional is mostly there.
        """
        where = towards.measure.where if towards is not None else ()
        found: dict[str, AttributeValue] = {}
        for attribute in kind.attributes.values():
            asked = [one for one in where if one.field == attribute.name]
            wanted = any(one.values or numbers.bounds([one], one.field) for one in asked)
            if attribute.required or wanted or rng.random() < 0.8:
                near = self._numbers_near(scheme, kind, attribute, towards)
                found[attribute.name] = _value(rng, attribute, asked, near, day, self.department.title)
        return found

    def _numbers_near(self, scheme: Scheme, kind: Kind, attribute: Attribute, towards: Owed | None) -> list[Decimal]:
        """The numbers near which a numeric attribute lies."""
        if attribute.type not in _NUMERIC:
            return []
        quota = "" if towards is None else towards.quota.name
        key = (scheme.version, kind.name, attribute.name, quota)
        if key not in self._near:
            self._near[key] = self._found_near(scheme, kind, attribute)
        return self._near[key]

    def _found_near(self, scheme: Scheme, kind: Kind, attribute: Attribute) -> list[Decimal]:
        measures = [one for one in scheme.measures.values() if self.counting.rule(scheme, one, kind.name) is not None]
        found = numbers.bounds((one for measure in measures for one in measure.where), attribute.name)
        found += numbers.of_tables(measures, attribute.name)
        for measure in measures:
            amount = measure.amount
            if not isinstance(amount, FormulaAmount) or attribute.name not in amount.formula.names:
                continue
            names = [name for name in kind.attributes if name in amount.formula.names]
            of = numbers.amount_of_attributes(self.counting, scheme, measure, kind, self.standing, names)
            near = numbers.of_formula(measure, of, self._part(measure, kind))
            found += numbers.share(near, names.index(attribute.name), len(names))
        return found

    def _part(self, measure: Measure, kind: Kind) -> Decimal | None:
        """What one item has to give towards what is owed by a measure, where other quotas say how many items come."""
        for one in self.owed:
            if one.quota.measure == measure.name:
                items = sum(
                    other.target
                    for other in self.owed
                    if other.quota.measure != measure.name
                    and not isinstance(other.measure.amount, FormulaAmount)
                    and self.counting.rule(other.scheme, other.measure, kind.name) is not None
                    and other.period.first in one.period
                )
                return one.target / max(items, Decimal(1))
        return None

    def contributors(
        self, rng: random.Random, scheme: Scheme, kind: Kind, day: date, towards: Owed | None
    ) -> list[Credited]:
        """Who made an item: one in each role that must be there or is credited, and now and then a second author."""
        credited = [one.persons for one in scheme.measures.values() if one.persons is not None]
        usual = dict.fromkeys(role for persons in credited for role in persons.roles)
        roles = list(kind.roles_required) or [role for role in usual if not kind.roles or role in kind.roles][:1]
        lead = None if towards is None else towards.person
        if lead is not None and towards is not None and towards.measure.persons is not None:
            wanted = [role for role in towards.measure.persons.roles or roles if not kind.roles or role in kind.roles]
            first = next((role for role in wanted if role in roles), next(iter(wanted), "author"))
            roles = [first, *(role for role in roles if role != first)]
        found: list[Credited] = []
        for place, role in enumerate(roles):
            person = lead if place == 0 and lead is not None else self._person(rng, role, roles, day, found)
            if person is not None:
                found.append(Credited(person.name, role, None))
        if found and lead is None and rng.random() < 0.12:
            second = self._person(rng, found[0].role, roles, day, found, again=False)
            if second is not None:
                found.insert(1, Credited(second.name, found[0].role, None))
        return found

    def _person(
        self,
        rng: random.Random,
        role: str,
        roles: Iterable[str],
        day: date,
        taken: Sequence[Credited],
        again: bool = True,
    ) -> Person | None:
        """Somebody whose post is the role, or else somebody whose post is no other of the roles."""
        there = [one for one in self.persons if (one.from_on or day) <= day <= (one.last_on or day)]
        free = [one for one in there if one.name not in {each.person for each in taken}]
        others = set(roles) - {role}
        fitting = [one for one in free if role in one.roles] or [one for one in free if others.isdisjoint(one.roles)]
        pool = fitting or (there if again else [])
        return rng.choice(pool) if pool else None

    def said_of(self, kind: Kind, contributors: Sequence[Credited]) -> list[dict[str, str]]:
        """The contributors as a line tells them; whom nobody knows by name is told by the department's."""
        told = [{"person": one.person, "role": one.role} for one in contributors]
        missing = [role for role in kind.roles_required if role not in {one.role for one in contributors}]
        return told + [{"name": f"{self.department.title}人员", "role": role} for role in missing]


def _value(
    rng: random.Random,
    attribute: Attribute,
    asked: Sequence[Condition],
    near: Sequence[Decimal],
    day: date,
    department: str,
) -> AttributeValue:
    match attribute.type:
        case "choice":
            return weighted(rng, _choices(attribute, asked))
        case "choices":
            chosen = weighted(rng, _choices(attribute, asked))
            return list(dict.fromkeys([chosen, *rng.sample(attribute.of, rng.randint(0, 1))]))
        case "boolean":
            return _yes_no(rng, asked)
        case "integer" | "number":
            limits = numbers.bounds(asked, attribute.name)
            number = numbers.draw(rng, limits or near, attribute)
            return int(number) if attribute.type == "integer" else format(number, "f")
        case "date":
            return (day - timedelta(days=rng.randrange(3))).isoformat()
        case "time":
            return f"{rng.randrange(8, 18):02}:{rng.randrange(0, 60, 5):02}"
        case "files":
            least = max([attribute.at_least or Decimal(1), *numbers.bounds(asked, attribute.name)])
            most = int(attribute.at_most or least + 2)
            return [f"{day:%Y%m%d}-{place + 1}.jpg" for place in range(rng.randint(int(least), max(int(least), most)))]
        case _:
            return department + attribute.title  # nobody is invented


def _choices(attribute: Attribute, asked: Sequence[Condition]) -> Mapping[str, float]:
    """The choices that may be taken, the first ones oftener."""
    fitting = [
        one
        for one in attribute.of
        if all((not each.values or one in each.values) and one not in each.none_of for each in asked)
    ]
    return {one: 2.0 / (place + 1.5) for place, one in enumerate(fitting or attribute.of)}


def _yes_no(rng: random.Random, asked: Sequence[Condition]) -> bool:
    """Mostly as it is asked for."""
    wanted = next((one.values for one in asked if one.values), None)
    if wanted is not None:
        return wanted == frozenset({"true"})
    return rng.random() < 0.7
