"""The cards of an organisation, of its departments, persons and groups, worked out figure by figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shared.calendars import Period
from shared.schemes.formulas import Reference
from shared.schemes.model import Scheme, Scorecard, SubjectKind
from tests.reference.plain.department import Department
from tests.reference.plain.earning import NOTHING
from tests.reference.plain.obliged import OF_ONE, Figure, figure_of, joined
from tests.reference.plain.owing import PersonDescribed, described_on, person_on

CHILDREN = ("over", "best_over", "count_over")


@dataclass(frozen=True)
class Member:
    """Somebody who has a card for a period, described as of its last day."""

    kind: SubjectKind
    name: str
    """Empty: the organisation."""
    scheme: Scheme
    departments: tuple[Department, ...]
    """Of a group or the organisation all of them, of the others their own."""
    group: str | None = None
    tags: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    facts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def department(self) -> str:
        """Of a person."""
        return self.departments[0].name if self.kind == "person" else ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.name, self.department


@dataclass(frozen=True)
class Standing:
    rank: int
    rivals: int
    within: str | None
    awarded: bool
    bonus: Decimal


@dataclass(frozen=True)
class Card:
    kind: str
    name: str
    department: str
    values: Mapping[str, Decimal]
    rank: int | None
    rivals: int
    within: str | None
    awarded: bool
    disqualified: bool


class Cards:
    """All cards of some departments under one scheme, as far as their streams have been taken."""

    def __init__(self, departments: Sequence[Department], scheme: str) -> None:
        self._departments = departments
        self._scheme = scheme
        self._totals = {one.name: one.totals() for one in departments}
        self._members: dict[tuple[SubjectKind, str, str], list[Member]] = {}
        self._values: dict[tuple[object, ...], Decimal] = {}
        self._standings: dict[tuple[SubjectKind, str, str], dict[object, Standing]] = {}

    def periods(self) -> list[Period]:
        """All that have opened for anybody."""
        opened = [one for department in self._departments for one in department.opened.items()]
        found = {key: one.period for key, one in opened if key[0] == self._scheme}
        return [found[key] for key in sorted(found)]

    def cards(self, kind: SubjectKind, period: Period) -> list[Card]:
        standings = self.standings(kind, period)
        found = []
        for member in self.members(kind, period):
            card = member.scheme.scorecard(period.calendar, kind)
            lines = card.lines if card else ()
            values = {name: self.value(member, period, name) for name in lines}
            one = standings.get(member.key)
            found.append(
                Card(
                    *member.key,
                    values,
                    one.rank if one else None,
                    one.rivals if one else 0,
                    one.within if one else None,
                    one is not None and one.awarded,
                    card is not None and self._disqualified(card, member, period),
                )
            )
        return found

    # Who has a card

    def members(self, kind: SubjectKind, period: Period) -> list[Member]:
        key = (kind, period.calendar, period.id)
        if key not in self._members:
            self._members[key] = list(self._find_members(kind, period))
        return self._members[key]

    def _find_members(self, kind: SubjectKind, period: Period) -> Iterable[Member]:
        if kind in ("department", "person"):
            for department in self._departments:
                opened = department.opened.get((self._scheme, period.calendar, period.id))
                if opened is not None:
                    yield from self._of_department(kind, department, department.scored_by(opened), opened.period)
            return
        wholes: dict[str, list[Member]] = {}
        for one in self.members("department", period):
            name = one.group if kind == "group" else ""
            if name is not None:
                wholes.setdefault(name, []).append(one)
        for name, found in wholes.items():
            scheme = max((one.scheme for one in found), key=lambda scheme: scheme.version)
            departments = tuple(one.departments[0] for one in found)
            yield Member(kind, name, scheme, departments, name if kind == "group" else None)

    def _of_department(
        self, kind: SubjectKind, department: Department, scheme: Scheme, period: Period
    ) -> Iterable[Member]:
        described = described_on(department.owing.descriptions, period.last)
        own = (department,)
        if kind == "department":
            yield Member(kind, department.name, scheme, own, described.group, described.tags, (), described.facts)
            return
        for name, told in department.owing.persons.items():
            person = last_seen(told, period)
            if person is not None:
                facts = {**described.facts, **person.facts}
                yield Member(kind, name, scheme, own, described.group, described.tags, person.roles, facts)

    def _find(self, kind: SubjectKind, period: Period, name: str, department: str = "") -> Member | None:
        wanted = (kind, name, department)
        return next((one for one in self.members(kind, period) if one.key == wanted), None)

    # Figures

    def value(self, member: Member, period: Period, name: str) -> Decimal:
        """A line, a measure or a fact of the member."""
        return self.figure(member, period, Reference(None, name))

    def figure(self, member: Member, period: Period, reference: Reference) -> Decimal:
        key = (member.key, period.calendar, period.id, reference.key)
        if key not in self._values:
            self._values[key] = self._figure(member, period, reference)
        return self._values[key]

    def _figure(self, member: Member, period: Period, reference: Reference) -> Decimal:
        function, name = reference.function, reference.name
        if function is None:
            return self._named(member, period, name)
        if function in CHILDREN:
            return self._over(member, period, function, str(reference.calendar), name)
        if function == "previous":
            before = member.scheme.calendars[period.calendar].preceding(period)
            there = self._same(member, before) if before else None
            return self.value(there, before, name) if there and before else NOTHING
        if function in OF_ONE:
            return sum((OF_ONE[function](one) for one in self.owed(member, period, name)), NOTHING)
        if function in ("rank", "rank_bonus"):
            return self._rank(member, period, function, name)
        if function in ("group", "organisation", "department"):
            return self._of_whole(member, period, function, name)
        return self._of_persons(member, period, function, name)

    def _same(self, member: Member, period: Period) -> Member | None:
        """The same subject in another period."""
        return self._find(member.kind, period, member.name, member.department)

    def _named(self, member: Member, period: Period, name: str) -> Decimal:
        scheme = member.scheme
        line = scheme.lines.get(name)
        if not _has(member, name):
            return NOTHING
        if line is not None and line.subject == member.kind:
            formula = line.formula
            return formula.evaluate({one.key: self.figure(member, period, one) for one in formula.references})
        if member.kind in ("group", "organisation"):
            parts = [self._find("department", period, one.name) for one in member.departments]
            return sum((self.value(one, period, name) for one in parts if one), NOTHING)
        if name in scheme.facts:
            return member.facts.get(name, scheme.facts[name].otherwise)
        person = member.name if member.kind == "person" else ""
        key = (self._scheme, period.calendar, period.id, name, person)
        return self._totals[member.departments[0].name].get(key, NOTHING)

    def _over(self, member: Member, period: Period, function: str, calendar: str, name: str) -> Decimal:
        """Over the periods that have opened of a calendar and whose last day lies in this one."""
        children = [one for one in self.periods() if one.calendar == calendar and one.last in period and not one.open]
        found = [(one, self._same(member, one)) for one in sorted(children, key=lambda one: one.first)]
        values = [self.value(there, one, name) for one, there in found if there is not None and _has(there, name)]
        if function == "over":
            return sum(values, NOTHING)
        if function == "best_over":
            return max(values, default=NOTHING)
        return Decimal(sum(1 for value in values if value))

    def _of_whole(self, member: Member, period: Period, function: str, name: str) -> Decimal:
        """Of the department, the group or the organisation that the member is, or belongs to."""
        if function == "organisation":
            whole = self._find("organisation", period, "")
        elif function == "group":
            whole = self._find("group", period, member.group) if member.group is not None else None
        else:
            whole = self._find("department", period, member.departments[0].name)
        return NOTHING if whole is None else self.value(whole, period, name)

    def _of_persons(self, member: Member, period: Period, function: str, name: str) -> Decimal:
        persons = [one for one in self.members("person", period) if one.department == member.name]
        if function == "best_rank":
            ranks = [self.figure(one, period, Reference("rank", name)) for one in persons]
            return min((rank for rank in ranks if rank), default=NOTHING)
        values = [self.value(one, period, name) for one in persons if _has(one, name)]
        return max(values, default=NOTHING) if function == "persons_best" else sum(values, NOTHING)

    # Quotas

    def owed(self, member: Member, period: Period, quota: str) -> list[Figure]:
        """The member's obligations whose last day lies in the period."""
        if member.kind in ("group", "organisation"):
            return self._owed_together(member, period, quota)
        parts = [
            figure_of(owed, department.actual(owed))
            for department in member.departments
            for owed in department.owed.values()
            if owed.key[:2] == (self._scheme, quota)
            and owed.person == (member.name if member.kind == "person" else "")
            and owed.period.last in self._cut(department, period)
        ]
        return parts

    def _owed_together(self, member: Member, period: Period, quota: str) -> list[Figure]:
        """By the groups that the departments belonged to when the quota's own periods opened."""
        parts = [
            (owed, department.actual(owed))
            for one in self.members("department", period)
            for department in one.departments
            for owed in department.owed.values()
            if owed.key[:2] == (self._scheme, quota)
            and owed.period.last in self._cut(department, period)
            and (member.kind == "organisation" or owed.described.group == member.name)
        ]
        return joined(member.kind, member.name, parts)

    def _cut(self, department: Department, period: Period) -> Period:
        """The period as it is cut for the department."""
        return department.opened[self._scheme, period.calendar, period.id].period

    # Ranks

    def _rank(self, member: Member, period: Period, function: str, line: str) -> Decimal:
        card = self._newest(member.kind, period).scorecard(period.calendar, member.kind)
        standing = self.standings(member.kind, period).get(member.key)
        if card is None or card.rank is None or card.rank.by != line or standing is None:
            return NOTHING
        return Decimal(standing.rank) if function == "rank" else standing.bonus

    def _newest(self, kind: SubjectKind, period: Period) -> Scheme:
        return max((one.scheme for one in self.members(kind, period)), key=lambda scheme: scheme.version)

    def _disqualified(self, card: Scorecard, member: Member, period: Period) -> bool:
        return card.disqualified is not None and bool(self.value(member, period, card.disqualified))

    def standings(self, kind: SubjectKind, period: Period) -> dict[object, Standing]:
        """Who stands where, by the newest version that anybody is scored by."""
        key = (kind, period.calendar, period.id)
        if key not in self._standings:
            card = self._newest(kind, period).scorecard(period.calendar, kind) if self.members(kind, period) else None
            self._standings[key] = {} if card is None or card.rank is None else self._stand(kind, period, card)
        return self._standings[key]

    def _stand(self, kind: SubjectKind, period: Period, card: Scorecard) -> dict[object, Standing]:
        rank, scheme = card.rank, self._newest(kind, period)
        assert rank is not None
        sign = 1 if rank.order == "highest" else -1
        found: dict[object, Standing] = {}
        ranked: dict[str | None, list[tuple[Member, bool, list[Decimal]]]] = {}
        for member in self.members(kind, period):
            out = self._disqualified(card, member, period)
            if _has(member, rank.by) and (not out or card.ranked == "last"):
                worth = [sign * self.value(member, period, line) for line in (rank.by, *rank.then)]
                ranked.setdefault(_compared(scheme, rank.within, member), []).append((member, out, worth))
        for within, rivals in ranked.items():
            for member, out, worth in rivals:
                better = [(other, theirs) for _, other, theirs in rivals if (not other, theirs) > (not out, worth)]
                distinct = {(other, *theirs) for other, theirs in better}
                number = 1 + len(distinct if rank.ties == "dense" else better)
                awards = rank.awards.get(within or "all", rank.awards.get("all", 0))
                bonus = NOTHING if out else rank.bonus.get(number, NOTHING)
                found[member.key] = Standing(number, len(rivals), within, number <= awards and not out, bonus)
        return found


def _has(member: Member, name: str) -> bool:
    """Whether the member's version knows such a figure of it; a line of the name may be one of others."""
    line = member.scheme.lines.get(name)
    if line is not None:
        together = member.kind in ("group", "organisation") and line.subject == "department"
        return together or line.subject == member.kind
    return name in member.scheme.measures or name in member.scheme.facts


def last_seen(told: Sequence[PersonDescribed], period: Period) -> PersonDescribed | None:
    """The person as described on the last day of the period on which they were there; None where there is none such."""
    changes = {one.from_on for one in told} | {one.last_on for one in told if one.last_on is not None}
    days = sorted({period.last, *(day for day in changes if day in period)}, reverse=True)
    return next((found for day in days if (found := person_on(told, day))), None)


def _compared(scheme: Scheme, within: str, member: Member) -> str | None:
    if within == "group":
        return member.group
    if within == "class":
        department = member.departments[0].name
        for name, audience in scheme.classes.items():
            if audience.covers(department, member.group, member.tags):
                return name
    return None
