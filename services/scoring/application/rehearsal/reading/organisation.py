"""Who is under a rulebook: organisation.yaml, with every mistake told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.reading import shapes, values
from shared.contracts.directory_events import OutletStanding
from shared.schemes.document import Node, compose
from shared.schemes.entries import Fields, address_part, any_text
from shared.schemes.mistakes import SchemeMistakes, closest, shortened
from shared.schemes.reading import Reading

_FROM_THE_BEGINNING = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    title: str
    group: str | None = None
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Decimal] = field(default_factory=dict)
    from_on: date = _FROM_THE_BEGINNING
    last_on: date | None = None
    """Its last day, where it is no more after it."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    title: str
    department: str
    roles: tuple[str, ...] = ()
    facts: Mapping[str, Decimal] = field(default_factory=dict)
    from_on: date | None = None
    """None: from the department's first day on."""
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    title: str
    time_zone: ZoneInfo
    departments: Mapping[str, Department]
    outlets: Mapping[str, tuple[OutletStanding, ...]]
    """By name, the tiers and media of each, oldest first."""
    persons: tuple[Person, ...] = ()
    """One who has moved stands here once for each department."""

    @property
    def groups(self) -> set[str]:
        return {one.group for one in self.departments.values() if one.group is not None}

    def department_of(self, person: str, departments: tuple[str, ...]) -> str | None:
        """The first of these departments that the person belongs or belonged to."""
        homes = {one.department for one in self.persons if one.name == person}
        return next((name for name in departments if name in homes), None)


def read_organisation(text: str) -> Organisation:
    """Read the text of an organisation.yaml. Raises SchemeMistakes with all of its mistakes."""
    reading = Reading()
    root = compose(text, reading.mistakes)
    fields = Fields(reading, root, shapes.ORGANISATION_FILE)
    name, title, zone = _header(reading, fields.get("organisation"))
    departments = _departments(reading, fields.get("departments"))
    outlets = _outlets(reading, fields.get("outlets"))
    persons = _persons(reading, fields.get("persons"), departments)
    if reading.mistakes:
        raise SchemeMistakes(tuple(reading.mistakes))
    return Organisation(name, title, zone, departments, outlets, persons)


def _header(reading: Reading, node: Node | None) -> tuple[str, str, ZoneInfo]:
    if node is None:
        return "", "", ZoneInfo("UTC")
    fields = Fields(reading, node, shapes.ORGANISATION)
    name = values.name(reading, fields.get("name"), "organisation", address_part)
    title, zone = fields.get("title"), fields.get("time_zone")
    return name, name if title is None else reading.text(title), _zone(reading, zone)


def _zone(reading: Reading, node: Node | None) -> ZoneInfo:
    scalar = None if node is None else reading.scalar(node, "a time zone such as Asia/Shanghai")
    if scalar is None:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(scalar.value)
    except (ValueError, OSError, LookupError):
        meant = closest(scalar.value, ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "UTC"))
        reading.mistake(scalar, f'there is no time zone "{shortened(scalar.value)}"', meant)
        return ZoneInfo("UTC")


def _departments(reading: Reading, node: Node | None) -> dict[str, Department]:
    found: dict[str, Department] = {}
    for entry in values.entries(reading, node, "departments", shapes.DEPARTMENTS_MAX):
        fields = Fields(reading, entry, shapes.DEPARTMENT)
        name = values.name(reading, fields.get("name"), "department", address_part)
        if name in found and name:
            reading.mistake(entry, f'the department "{name}" stands here twice')
        group = fields.get("group")
        from_on, last_on = _span(reading, fields)
        found[name] = Department(
            name,
            _title(reading, fields, name),
            None if group is None else reading.text(group, "the name of a group"),
            values.words(reading, fields.get("tags"), "tags", shapes.TAGS_MAX),
            values.facts(reading, fields.get("facts")),
            from_on or _FROM_THE_BEGINNING,
            last_on,
        )
    return found


def _outlets(reading: Reading, node: Node | None) -> dict[str, tuple[OutletStanding, ...]]:
    found: dict[str, list[OutletStanding]] = {}
    for entry in values.entries(reading, node, "outlets", shapes.OUTLETS_MAX):
        fields = Fields(reading, entry, shapes.OUTLET)
        name = values.name(reading, fields.get("name"), "outlet", address_part)
        from_on = fields.get("from")
        standing = OutletStanding(
            _FROM_THE_BEGINNING if from_on is None else reading.day(from_on),
            _title(reading, fields, name),
            values.name(reading, fields.get("tier"), "tier", any_text),
            values.name(reading, fields.get("medium"), "medium", any_text),
        )
        standings = found.setdefault(name, [])
        if any(one.from_on == standing.from_on for one in standings):
            reading.mistake(entry, f'the outlet "{name}" is described twice from {standing.from_on} on')
        standings.append(standing)
    return {name: tuple(sorted(some, key=lambda one: one.from_on)) for name, some in found.items()}


def _persons(reading: Reading, node: Node | None, departments: Mapping[str, Department]) -> tuple[Person, ...]:
    found: dict[tuple[str, str], Person] = {}
    for entry in values.entries(reading, node, "persons", shapes.PERSONS_MAX):
        fields = Fields(reading, entry, shapes.PERSON)
        name = values.name(reading, fields.get("name"), "person", address_part)
        home = fields.get("department")
        department = "" if home is None else reading.reference(home, departments, "department")
        if (name, department) in found and name:
            reading.mistake(entry, f'the person "{name}" of "{department}" stands here twice')
        found[name, department] = Person(
            name,
            _title(reading, fields, name),
            department,
            values.words(reading, fields.get("roles"), "roles", shapes.ROLES_MAX),
            values.facts(reading, fields.get("facts")),
            *_span(reading, fields),
        )
    return tuple(found.values())


def _title(reading: Reading, fields: Fields, otherwise: str) -> str:
    node = fields.get("title")
    return otherwise if node is None else reading.text(node)


def _span(reading: Reading, fields: Fields) -> tuple[date | None, date | None]:
    """The first day and the last, where they are told."""
    first, last = fields.get("from"), fields.get("until")
    from_on = None if first is None else reading.day(first)
    last_on = None if last is None else reading.day(last)
    if last is not None and from_on is not None and last_on is not None and last_on < from_on:
        reading.mistake(last, "the last day lies before the first")
    return from_on, last_on
