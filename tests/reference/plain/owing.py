"""Who owes a quota for a period and how much, and what becomes of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.calendars import OPEN_END, Period, start_instant
from shared.contracts import department_events as happened
from shared.schemes.model import FixedAmount, Quota, Scheme, TargetTable
from shared.schemes.schedule import grace_ends_at, quota_due_at
from tests.reference.plain.earning import NOTHING, rounded
from tests.reference.plain.things import Thing


@dataclass(frozen=True)
class Described:
    """The department as described from a day on, at a place of the stream."""

    from_on: date
    place: int
    group: str | None
    tags: tuple[str, ...]
    facts: Mapping[str, Decimal]


@dataclass(frozen=True)
class PersonDescribed:
    from_on: date
    place: int
    roles: tuple[str, ...]
    facts: Mapping[str, Decimal]
    last_on: date | None


def described_on(descriptions: Sequence[Described], day: date) -> Described:
    """The latest that holds by then; before the first, the first."""
    ordered = sorted(descriptions, key=lambda one: (one.from_on, one.place))
    return ([one for one in ordered if one.from_on <= day] or ordered[:1])[-1]


def person_on(descriptions: Sequence[PersonDescribed], day: date) -> PersonDescribed | None:
    """None where the person is not there."""
    holding = [one for one in descriptions if one.from_on <= day]
    if not holding:
        return None
    found = max(holding, key=lambda one: (one.from_on, one.place))
    return None if found.last_on is not None and found.last_on < day else found


@dataclass
class Owed:
    """One quota of a department or of one of its persons, for one period."""

    scheme: Scheme
    quota: Quota
    period: Period
    person: str
    target: Decimal
    part: bool
    due_at: datetime
    grace_ends_at: datetime | None
    described: Described
    """When the period opened."""
    start: date
    """The first day in the period on which the department is there."""
    state: str = "open"
    on_time: bool | None = None
    due_passed: bool = False
    grace_passed: bool = False
    actual_when_due: Decimal | None = None
    reminded: bool = False
    decisions: int = 0
    waived: str | None = None
    outcome: Thing | None = None
    """What being met or missed counts for."""
    lacking: Decimal = NOTHING
    """When it was missed."""
    actual_in_grace: Decimal | None = None
    """When the time of grace ended."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.scheme.name, self.quota.name, self.period.id, self.person

    @property
    def too_late(self) -> bool:
        return self.due_passed if self.grace_ends_at is None else self.grace_passed


def due_of(scheme: Scheme, quota: Quota, period: Period) -> datetime:
    """What waits for a campaign to be closed is due at the end of all days."""
    if period.open and quota.due.on is None:
        return start_instant(OPEN_END, scheme.time_zone)
    return quota_due_at(scheme, quota, period)


def grace_of(scheme: Scheme, quota: Quota, period: Period) -> datetime | None:
    if period.open and quota.due.on is None:
        return None if quota.grace is None else start_instant(OPEN_END, scheme.time_zone)
    return grace_ends_at(scheme, quota, period)


@dataclass
class Owing:
    """Who could owe: the department and its persons as the stream has described them so far."""

    department: str = ""
    descriptions: list[Described] = field(default_factory=list)
    persons: dict[str, list[PersonDescribed]] = field(default_factory=dict)

    def owed(self, scheme: Scheme, quota: Quota, period: Period, start: date) -> Iterator[Owed]:
        """All that is owed for a period that opens; ``start``: the first day in it on which the department is there."""
        described = described_on(self.descriptions, period.first)
        if quota.subject == "person":
            for person in sorted(self.persons):
                yield from self.owed_by(scheme, quota, period, start, person)
        elif quota.applies_to.covers(self.department, described.group, described.tags):
            if quota.subject == "department":
                target = self._target(scheme, quota, described, None)
                yield from self._joined(scheme, quota, period, "", target, start)
            else:
                yield self._owed(scheme, quota, period, "", NOTHING, start, part=True)

    def owed_by(self, scheme: Scheme, quota: Quota, period: Period, start: date, person: str) -> Iterator[Owed]:
        """What a person owes from the first day on, from ``start``, on which the quota applies to them."""
        told = self.persons[person]
        described = described_on(self.descriptions, period.first)
        days = sorted({start, *(one.from_on for one in told if start < one.from_on < period.end)})
        roles = quota.applies_to.roles
        for day in days:
            found = person_on(told, day)
            if found is None or (roles and not roles & set(found.roles)):
                continue
            if quota.applies_to.covers(self.department, described.group, described.tags):
                target = self._target(scheme, quota, described, found)
                yield from self._joined(scheme, quota, period, person, target, day)
                return

    def _joined(
        self, scheme: Scheme, quota: Quota, period: Period, person: str, target: Decimal | None, day: date
    ) -> Iterator[Owed]:
        """What is owed by one who is there from a day of the period on; nothing is not owed."""
        late = day > period.first
        if target is None or (late and quota.joiners == "exempt"):
            return
        if late and quota.joiners == "prorated" and not period.open:
            left, whole = (period.end - day).days, (period.end - period.first).days
            target = rounded(target * left / whole, 0)
        if target > 0:
            yield self._owed(scheme, quota, period, person, target, day)

    def _owed(
        self, scheme: Scheme, quota: Quota, period: Period, person: str, target: Decimal, day: date, part: bool = False
    ) -> Owed:
        due_at, grace = due_of(scheme, quota, period), grace_of(scheme, quota, period)
        described, state = described_on(self.descriptions, period.first), "part" if part else "open"
        return Owed(scheme, quota, period, person, target, part, due_at, grace, described, day, state)

    def _target(
        self, scheme: Scheme, quota: Quota, described: Described, person: PersonDescribed | None
    ) -> Decimal | None:
        """None where a table sets nobody like this a target."""
        asked = quota.at_least
        if isinstance(asked, FixedAmount):
            return asked.value
        if isinstance(asked, TargetTable):
            fits: Mapping[str, Callable[[str], bool]] = {
                "department": lambda name: name == self.department,
                "group": lambda name: name == described.group,
                "class": lambda name: scheme.classes[name].covers(self.department, described.group, described.tags),
                "role": lambda name: person is not None and name in person.roles,
            }
            return next((target for name, target in asked.rows.items() if fits[asked.by](name)), asked.otherwise)
        known = {**described.facts, **(person.facts if person else {})}
        values = {name: known.get(name, declared.otherwise) for name, declared in scheme.facts.items()}
        return asked.formula.evaluate(values)


def judged(owed: Owed, actual: Decimal) -> tuple[str, str] | None:
    """The state that follows, and how it is announced; None when nothing has changed."""
    reached = actual >= owed.target
    match owed.state:
        case "open" if reached:
            return "met", "met"
        case "open" if owed.too_late:
            return "missed", "missed"
        case "met" if not reached:
            return "missed" if owed.too_late else "open", "restated"
        case "missed" if reached:
            return "met_late", "met_late"
        case "met_late" if not reached:
            return "missed", "restated"
    return None


def tells(owed: Owed, event: happened.ObligationWaived) -> bool:
    """Whether the waiver is of this obligation: one that names no person is of the department and all its persons."""
    same = (owed.scheme.name, owed.quota.name, owed.period.id) == (event.scheme, event.quota, event.period)
    return same and event.person in (None, owed.person)
