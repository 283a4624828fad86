"""One item and its facts. The functions change the item they are given, which belongs to its department's state.

A call, an adjustment and the outcome of a quota are kept in the same way, as items of a kind of their own with one fact
(``tidings``, ``outcomes``): they are scored by the same rules.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from services.scoring.domain.errors import CannotFold
from shared.contracts.department_events import (
    AttributeValue,
    Contributor,
    ItemAdopted,
    ItemCorrected,
    ItemInstructed,
    ItemMeasured,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
)
from shared.schemes.facts import number_text
from shared.schemes.model import FactType

ItemStatus = Literal["submitted", "accepted", "returned", "rejected", "withdrawn"]

Credit = tuple[date, Decimal, int]
"""What a fact has earned under one measure: the date that selects its periods, the amount, the scheme's version."""

SUBMITTED = "submitted"
ACCEPTED = "accepted"
REJECTED = "rejected"
ANSWERED = "answered"
"""Ids of the facts of which an item has one at most; adoptions, instructions and measurements carry their own."""


@dataclass(slots=True)
class Fact:
    """Something that is so about an item."""

    id: str
    type: FactType
    place: int
    """The version in the stream of the event that told it: the order among facts of one date."""
    on: date
    fields: dict[str, str | int] = field(default_factory=dict)
    """What measures may ask of the fact itself: tier, medium, form, level … All but whole numbers as text."""
    at: datetime | None = None
    """The recorded instant of its event; None only where an older program stored it."""


class Credited(NamedTuple):
    """A contributor who is a known person."""

    person: str
    role: str
    department: str | None
    """Of a person of another department than the first, in a joint item."""


@dataclass(slots=True)
class Item:
    """What the fold remembers of an item."""

    item: str
    scheme: str
    kind: str
    title: str
    state: ItemStatus
    submitted_on: date
    """The day of its first submission, for good."""
    happened_on: date | None
    accepted_on: date | None
    attributes: dict[str, AttributeValue]
    facts: list[Fact]
    credits: dict[str, dict[str, Credit]]
    """By measure and fact, what the department itself is credited with, before the credits of a period are looked at
    together. Without ``per_period``, the sum of the ledger's entries."""
    scored_under: int = 0
    """How often the rules had changed when it was scored last."""
    departments: tuple[str, ...] = ()
    """Of a joint item: all that contributed, the submitting one first."""
    contributors: tuple[Credited, ...] = ()
    person: str = ""
    """Whose own it is, and not the department's: of adjustments and outcomes."""
    answers: str | None = None
    """The call that it answers."""
    answered_by: dict[str, bool] | None = None
    """Of a call: the items that answer it, as far as these count, and whether each came before the due instant."""
    personal: dict[str, dict[str, dict[str, Credit]]] | None = None
    """By measure, person and fact, as ``credits``; None where no person has ever been credited."""


def submitted(event: ItemSubmitted, place: int, at: datetime, today: date) -> Item:
    """A new item, not reviewed yet."""
    return Item(
        event.item,
        event.scheme,
        event.kind,
        event.title,
        "submitted",
        today,
        event.happened_on,
        None,
        event.attributes,
        [Fact(SUBMITTED, "submitted", place, today, {}, at)],
        {},
        departments=event.departments,
        contributors=_credited(event.contributors),
        answers=event.answers,
    )


def needs_no_review(item: Item, place: int, at: datetime, today: date) -> None:
    """Accept an item by its being submitted: nobody is to look at it."""
    if item.state not in ("withdrawn", "accepted"):
        _accept(item, place, at, today)


def resubmit(item: Item, event: ItemResubmitted) -> None:
    """Replace what the item says. Its reporting date and its submission stay; so does its state, for now."""
    _say(item, event)


def correct(item: Item, event: ItemCorrected) -> None:
    """Replace what the item says. Its state and its dates stay, but for the date when it happened."""
    _say(item, event)


def await_review(item: Item) -> None:
    """The item has been submitted again and waits for a decision. A withdrawn one stays withdrawn."""
    if item.state != "withdrawn":
        _leave_decision(item)
        item.state = "submitted"


