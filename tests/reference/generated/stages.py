"""What happens to several departments at random: a list of draws becomes their streams, as they could have been."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, cast

from hypothesis import strategies as st

from shared.calendars import start_instant
from shared.contracts import department_events as happened
from shared.schemes import Scheme
from tests.reference.generated.vocabulary import (
    CAMPAIGN,
    CATEGORIES,
    CONTRIBUTING,
    DEPARTMENTS,
    FORMS,
    LEVELS,
    METRICS,
    OUTLETS,
    PERSONS,
    PLACEMENTS,
    ROLES,
    TIERS,
)
from tests.reference.streams import StreamWriter

ORGANISATION = "town"

Draw = tuple[str, int, int, int, int]
"""What happens, how many hours after the last, to which department, and two free choices."""

ACTIONS = (
    "wait",
    *["submit"] * 14,
    *["accept", "accept", "accept", "pass_on", "return", "reject", "resubmit", "correct", "withdraw"],
    *["adopt"] * 5,
    *["instruct"] * 2,
    *["measure"] * 2,
    *["retract", "retract", "adjust", "adjust", "drop", "call", "call", "cancel"],
    *["describe", "post", "post", "dismiss", "waive", "waive", "close", "leave", "apply", "backdate", "backdate"],
)

_HOURS = (0, 0, 1, 5, 5, 9, 16, 24, 60, 110)
_CHOICES = 12


def _draw(number: int) -> Draw:
    """One number says it all: drawing five takes several times as long."""
    number, action = divmod(number, len(ACTIONS))
    number, hours = divmod(number, len(_HOURS))
    number, department = divmod(number, len(DEPARTMENTS))
    one, other = divmod(number, _CHOICES)
    return ACTIONS[action], _HOURS[hours], department, one, other


draws: st.SearchStrategy[list[Draw]] = st.lists(
    st.integers(0, len(ACTIONS) * len(_HOURS) * len(DEPARTMENTS) * _CHOICES**2 - 1).map(_draw), min_size=25, max_size=60
)
"""Shrinks towards histories in which nothing happens."""

joinings = st.tuples(*[st.sampled_from([date(2013, 12, 20), date(2014, 1, 1), date(2014, 1, 16)])] * 3)
BEGINNING = datetime(2014, 1, 1, 1, tzinfo=UTC)


@dataclass
class Item:
    """What has to be known of an item to tell more of it."""

    id: str
    kind: str
    departments: tuple[str, ...]
    withdrawn: bool = False
    facts: list[str] = field(default_factory=list)


@dataclass
class Stage:
    """Acts out draws; what could not happen is left out."""

    schemes: tuple[Scheme, ...]
    joined_on: Sequence[date]
    live: bool = True
    now: datetime = BEGINNING
    writers: dict[str, StreamWriter] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    adjustments: list[tuple[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    applied: int = 1
    closed: bool = False
    told: int = 0

    def __post_init__(self) -> None:
        for number, (name, joined_on) in enumerate(zip(DEPARTMENTS, self.joined_on, strict=True)):
            writer = self.writers[name] = StreamWriter(ORGANISATION, name)
            tags = ("key",) if number != 1 else ()
            facts = {"staff": Decimal(10 + number * 2)}
            group = ("street", "street", None)[number]
            writer.register(self.schemes[:1], joined_on, group=group, tags=tags, facts=facts, live=self.live)
            for person in PERSONS[name][:1]:
                writer.append(happened.PersonDescribed(person, person, (ROLES[0],), {}, joined_on))

    def act(self, draws: Sequence[Draw]) -> "Stage":
        for action, hours, department, one, other in draws:
            self.now += timedelta(hours=hours, minutes=7 * (other % 3))
            self._publish_at_last()
            act: Callable[[str, int, int], None] = getattr(self, f"_{action}")
            act(DEPARTMENTS[department], one, other)
        for writer in self.writers.values():
            if self._is_there(writer.department):
                writer.pass_time(self.now)
        return self

    @property
    def streams(self) -> dict[str, StreamWriter]:
        """Those that have begun."""
        return {name: writer for name, writer in self.writers.items() if self._is_there(name)}

    # Telling

    def _is_there(self, department: str) -> bool:
        return self.writers[department].now <= self.now

    def _tell(self, departments: Sequence[str], event: object) -> None:
        for name in departments:
            self.writers[name].tell(event, self.now)

    def _id(self, of: str) -> str:
        self.told += 1
        return f"{of}{self.told}"

    def _today(self) -> date:
        return self.now.date()

    def _item(self, one: int) -> Item | None:
        there = [item for item in self.items if not item.withdrawn]
        return there[one % len(there)] if there else None

    def _wait(self, department: str, one: int, other: int) -> None:
        """Nothing happens."""

    # Items

    def _submit(self, department: str, one: int, other: int) -> None:
        together = (department, *(name for name in DEPARTMENTS if name != department))[: 1 + one % 3]
        departments = tuple(name for name in together if self._is_there(name)) if other % 3 == 0 else (department,)
        if not self._is_there(department):
            return
        kind = ("report", "report", "notice", "memo")[one % 4]
        item = Item(self._id("item-"), kind, departments)
        self.items.append(item)
        known = [call for call, to in self.calls if department in to]
        event = happened.ItemSubmitted(
            item.id,
            self.schemes[0].name,
            kind,
            item.id,
            departments=departments if len(departments) > 1 else (),
            answers=known[one % len(known)] if known and other % 2 else None,
            **self._says(kind, departments, one, other),
        )
        self._tell(departments, event)

    def _says(self, kind: str, departments: Sequence[str], one: int, other: int) -> Any:
        attributes: dict[str, object] = {}
        if kind == "memo":
            attributes = {"channel": "outside" if other % 2 else "inside"}
        elif kind == "report":
            said: dict[str, object] = {
                "topic": ("law", "art")[one % 2],
                "fields": [["land"], ["sea", "air"], ["air"]][other % 3],
                "size": ("2.50", "4", "0.5", "3.5")[other % 4],
                "minutes": (10, 20, 45)[one % 3],
                "urgent": other % 2 == 0,
                "held_on": ("2014-01-15", "2014-02-03")[one % 2],
                "starts": ("09:00", "09:30", "16:00")[other % 3],
                "papers": [["a.pdf"], ["a.pdf", "b.pdf"], []][one % 3],
            }
            attributes = {name: value for place, (name, value) in enumerate(said.items()) if (one + place) % 5}
        persons = [(person, name) for name in departments for person in PERSONS[name]]
        contributors = tuple(
            happened.Contributor(
                person,
                CONTRIBUTING[(one + place) % 3],
                person if (one + place) % 7 else None,
                name if name != departments[0] or other % 2 else None,
            )
            for place, (person, name) in enumerate(persons)
            if (other + place) % 3
        )
        happened_on = None if one % 3 == 0 else self._today() - timedelta(days=other)
        return {"attributes": attributes, "contributors": contributors, "happened_on": happened_on}

    def _resubmit(self, department: str, one: int, other: int) -> None:
        item = self._item(one)
        if item is not None:
            says = self._says(item.kind, item.departments, one, other)
            self._tell(item.departments, happened.ItemResubmitted(item.id, item.id, **says))

    def _correct(self, department: str, one: int, other: int) -> None:
        item = self._item(one)
        if item is not None:
            says = self._says(item.kind, item.departments, other, one)
            self._tell(item.departments, happened.ItemCorrected(item.id, item.id, "mistaken", **says))

    def _reviewed(self, one: int, decision: happened.Decision, final: bool) -> None:
        item = self._item(one)
        if item is not None:
            self._tell(item.departments, happened.ItemReviewed(item.id, "leader", decision, final))

    def _accept(self, department: str, one: int, other: int) -> None:
        self._reviewed(one, "accepted", True)

    def _pass_on(self, department: str, one: int, other: int) -> None:
        self._reviewed(one, "accepted", False)

    def _return(self, department: str, one: int, other: int) -> None:
        self._reviewed(one, "returned", True)

    def _reject(self, department: str, one: int, other: int) -> None:
        self._reviewed(one, "rejected", True)

    def _withdraw(self, department: str, one: int, other: int) -> None:
        item = self._item(one)
        if item is not None:
            item.withdrawn = True
            self._tell(item.departments, happened.ItemWithdrawn(item.id))

    def _adopt(self, department: str, one: int, other: int) -> None:
        for item in self._any_item(one):
            fact = self._id("adoption-")
            item.facts.append(fact)
            event = happened.ItemAdopted(
                item.id,
                fact,
                OUTLETS[one % 2],
                "Outlet",
                TIERS[other % 3],
                "paper",
                cast(happened.Form, FORMS[(one + other) % 3]),
                self._today() - timedelta(days=(one * other) % 25 - 3),
                PLACEMENTS[one % 2] if other % 3 else None,
                (300, 500, 900, None)[other % 4],
            )
            self._tell(item.departments, event)

    def _instruct(self, department: str, one: int, other: int) -> None:
        for item in self._any_item(one):
            fact = self._id("instruction-")
            item.facts.append(fact)
            on = self._today() - timedelta(days=other)
            self._tell(item.departments, happened.ItemInstructed(item.id, fact, LEVELS[other % 2], on))

    def _measure(self, department: str, one: int, other: int) -> None:
        for item in self._any_item(one):
            fact = self._id("measurement-")
            item.facts.append(fact)
            value, on = Decimal(other * 40) + Decimal("0.50"), self._today() - timedelta(days=one)
            self._tell(item.departments, happened.ItemMeasured(item.id, fact, METRICS[one % 2], value, on))

    def _any_item(self, one: int) -> Iterator[Item]:
        if self.items:
            yield self.items[one % len(self.items)]

    def _retract(self, department: str, one: int, other: int) -> None:
        known = [(item, fact) for item in self.items for fact in item.facts]
        if known:
            item, fact = known[one % len(known)]
            item.facts.remove(fact)
            self._tell(item.departments, happened.ItemFactRetracted(item.id, fact, "by mistake"))

    # Calls and adjustments

    def _call(self, department: str, one: int, other: int) -> None:
        to = tuple(name for name in (DEPARTMENTS if one % 2 else (department,)) if self._is_there(name))
        if to:
            call, due_at = self._id("call-"), self.now + timedelta(hours=20 * (1 + other % 3))
            self.calls.append((call, to))
            self._tell(to, happened.CallIssued(call, self.schemes[0].name, "Snow", due_at))

    def _cancel(self, department: str, one: int, other: int) -> None:
        if self.calls:
            call, to = self.calls.pop(one % len(self.calls))
            self._tell(to, happened.CallCancelled(call, "no snow"))

    def _adjust(self, department: str, one: int, other: int) -> None:
        if self._is_there(department):
            adjustment = self._id("adjustment-")
            self.adjustments.append((adjustment, department))
            value, on = Decimal(other - 4) / 2, self._today() - timedelta(days=one)
            person = PERSONS[department][one % len(PERSONS[department])] if other % 2 else None
            category, scheme = CATEGORIES[one % 2], self.schemes[0].name
            event = happened.AdjustmentMade(adjustment, scheme, category, value, on, "agreed", person)
            self._tell([department], event)

    def _drop(self, department: str, one: int, other: int) -> None:
        if self.adjustments:
            adjustment, of = self.adjustments.pop(one % len(self.adjustments))
            self._tell([of], happened.AdjustmentRetracted(adjustment, "twice"))

    # Departments, persons, schemes

    def _describe(self, department: str, one: int, other: int) -> None:
        if self._is_there(department):
            group = ("street", "office", None)[other % 3]
            tags, facts = ("key",) * (one % 2), {"staff": Decimal(one), "students": Decimal(other * 3)}
            from_on = self._today() + timedelta(days=one * 3 - 14)
            told = dict(list(facts.items())[: 1 + other % 2])
            self._tell([department], happened.DepartmentChanged(department, group, tags, told, from_on))

    def _post(self, department: str, one: int, other: int) -> None:
        self._person(department, one, ROLES[: other % 3], None, other)

    def _dismiss(self, department: str, one: int, other: int) -> None:
        self._person(department, one, ROLES[:1], self._today() + timedelta(days=other * 2 - 8), other)

    def _person(self, department: str, one: int, roles: tuple[str, ...], last_on: date | None, other: int) -> None:
        if self._is_there(department):
            person = PERSONS[department][one % len(PERSONS[department])]
            facts = {"staff": Decimal(other)} if other % 2 else {}
            from_on = self._today() + timedelta(days=one * 2 - 10)
            if last_on is not None:
                from_on = min(from_on, last_on)
            event = happened.PersonDescribed(person, person, roles, facts, from_on, last_on)
            self._tell([department], event)

    def _waive(self, department: str, one: int, other: int) -> None:
        scheme = self.schemes[self.applied - 1]
        if scheme.quotas and self._is_there(department):
            quota = list(scheme.quotas.values())[one % len(scheme.quotas)]
            day = self._today() + timedelta(days=other * 3 - 20)
            period = scheme.calendars[quota.calendar].first_ending_after(day)
            person = PERSONS[department][other % len(PERSONS[department])] if one % 3 == 0 else None
            if period is not None and (person is None or quota.subject == "person"):
                self._tell([department], happened.ObligationWaived(scheme.name, quota.name, period.id, "flood", person))

    def _close(self, department: str, one: int, other: int) -> None:
        """The operator closes the campaign for all departments, those that come later too."""
        calendar = self.schemes[0].calendars[CAMPAIGN]
        last_on = max(date(2014, 1, 20), self._today() + timedelta(days=other * 3 - 14))
        running = calendar.first_ending_after(date(2014, 2, 1))
        may = running is not None and running.open and not self.closed
        if may and all(self._is_there(name) for name in DEPARTMENTS):
            self.closed = True
            for writer in self.writers.values():
                writer.close(CAMPAIGN, last_on, self.now)

    def _leave(self, department: str, one: int, other: int) -> None:
        if self._is_there(department) and department not in self.gone:
            self.gone.add(department)
            self.writers[department].leave(self._today() + timedelta(days=other * 2 - 10), self.now)

    def _apply(self, department: str, one: int, other: int) -> None:
        if all(self._is_there(name) for name in DEPARTMENTS):
            self._publish(self.now)

    def _publish_at_last(self) -> None:
        """The next version, when it was not published before: in the second before it holds."""
        for scheme in self.schemes[self.applied :]:
            holds_at = start_instant(scheme.effective_from, scheme.time_zone)
            if holds_at <= self.now:
                self._publish(holds_at - timedelta(seconds=1))

    def _publish(self, at: datetime) -> None:
        """The next version, if there is one."""
        for scheme in self.schemes[self.applied : self.applied + 1]:
            self.applied += 1
            for writer in self.writers.values():
                writer.pass_time(at)
                writer.apply(scheme)

    def _backdate(self, department: str, one: int, other: int) -> None:
        """Of one department or of all: their streams hear of it one after the other."""
        holding = [scheme for scheme in self.schemes[1 : self.applied] if scheme.effective_from <= self._today()]
        if holding:
            scheme = holding[one % len(holding)]
            from_on = max(scheme.effective_from - timedelta(days=1 + other * 3), self.schemes[0].effective_from)
            event = happened.SchemeBackdated(scheme.name, scheme.version, from_on, "agreed")
            self._tell(DEPARTMENTS if other % 3 else [department], event)


Kind = Literal["department", "person", "group", "organisation"]
