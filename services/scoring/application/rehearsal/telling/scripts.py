"""What one department's stream holds beside milestones: how it begins, and what is told of it after that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.organisation import Department
from services.scoring.application.rehearsal.reading.places import Where
from shared.calendars import start_instant
from shared.contracts import department_events as events

Facts = Mapping[str, Mapping[str, Decimal]]
"""By department or person, numbers that are others than the organisation's."""


class Told(NamedTuple):
    """An event of one department, at its instant, and where the example says so."""

    at: datetime
    data: object
    where: Where


@dataclass(slots=True)
class Script:
    """What one department's stream holds beside milestones."""

    department: Department
    joins_at: datetime
    beginning: list[object]
    """What stands in the stream before its time begins: what it is, its rulebook, its persons."""
    told: list[Told] = field(default_factory=list)


def script_of(declared: Declared, name: str, facts: Facts) -> Script:
    """How the stream of the organisation's department of this name begins."""
    organisation = declared.organisation
    department = organisation.departments[name]
    department = replace(department, facts={**department.facts, **facts.get(name, {})})
    beginning: list[object] = [
        events.DepartmentRegistered(
            organisation.name,
            name,
            department.title,
            department.group,
            department.tags,
            dict(department.facts),
            department.from_on,
            False,
        )
    ]
    beginning += [
        events.SchemeApplied(scheme.name, scheme.version, scheme.digest, scheme.effective_from)
        for scheme in declared.schemes
    ]
    beginning += [
        events.PersonDescribed(
            person.name,
            person.title,
            person.roles,
            {**person.facts, **(facts.get(person.name, {}) if person.name not in organisation.departments else {})},
            person.from_on or department.from_on,
            person.last_on,
        )
        for person in organisation.persons
        if person.department == name
    ]
    return Script(department, start_instant(department.from_on, organisation.time_zone), beginning)


def leave_on_last_day(script: Script, declared: Declared) -> None:
    """One whose last day the organisation tells says so when that day begins."""
    last_on = script.department.last_on
    if last_on is not None:
        left = Told(start_instant(last_on, declared.organisation.time_zone), events.DepartmentLeft(last_on), Where())
        script.told = sorted([*script.told, left], key=lambda told: told.at)
