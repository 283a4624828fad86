"""What a department, and its persons, owe in each period that a demo's year touches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from dev.demo.history.drawing import Character, chance, personal
from dev.demo.history.span import Span
from services.scoring.application.rehearsal.reading.organisation import Department, Organisation, Person
from services.scoring.domain.amounts import DepartmentValues
from shared.calendars import Calendar, Period
from shared.schemes.model import FixedAmount, Measure, Quota, Scheme, TargetTable
from shared.schemes.schedule import quota_due_at, version_in_force

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Owed:
    """What one department or person owes for a period, or its part in what all owe together."""

    scheme: Scheme
    quota: Quota
    period: Period
    target: Decimal
    due_at: datetime
    first_on: date
    """The first day on which something can be done for it."""
    person: Person | None
    own: bool
    """Whether it is owed by the department or person itself; waivers are for such only."""
    who: Character

    @property
    def measure(self) -> Measure:
        """What is counted."""
        return self.scheme.measures[self.quota.measure]

    @property
    def words(self) -> tuple[str, ...]:
        """What tells it from everything else that is owed."""
        return self.quota.name, self.period.id, "" if self.person is None else self.person.name


@dataclass(frozen=True)
class Owing:
    """Asks the versions of a scheme what is owed. Open calendars have been closed in them already."""

    organisation: Organisation
    schemes: Sequence[Scheme]
    span: Span
    characters: Mapping[str, Character]

    def of(self, department: Department) -> list[Owed]:
        """All that the department and its persons owe: what comes round often first, so that it counts for the rest."""
        found = [one for scheme, quota, period in self._asked() for one in self._by(department, scheme, quota, period)]
        return sorted(found, key=lambda one: ((one.period.end - one.period.first).days, one.period.first))

    def _asked(self) -> Iterator[tuple[Scheme, Quota, Period]]:
        for scheme in self.schemes:
            for quota in scheme.quotas.values():
                for period in self._periods(scheme, scheme.calendars[quota.calendar]):
                    yield scheme, quota, period

    def _periods(self, scheme: Scheme, calendar: Calendar) -> Iterator[Period]:
        """Those that begin while the version is in force, as far as they have days within the span."""
        first = self.schemes[0]
        period = calendar.first_ending_after(max(self.span.first_on, first.effective_from))
        while period is not None and period.first <= self.span.last_on:
            holding = version_in_force(self.schemes, scheme.name, period.first) or first
            if holding is scheme:
                yield period
            period = calendar.following(period)

    def _by(self, department: Department, scheme: Scheme, quota: Quota, period: Period) -> Iterator[Owed]:
        if not quota.applies_to.covers(department.name, department.group, department.tags):
            return
        there = joins_on(department, self.span)
        owner = chance(self.organisation.name, quota.name, period.id, department.group or "")
        who = self.characters[department.name]
        if quota.subject == "person":
            for person in self._persons(department, quota):
                target = target_of(scheme, quota, department, person)
                since = max(there, person.from_on or there)
                own = personal(who, self.organisation.name, department.name, person.name)
                yield from self._owed(scheme, quota, period, target, since, person, True, own)
            return
        target = target_of(scheme, quota, department, None)
        if quota.subject != "department" and target is not None:
            members = self._members(department, quota)
            drawn = owner.choices(members, k=int(target))
            target = Decimal(drawn.count(department.name))
        yield from self._owed(scheme, quota, period, target, there, None, quota.subject == "department", who)

    def _owed(
        self,
        scheme: Scheme,
        quota: Quota,
        period: Period,
        target: Decimal | None,
        there: date,
        person: Person | None,
        own: bool,
        who: Character,
    ) -> Iterator[Owed]:
        """Of a period that is cut short at its beginning, the part that is left of the target."""
        first_on = max(period.first, there, self.span.first_on, self.schemes[0].effective_from)
        if target is None or target <= 0 or first_on >= period.end:
            return
        left = Decimal((period.end - first_on).days) / (period.end - period.first).days
        part = (target * left).quantize(Decimal(1)) if left < 1 else target
        if part > 0:
            due_at = quota_due_at(scheme, quota, period)
            yield Owed(scheme, quota, period, part, due_at, first_on, person, own and left == 1, who)

    def _persons(self, department: Department, quota: Quota) -> list[Person]:
        roles = quota.applies_to.roles
        there = [one for one in self.organisation.persons if one.department == department.name]
        return [one for one in there if not roles or not roles.isdisjoint(one.roles)]

    def _members(self, department: Department, quota: Quota) -> list[str]:
        """Those that owe it together."""
        return [
            one.name
            for one in self.organisation.departments.values()
            if quota.applies_to.covers(one.name, one.group, one.tags)
            and (quota.subject == "organisation" or one.group == department.group)
        ]


def joins_on(department: Department, span: Span) -> date:
    """From which day on the demo has the department: what was before a year that reaches the present is left out."""
    return max(department.from_on, span.first_on) if span.live else department.from_on


def target_of(scheme: Scheme, quota: Quota, department: Department, person: Person | None) -> Decimal | None:
    """How much is owed for a whole period; None where a table does not list who would owe."""
    target = quota.at_least
    if isinstance(target, FixedAmount):
        return target.value
    if isinstance(target, TargetTable):
        return _row(target, scheme, department, person)
    own = () if person is None else (person.facts,)
    return target.formula.evaluate(DepartmentValues(scheme.facts, *own, department.facts))


def _row(table: TargetTable, scheme: Scheme, department: Department, person: Person | None) -> Decimal | None:
    """The first row that fits."""
    for name, target in table.rows.items():
        if table.by == "class":
            fits = scheme.classes[name].covers(department.name, department.group, department.tags)
        elif table.by == "role":
            fits = person is not None and name in person.roles
        else:
            fits = name == (department.name if table.by == "department" else department.group)
        if fits:
            return target
    return table.otherwise