def review(item: Item, event: ItemReviewed, place: int, at: datetime, today: date) -> None:
    """Take in a review, also one that reconsiders an earlier one. A withdrawn item stays withdrawn.

    What is decided already is not decided once more: an acceptance or rejection keeps its day and its place.
    """
    passed_on = event.decision == "accepted" and not event.final
    decided: ItemStatus = "submitted" if passed_on else event.decision
    if item.state == "withdrawn" or (item.state == decided and decided in ("accepted", "rejected")):
        return
    if decided == "accepted":
        _accept(item, place, at, today)
        return
    _leave_decision(item)
    item.state = decided
    if decided == "returned":
        item.facts.append(Fact(f"returned-{place}", "returned", place, today, {"stage": event.stage}, at))
    elif decided == "rejected":
        item.facts.append(Fact(REJECTED, "rejected", place, today, {"stage": event.stage}, at))


def adopt(item: Item, event: ItemAdopted, place: int, at: datetime) -> None:
    """Raises CannotFold when the item has a fact of this id."""
    _refuse_second(item, event.adoption)
    fields: dict[str, str | int] = {
        "outlet": event.outlet,
        "tier": event.tier,
        "medium": event.medium,
        "form": event.form,
    }
    if event.placement is not None:
        fields["placement"] = event.placement
    if event.words is not None:
        fields["words"] = event.words
    item.facts.append(Fact(event.adoption, "adopted", place, event.published_on, fields, at))


def instruct(item: Item, event: ItemInstructed, place: int, at: datetime) -> None:
    """Raises CannotFold when the item has a fact of this id."""
    _refuse_second(item, event.instruction)
    fields: dict[str, str | int] = {"level": event.level}
    item.facts.append(Fact(event.instruction, "instructed", place, event.instructed_on, fields, at))


def measure(item: Item, event: ItemMeasured, place: int, at: datetime) -> None:
    """Raises CannotFold when the item has a fact of this id."""
    _refuse_second(item, event.measurement)
    fields: dict[str, str | int] = {"metric": event.metric, "value": number_text(event.value)}
    item.facts.append(Fact(event.measurement, "measured", place, event.measured_on, fields, at))


def retract(item: Item, fact_id: str) -> FactType:
    """Forget an adoption, instruction or measurement and say which of them it was.

    Raises CannotFold when there is none such.
    """
    for index, fact in enumerate(item.facts):
        if fact.id == fact_id and fact.type in ("adopted", "instructed", "measured"):
            del item.facts[index]
            return fact.type
    raise CannotFold(f"item {item.item} has no adoption, instruction or measurement {fact_id}")


def counts(status: ItemStatus, fact_type: FactType) -> bool:
    """Whether facts of this type earn anything: nothing of a withdrawn item does, of a rejected one its rejection."""
    if status == "withdrawn":
        return False
    return status != "rejected" or fact_type == "rejected"


def _say(item: Item, event: ItemResubmitted | ItemCorrected) -> None:
    item.title = event.title
    item.attributes = event.attributes
    item.happened_on = event.happened_on
    item.contributors = _credited(event.contributors)


def _credited(contributors: tuple[Contributor, ...]) -> tuple[Credited, ...]:
    """Those contributors that can be credited; of one who is only named, nobody knows who it is."""
    return tuple([Credited(one.person, one.role, one.department) for one in contributors if one.person is not None])


def _accept(item: Item, place: int, at: datetime, today: date) -> None:
    _leave_decision(item)
    item.state = "accepted"
    item.accepted_on = today
    item.facts.append(Fact(ACCEPTED, "accepted", place, today, {}, at))


def _leave_decision(item: Item) -> None:
    """An acceptance or rejection no longer holds once something else is decided; returns have happened for good."""
    if item.state in ("accepted", "rejected"):
        item.facts = [fact for fact in item.facts if fact.type not in ("accepted", "rejected")]
        item.accepted_on = None


def _refuse_second(item: Item, fact_id: str) -> None:
    for fact in item.facts:
        if fact.id == fact_id:
            raise CannotFold(f"item {item.item} has a fact {fact_id} already")
