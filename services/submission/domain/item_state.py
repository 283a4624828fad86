"""What an item is after each of its events: evolve (state, event → state).

submitted ─▶ accepted | returned | rejected | withdrawn;  returned ─▶ submitted again, by a resubmission;
rejected ─▶ accepted, by a later review. An item that needs no review is accepted as soon as it is submitted.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from services.submission.domain.review_paths import stages_of
from shared.contracts.department_events import (
    AttributeValue,
    Contributor,
    Decision,
    Form,
    ItemAdopted,
    ItemCorrected,
    ItemFactRetracted,
    ItemInstructed,
    ItemMeasured,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
    ItemWithdrawn,
)
from shared.schemes.model import Kind, Scheme

LaterItemEvent = (
    ItemResubmitted
    | ItemCorrected
    | ItemReviewed
    | ItemAdopted
    | ItemInstructed
    | ItemMeasured
    | ItemFactRetracted
    | ItemWithdrawn
)
ItemEvent = ItemSubmitted | LaterItemEvent
State = Literal["submitted", "accepted", "returned", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    stage: str
    decision: Decision
    final: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Adoption:
    adoption: str
    outlet: str
    outlet_title: str
    tier: str
    medium: str
    form: Form
    published_on: date
    placement: str | None
    words: int | None


@dataclass(frozen=True, slots=True)
class Instruction:
    instruction: str
    level: str
    instructed_on: date
    text: str


@dataclass(frozen=True, slots=True)
class Measurement:
    measurement: str
    metric: str
    value: Decimal
    measured_on: date


@dataclass(frozen=True, slots=True)
class ItemState:
    """All that the rules need to know of an item, and all that the API tells of it beside its instants."""

    item: str
    department: str
    scheme: str
    scheme_version: int
    """The version in force when it was first submitted: an item is judged by the rules it was submitted under."""
    kind: str
    state: State
    title: str
    summary: str
    contributors: tuple[Contributor, ...]
    attributes: dict[str, AttributeValue]
    happened_on: date | None
    submitted_by: str | None
    """The token that submitted it. None for an imported one: the past's hands are not known."""
    awaits: str | None
    """The stage of review that the item waits for."""
    departments: tuple[str, ...] = ()
    """Of a joint item all that contributed, ``department`` first."""
    answers: str | None = None
    stages: tuple[str, ...] = ()
    """The review that it goes through, as its attributes were when it was handed in."""
    stages_passed: int = 0
    reviews: tuple[Reviewed, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    retracted: tuple[str, ...] = ()
    """Ids of the adoptions, instructions and measurements that were recorded by mistake."""
    withdrawal_reason: str = ""

    @property
    def contributing(self) -> tuple[str, ...]:
        """The departments whose streams have the item's events."""
        return self.departments or (self.department,)


def begin(event: ItemSubmitted, department: str, scheme: Scheme, submitted_by: str | None) -> ItemState:
    """The state of an item after its first event."""
    stages = stages_of(scheme.kinds[event.kind], event.attributes)
    return ItemState(
        item=event.item,
        department=department,
        scheme=scheme.name,
        scheme_version=scheme.version,
        kind=event.kind,
        state="submitted" if stages else "accepted",
        title=event.title,
        summary=event.summary,
        contributors=event.contributors,
        attributes=event.attributes,
        happened_on=event.happened_on,
        submitted_by=submitted_by,
        awaits=stages[0] if stages else None,
        departments=event.departments,
        answers=event.answers,
        stages=stages,
    )


def evolve(item: ItemState, event: LaterItemEvent, kind: Kind) -> ItemState:
    """The item after a further event."""
    match event:
        case ItemResubmitted():
            stages = stages_of(kind, event.attributes)
            return replace(
                _saying(item, event),
                state="submitted" if stages else "accepted",
                awaits=stages[0] if stages else None,
                stages=stages,
                stages_passed=0,
            )
        case ItemCorrected():
            return _saying(item, event)
        case ItemReviewed():
            return _reviewed(item, event)
        case ItemAdopted():
            return replace(item, adoptions=(*item.adoptions, _adoption(event)))
        case ItemInstructed():
            instruction = Instruction(event.instruction, event.level, event.instructed_on, event.text)
            return replace(item, instructions=(*item.instructions, instruction))
        case ItemMeasured():
            measurement = Measurement(event.measurement, event.metric, event.value, event.measured_on)
            return replace(item, measurements=(*item.measurements, measurement))
        case ItemFactRetracted():
            return replace(
                item,
                adoptions=tuple(each for each in item.adoptions if each.adoption != event.fact),
                instructions=tuple(each for each in item.instructions if each.instruction != event.fact),
                measurements=tuple(each for each in item.measurements if each.measurement != event.fact),
                retracted=(*item.retracted, event.fact),
            )
        case ItemWithdrawn():
            return replace(item, state="withdrawn", awaits=None, withdrawal_reason=event.reason)
        case _:
            assert_never(event)


def _saying(item: ItemState, event: ItemResubmitted | ItemCorrected) -> ItemState:
    return replace(
        item,
        title=event.title,
        summary=event.summary,
        contributors=event.contributors,
        attributes=event.attributes,
        happened_on=event.happened_on,
    )


def _reviewed(item: ItemState, event: ItemReviewed) -> ItemState:
    reviews = (*item.reviews, Reviewed(event.stage, event.decision, event.final, event.reason))
    if event.decision != "accepted":
        return replace(item, reviews=reviews, state=event.decision, awaits=None)
    passed = item.stages.index(event.stage) + 1
    if event.final:
        return replace(item, reviews=reviews, state="accepted", awaits=None, stages_passed=passed)
    return replace(item, reviews=reviews, state="submitted", awaits=item.stages[passed], stages_passed=passed)


def _adoption(event: ItemAdopted) -> Adoption:
    return Adoption(
        event.adoption,
        event.outlet,
        event.outlet_title,
        event.tier,
        event.medium,
        event.form,
        event.published_on,
        event.placement,
        event.words,
    )


def holds_fact(item: ItemState, fact: str) -> bool:
    """Whether the item has, or had, an adoption, an instruction or a measurement of this id."""
    present = {each.adoption for each in item.adoptions}
    present |= {each.instruction for each in item.instructions}
    present |= {each.measurement for each in item.measurements}
    return fact in present or fact in item.retracted
