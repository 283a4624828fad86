"""Members from rows: each department and person as described on a period's last day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from services.scoring.application.reading.records import PeriodKey
from services.scoring.domain.cards.book import Member, Subject
from services.scoring.domain.holding import Holding
from shared.calendars import Period

Row = tuple[Any, ...]

_facts = msgspec.json.Decoder(dict[str, Decimal]).decode


@dataclass(frozen=True, slots=True)
class _Described:
    from_on: date
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _Person:
    from_on: date
    last_on: date | None
    title: str
    roles: tuple[str, ...]
    facts: Mapping[str, Decimal]


class _Part(NamedTuple):
    """What a period says of a department."""

    scheme_version: int
    """With which it was opened, or by which it is scored."""
    partial: bool
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None
    restated_at: datetime | None


def members(
    parts: Iterable[Row], descriptions: Iterable[Row], persons: Iterable[Row], holdings: Mapping[str, Holding]
) -> Iterator[tuple[PeriodKey, Member]]:
    """In no order, but that a department's persons keep theirs.

    ``parts`` have a row for all departments of whom a period says the same.

    A department is described by the latest description that holds on the period's last day; before the first, by the
    first. A person has a card where a description of theirs holds by the period's last day, and they had not left
    before its first.
    """
    described = _descriptions(descriptions)
    staff = _persons(persons)
    for calendar, period, first, end, own_first, own_end, *said, departments in parts:
        part, key = _Part(*said), (calendar, period)
        for department in departments:
            known = described.get(department)
            if known is None:
                continue
            own = part
            if department in holdings:
                own = _as_held(part, holdings[department], Period(calendar, period, own_first, own_end))
            holding = _holding(known, end)
            yield key, _department(department, holding, own)
            for name, told in staff.get(department, {}).items():
                of_person = _belonging(told, first, end)
                if of_person is not None:
                    yield key, _person(department, name, holding, of_person, own)


def in_order(members: Iterable[Member]) -> list[Member]:
    """In the order of the departments' names; their persons stand behind them."""
    return sorted(members, key=_place)


def _place(member: Member) -> tuple[bool, str]:
    _, name, home = member.subject
    return (False, name) if home is None else (True, home)


def _as_held(part: _Part, holding: Holding, period: Period) -> _Part:
    """The row with the version that the period is scored by, and restated when that has changed since it was final."""
    version = holding.version(part.scheme_version, period)
    changed_at = None if part.final_at is None else holding.restated_at(period, part.final_at)
    if version == part.scheme_version and changed_at is None:
        return part
    restated = [at for at in (part.restated_at, changed_at) if at is not None]
    return part._replace(scheme_version=version, restated_at=max(restated, default=None))


def _descriptions(rows: Iterable[Row]) -> dict[str, list[_Described]]:
    found: dict[str, list[_Described]] = defaultdict(list)
    for department, from_on, title, group, tags, facts in rows:
        found[department].append(_Described(from_on, title, group, tuple(tags), _facts(facts)))
    return found


def _persons(rows: Iterable[Row]) -> dict[str, dict[str, list[_Person]]]:
    found: dict[str, dict[str, list[_Person]]] = defaultdict(lambda: defaultdict(list))
    for department, person, from_on, last_on, title, roles, facts in rows:
        found[department][person].append(_Person(from_on, last_on, title, tuple(roles), _facts(facts)))
    return found


def _holding(known: Sequence[_Described], end: date) -> _Described:
    """Of descriptions in the order in which they hold."""
    for one in reversed(known):
        if one.from_on < end:
            return one
    return known[0]


def _belonging(told: Sequence[_Person], first: date, end: date) -> _Person | None:
    holding: Iterator[_Person] = (one for one in reversed(told) if one.from_on < end)
    one = next(holding, None)
    return one if one is not None and (one.last_on is None or one.last_on >= first) else None


def _department(name: str, described: _Described, part: _Part) -> Member:
    subject = Subject("department", name)
    return Member(subject, described.title, described.group, described.tags, (), described.facts, *part)


def _person(department: str, name: str, described: _Described, person: _Person, part: _Part) -> Member:
    facts = {**described.facts, **person.facts} if person.facts else described.facts
    subject = Subject("person", name, department)
    return Member(subject, person.title, described.group, described.tags, person.roles, facts, *part)
