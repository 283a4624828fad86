"""One item and its facts. The functions change the item they are given, which belongs to its department's state."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from services.scoring.domain.errors import CannotFold
from shared.contracts.department_events import (
    AttributeValue,
    ItemAdopted,
    ItemInstructed,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
)
from shared.schemes.model import FactType

ItemStatus = Literal["submitted", "accepted", "returned", "rejected", "withdrawn"]

Credit = tuple[date, Decimal, int]
"""What a fact has earned under one measure: the date that selects its periods, the amount, the scheme's version."""

SUBMITTED = "submitted"
ACCEPTED = "accepted"
REJECTED = "rejected"
"""Ids of the facts of which an item has one at most; adoptions and instructions carry their own."""


@dataclass(slots=True)
class Fact:
    """Something that is so about an item."""

    id: str
    type: FactType
    place: int
    """The version in the stream of the event that told it: the order among facts of one date."""
    on: date
    fields: dict[str, str | int] = field(default_factory=dict)
    """What measures may ask of the fact itself: tier, medium, form, level …"""


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
    """By measure and fact, what the ledger holds of the item: the sum of its entries."""
    scored_under: int = 0
    """How many versions of its scheme were applied when it was scored last."""


def submitted(event: ItemSubmitted, place: int, today: date, needs_review: bool) -> Item:
    """A new item. One that needs no review is accepted by being submitted."""
    item = Item(
        event.item,
        event.scheme,
        event.kind,
        event.title,
        "submitted",
        today,
        event.happened_on,
        None,
        event.attributes,
        [Fact(SUBMITTED, "submitted", place, today)],
        {},
    )
    if not needs_review:
        _accept(item, place, today)
    return item


def resubmit(item: Item, event: ItemResubmitted, place: int, today: date, needs_review: bool) -> None:
    """Replace what the item says. Its reporting date and its submission stay."""
    item.title = event.title
    item.attributes = event.attributes
    item.happened_on = event.happened_on
    if item.state == "withdrawn":
        return
    if needs_review:
        _leave_decision(item)
        item.state = "submitted"
    elif item.state != "accepted":
        _accept(item, place, today)


def review(item: Item, event: ItemReviewed, place: int, today: date) -> None:
    """Take in a review, also one that reconsiders an earlier one. A withdrawn item stays withdrawn."""
    if item.state == "withdrawn":
        return
    if event.decision == "accepted" and event.final:
        _accept(item, place, today)
        return
    _leave_decision(item)
    if event.decision == "accepted":
        item.state = "submitted"
    elif event.decision == "returned":
        item.state = "returned"
        item.facts.append(Fact(f"returned-{place}", "returned", place, today, {"stage": event.stage}))
    else:
        item.state = "rejected"
        item.facts.append(Fact(REJECTED, "rejected", place, today, {"stage": event.stage}))


def adopt(item: Item, event: ItemAdopted, place: int) -> None:
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
    item.facts.append(Fact(event.adoption, "adopted", place, event.published_on, fields))


def instruct(item: Item, event: ItemInstructed, place: int) -> None:
    """Raises CannotFold when the item has a fact of this id."""
    _refuse_second(item, event.instruction)
    item.facts.append(Fact(event.instruction, "instructed", place, event.instructed_on, {"level": event.level}))


def retract(item: Item, fact_id: str) -> FactType:
    """Forget an adoption or instruction and say which of them it was. Raises CannotFold when there is none such."""
    for index, fact in enumerate(item.facts):
        if fact.id == fact_id and fact.type in ("adopted", "instructed"):
            del item.facts[index]
            return fact.type
    raise CannotFold(f"item {item.item} has no adoption or instruction {fact_id}")


def counts(status: ItemStatus, fact_type: FactType) -> bool:
    """Whether facts of this type earn anything: nothing of a withdrawn item does, of a rejected one its rejection."""
    if status == "withdrawn":
        return False
    return status != "rejected" or fact_type == "rejected"


def _accept(item: Item, place: int, today: date) -> None:
    _leave_decision(item)
    item.state = "accepted"
    item.accepted_on = today
    item.facts.append(Fact(ACCEPTED, "accepted", place, today))


def _leave_decision(item: Item) -> None:
    """An acceptance or rejection no longer holds once something else is decided; returns have happened for good."""
    if item.state in ("accepted", "rejected"):
        item.facts = [fact for fact in item.facts if fact.type not in ("accepted", "rejected")]
        item.accepted_on = None


def _refuse_second(item: Item, fact_id: str) -> None:
    for fact in item.facts:
        if fact.id == fact_id:
            raise CannotFold(f"item {item.item} has a fact {fact_id} already")
