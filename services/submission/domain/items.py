"""The life of an item: what may be asked of it in which state, and what it is after each event.

submitted ─▶ accepted | returned | rejected | withdrawn;  returned ─▶ submitted again, by a resubmission;
rejected ─▶ accepted, by a later review. A kind without review is accepted as soon as it is submitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from services.submission.domain.attributes import check_attributes
from services.submission.domain.commands import (
    Adopt,
    Content,
    Instruct,
    ItemCommand,
    Resubmit,
    RetractFact,
    Review,
    Submit,
    Withdraw,
)
from services.submission.domain.refusals import (
    DateInFuture,
    FieldMistake,
    OwnSubmission,
    ReasonMissing,
    TooManyFacts,
    UnknownOutlet,
    WrongStage,
    WrongState,
)
from shared.contracts.department_events import (
    AttributeValue,
    Contributor,
    Decision,
    Form,
    ItemAdopted,
    ItemFactRetracted,
    ItemInstructed,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
    ItemWithdrawn,
)
from shared.contracts.directory_events import OutletStanding
from shared.schemes.model import Kind, Scheme

ItemEvent = (
    ItemSubmitted | ItemResubmitted | ItemReviewed | ItemAdopted | ItemInstructed | ItemFactRetracted | ItemWithdrawn
)
LaterItemEvent = ItemResubmitted | ItemReviewed | ItemAdopted | ItemInstructed | ItemFactRetracted | ItemWithdrawn
State = Literal["submitted", "accepted", "returned", "rejected", "withdrawn"]

REVIEWS_MAX = 100
ADOPTIONS_MAX = 500
INSTRUCTIONS_MAX = 100


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
    stages_passed: int = 0
    reviews: tuple[Reviewed, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    retracted: tuple[str, ...] = field(default=())
    """Ids of the adoptions and instructions that were recorded by mistake."""
    withdrawal_reason: str = ""


def submit(command: Submit, scheme: Scheme, kind: Kind, today: date) -> ItemSubmitted:
    """Decide on a new item. Raises AttributeMistakes or DateInFuture."""
    content = command.content
    _check_not_future("happened_on", content.happened_on, today)
    return ItemSubmitted(
        item=command.item,
        scheme=scheme.name,
        kind=kind.name,
        title=content.title,
        summary=content.summary,
        contributors=content.contributors,
        attributes=check_attributes(kind, content.attributes),
        happened_on=content.happened_on,
    )


def begin(event: ItemSubmitted, department: str, scheme: Scheme, submitted_by: str | None) -> ItemState:
    """The state of an item after its first event."""
    stages = stages_of(scheme.kinds[event.kind])
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
    )


def decide(item: ItemState, command: ItemCommand, kind: Kind, actor: str, today: date) -> LaterItemEvent | None:
    """The event that the command brings about; None when what it asks for is so already.

    ``today`` is the day in the time zone of the item's scheme. Raises a Refused that names the field.
    """
    match command:
        case Resubmit():
            return _resubmit(item, command.content, kind, today)
        case Review():
            return _review(item, command, kind, actor)
        case Adopt():
            return _adopt(item, command, today)
        case Instruct():
            return _instruct(item, command, today)
        case RetractFact():
            return _retract(item, command)
        case Withdraw():
            _check_state(item, "withdraw", "submitted", "accepted", "returned", "rejected")
            return ItemWithdrawn(item.item, command.reason)
        case _:
            assert_never(command)


def evolve(item: ItemState, event: LaterItemEvent, kind: Kind) -> ItemState:
    """The item after a further event."""
    match event:
        case ItemResubmitted():
            return replace(
                item,
                state="submitted",
                awaits=stages_of(kind)[0],
                stages_passed=0,
                title=event.title,
                summary=event.summary,
                contributors=event.contributors,
                attributes=event.attributes,
                happened_on=event.happened_on,
            )
        case ItemReviewed():
            return _reviewed(item, event, kind)
        case ItemAdopted():
            return replace(item, adoptions=(*item.adoptions, _adoption(event)))
        case ItemInstructed():
            instruction = Instruction(event.instruction, event.level, event.instructed_on, event.text)
            return replace(item, instructions=(*item.instructions, instruction))
        case ItemFactRetracted():
            return replace(
                item,
                adoptions=tuple(each for each in item.adoptions if each.adoption != event.fact),
                instructions=tuple(each for each in item.instructions if each.instruction != event.fact),
                retracted=(*item.retracted, event.fact),
            )
        case ItemWithdrawn():
            return replace(item, state="withdrawn", awaits=None, withdrawal_reason=event.reason)
        case _:
            assert_never(event)


def stages_of(kind: Kind) -> tuple[str, ...]:
    return kind.review[0].stages if kind.review else ()


def _resubmit(item: ItemState, content: Content, kind: Kind, today: date) -> ItemResubmitted:
    _check_state(item, "resubmit", "returned")
    _check_not_future("happened_on", content.happened_on, today)
    return ItemResubmitted(
        item=item.item,
        title=content.title,
        summary=content.summary,
        contributors=content.contributors,
        attributes=check_attributes(kind, content.attributes),
        happened_on=content.happened_on,
    )


def _review(item: ItemState, command: Review, kind: Kind, actor: str) -> ItemReviewed:
    stages = stages_of(kind)
    if not stages:
        raise WrongState(FieldMistake("decision", f"a {kind.name} needs no review"))
    if item.submitted_by == actor:
        raise OwnSubmission(FieldMistake("decision", "nobody reviews what they submitted themselves"))
    if item.state == "rejected":
        if command.decision != "accepted":
            raise WrongState(FieldMistake("decision", "the item is rejected; it can only be accepted after all"))
    else:
        _check_state(item, "review", "submitted", field="decision")
    stage = stages[item.stages_passed]
    if command.stage is not None and command.stage != stage:
        raise WrongStage(FieldMistake("stage", f"the item waits for the review of “{stage}”"))
    if command.decision == "returned" and not command.reason.strip():
        raise ReasonMissing(FieldMistake("reason", "must say what to mend"))
    _check_room("decision", len(item.reviews), REVIEWS_MAX)
    final = command.decision != "accepted" or item.stages_passed + 1 == len(stages)
    return ItemReviewed(item.item, stage, command.decision, final, command.reason)


def _reviewed(item: ItemState, event: ItemReviewed, kind: Kind) -> ItemState:
    reviews = (*item.reviews, Reviewed(event.stage, event.decision, event.final, event.reason))
    if event.decision != "accepted":
        return replace(item, reviews=reviews, state=event.decision, awaits=None)
    stages = stages_of(kind)
    passed = stages.index(event.stage) + 1
    if event.final:
        return replace(item, reviews=reviews, state="accepted", awaits=None, stages_passed=passed)
    return replace(item, reviews=reviews, state="submitted", awaits=stages[passed], stages_passed=passed)


def _adopt(item: ItemState, command: Adopt, today: date) -> ItemAdopted:
    _check_state(item, "adopt", "accepted")
    _check_not_future("published_on", command.published_on, today)
    _check_room("outlet", len(item.adoptions), ADOPTIONS_MAX)
    standing = _standing_on(command.outlet, command.standings, command.published_on)
    return ItemAdopted(
        item=item.item,
        adoption=command.adoption,
        outlet=command.outlet,
        outlet_title=standing.title,
        tier=standing.tier,
        medium=standing.medium,
        form=command.form,
        published_on=command.published_on,
        placement=command.placement,
        words=command.words,
    )


def _standing_on(outlet: str, standings: Sequence[OutletStanding], day: date) -> OutletStanding:
    if not standings:
        raise UnknownOutlet(FieldMistake("outlet", f"the organisation has no outlet “{outlet}”"))
    known = [standing for standing in standings if standing.from_on <= day]
    if not known:
        first = min(standing.from_on for standing in standings)
        raise UnknownOutlet(FieldMistake("published_on", f"the outlet “{outlet}” is known from {first} on only"))
    return max(known, key=lambda standing: standing.from_on)


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


def _instruct(item: ItemState, command: Instruct, today: date) -> ItemInstructed:
    _check_state(item, "instruct", "accepted")
    _check_not_future("instructed_on", command.instructed_on, today)
    _check_room("level", len(item.instructions), INSTRUCTIONS_MAX)
    return ItemInstructed(item.item, command.instruction, command.level, command.instructed_on, command.text)


def _retract(item: ItemState, command: RetractFact) -> ItemFactRetracted | None:
    if command.fact in item.retracted:
        return None
    if item.state == "withdrawn":
        raise WrongState(FieldMistake("item", "the item is withdrawn; its facts count for nothing any more"))
    return ItemFactRetracted(item.item, command.fact, command.reason)


def holds_fact(item: ItemState, fact: str) -> bool:
    """Whether the item has, or had, an adoption or instruction of this id."""
    present = {each.adoption for each in item.adoptions} | {each.instruction for each in item.instructions}
    return fact in present or fact in item.retracted


_VERBS = {
    "withdraw": "withdrawn",
    "resubmit": "resubmitted",
    "review": "reviewed",
    "adopt": "adopted",
    "instruct": "instructed on",
}


def _check_state(item: ItemState, verb: str, *allowed: State, field: str = "item") -> None:
    if item.state not in allowed:
        detail = f"the item is {item.state}; only what is {' or '.join(allowed)} can be {_VERBS[verb]}"
        raise WrongState(FieldMistake(field, detail))


def _check_not_future(field: str, day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise DateInFuture(FieldMistake(field, f"{day} is in the future; today is {today}"))


def _check_room(field: str, count: int, most: int) -> None:
    if count >= most:
        raise TooManyFacts(FieldMistake(field, f"the item has {most} of them already, as many as an item may have"))
