"""What is scored, as the stream tells of it: items, calls for copy, adjustments, and the outcomes of quotas."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.contracts import department_events as happened
from shared.schemes.model import FactType

Value = str | int | bool | Decimal | list[str]


@dataclass
class Fact:
    id: str
    type: FactType
    place: int
    """The version in the stream of the event that told it."""
    day: date
    """Its own date: when it was submitted, published, called …"""
    at: datetime
    """The recorded instant of its event."""
    fields: dict[str, Value] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    instants: dict[str, datetime] = field(default_factory=dict)
    """What it says beside itself, of a call that it is about."""


@dataclass(frozen=True)
class Credit:
    """What a fact is credited with under a measure, before departments, persons and windows are looked at."""

    measure: str
    fact: str
    place: int
    day: date
    version: int
    amount: Decimal


@dataclass
class Thing:
    """An item; or a call, an adjustment, an outcome: these have one fact and no kind."""

    id: str
    scheme: str
    kind: str | None
    state: str
    facts: list[Fact] = field(default_factory=list)
    submitted_on: date | None = None
    submitted_at: datetime | None = None
    happened_on: date | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    contributors: tuple[happened.Contributor, ...] = ()
    departments: tuple[str, ...] = ()
    person: str = ""
    """Whose own it is, of adjustments and outcomes of persons."""
    answers: str | None = None
    credits: list[Credit] = field(default_factory=list)
    """As it was scored last."""

    @property
    def accepted(self) -> Fact | None:
        return next((fact for fact in self.facts if fact.type == "accepted"), None)

    @property
    def answer(self) -> Fact | None:
        return next((fact for fact in self.facts if fact.type == "answered"), None)

    def counted(self) -> Iterator[Fact]:
        """Nothing of what is withdrawn; of what is rejected, the rejection."""
        for fact in self.facts:
            if self.state != "withdrawn" and (self.state != "rejected" or fact.type == "rejected"):
                yield fact

    def says(self, event: happened.ItemSubmitted | happened.ItemResubmitted | happened.ItemCorrected) -> None:
        self.attributes = dict(event.attributes)
        self.happened_on = event.happened_on
        self.contributors = event.contributors

    def decide(self, state: str, place: int, day: date, at: datetime) -> None:
        """An acceptance or a rejection holds until something else is decided; returns have happened for good."""
        self.facts = [fact for fact in self.facts if fact.type not in ("accepted", "rejected")]
        self.state = state
        if state == "accepted":
            self.facts.append(Fact("accepted", "accepted", place, day, at))
        elif state == "rejected":
            self.facts.append(Fact("rejected", "rejected", place, day, at))
        elif state == "returned":
            self.facts.append(Fact(f"returned-{place}", "returned", place, day, at))


def submitted(event: happened.ItemSubmitted, place: int, day: date, at: datetime) -> Thing:
    item = Thing(event.item, event.scheme, event.kind, "submitted", submitted_on=day, submitted_at=at)
    item.says(event)
    item.departments, item.answers = event.departments, event.answers
    item.facts.append(Fact("submitted", "submitted", place, day, at))
    return item


def told(event: object, place: int, at: datetime) -> Fact:
    """An adoption, an instruction or a measurement."""
    if isinstance(event, happened.ItemAdopted):
        said: dict[str, Value | None] = {
            "outlet": event.outlet,
            "tier": event.tier,
            "medium": event.medium,
            "form": event.form,
            "placement": event.placement,
            "words": event.words,
        }
        fields = {name: value for name, value in said.items() if value is not None}
        return Fact(event.adoption, "adopted", place, event.published_on, at, fields)
    if isinstance(event, happened.ItemInstructed):
        return Fact(event.instruction, "instructed", place, event.instructed_on, at, {"level": event.level})
    assert isinstance(event, happened.ItemMeasured)
    fields = {"metric": event.metric, "value": event.value}
    return Fact(event.measurement, "measured", place, event.measured_on, at, fields)


def called(event: happened.CallIssued, place: int, day: date, at: datetime) -> Thing:
    fact = Fact(
        "called", "called", place, day, at, {"on_time": False}, instants={"called_at": at, "due_at": event.due_at}
    )
    return Thing(event.call, event.scheme, None, "accepted", [fact])


def answered(call: Thing, place: int, day: date, at: datetime) -> Fact:
    asked = call.facts[0]
    return Fact(
        "answered",
        "answered",
        place,
        day,
        at,
        {"on_time": at < asked.instants["due_at"]},
        {"called_on": asked.day},
        dict(asked.instants),
    )


def adjusted(event: happened.AdjustmentMade, place: int, at: datetime) -> Thing:
    fields: dict[str, Value] = {"category": event.category, "value": event.value}
    fact = Fact("adjusted", "adjusted", place, event.adjusted_on, at, fields)
    return Thing(event.adjustment, event.scheme, None, "accepted", [fact], person=event.person or "")
