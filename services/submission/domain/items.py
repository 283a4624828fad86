"""The life of an item: what may be asked of it in which state. What it is after each event is in ``item_state``."""

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from services.submission.domain.attributes import check_attributes
from services.submission.domain.commands import (
    Adopt,
    Content,
    Correct,
    Instruct,
    ItemCommand,
    Measure,
    Resubmit,
    RetractFact,
    Review,
    Submit,
    Withdraw,
)
from services.submission.domain.contributors import check_contributors, check_departments
from services.submission.domain.item_state import ItemState, LaterItemEvent, State
from services.submission.domain.known import NOTHING_KNOWN, Known
from services.submission.domain.refusals import (
    DateInFuture,
    FieldMistake,
    OwnSubmission,
    ReasonMissing,
    TooManyFacts,
    UnknownCall,
    UnknownOutlet,
    WrongStage,
    WrongState,
)
from shared.contracts.department_events import (
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
from shared.contracts.directory_events import OutletStanding
from shared.schemes.model import Kind, Scheme

REVIEWS_MAX = 100
ADOPTIONS_MAX = 500
INSTRUCTIONS_MAX = 100
MEASUREMENTS_MAX = 500


def submit(command: Submit, scheme: Scheme, kind: Kind, today: date, known: Known = NOTHING_KNOWN) -> ItemSubmitted:
    """Decide on a new item.

    Raises AttributeMistakes, ContributorMistakes, UnfitDepartments, UnknownCall or DateInFuture.
    """
    departments = check_departments(command.department, command.departments)
    said = _checked(command.content, kind, departments or (command.department,), today, known)
    if command.answers is not None:
        _check_call(command.answers, scheme, known)
    return ItemSubmitted(
        item=command.item,
        scheme=scheme.name,
        kind=kind.name,
        departments=departments,
        answers=command.answers,
        **said,
    )


def decide(
    item: ItemState, command: ItemCommand, kind: Kind, actor: str, today: date, known: Known = NOTHING_KNOWN
) -> LaterItemEvent | None:
    """The event that the command brings about; None when what it asks for is so already.

    ``today`` is the day in the time zone of the item's scheme. Raises a Refused that names the field.
    """
    match command:
        case Resubmit():
            _check_state(item, "resubmit", "returned")
            return ItemResubmitted(item=item.item, **_checked(command.content, kind, item.contributing, today, known))
        case Correct():
            _check_state(item, "correct", "submitted", "accepted", "returned", "rejected")
            said = _checked(command.content, kind, item.contributing, today, known)
            return ItemCorrected(item=item.item, reason=command.reason, **said)
        case Review():
            return _review(item, command, kind, actor)
        case Adopt():
            return _adopt(item, command, today)
        case Instruct():
            return _instruct(item, command, today)
        case Measure():
            return _measure(item, command, today)
        case RetractFact():
            return _retract(item, command)
        case Withdraw():
            _check_state(item, "withdraw", "submitted", "accepted", "returned", "rejected")
            return ItemWithdrawn(item.item, command.reason)
        case _:
            assert_never(command)


def _checked(content: Content, kind: Kind, departments: Sequence[str], today: date, known: Known) -> dict[str, Any]:
    """What the item says, as its events have it."""
    _check_not_future("happened_on", content.happened_on, today)
    return {
        "title": content.title,
        "summary": content.summary,
        "attributes": check_attributes(kind, content.attributes),
        "contributors": check_contributors(kind, content.contributors, departments, known.persons),
        "happened_on": content.happened_on,
    }


def _check_call(answers: str, scheme: Scheme, known: Known) -> None:
    call = known.calls.get(answers)
    if call is None:
        raise UnknownCall(FieldMistake("answers", "the department was issued no such call"))
    if call.cancelled:
        raise UnknownCall(FieldMistake("answers", "this call was cancelled"))
    if call.scheme != scheme.name:
        raise UnknownCall(FieldMistake("answers", f"this call is of the scheme “{call.scheme}”, not “{scheme.name}”"))


def _review(item: ItemState, command: Review, kind: Kind, actor: str) -> ItemReviewed:
    if not item.stages:
        raise WrongState(FieldMistake("decision", f"this {kind.name} needs no review"))
    if item.submitted_by == actor:
        raise OwnSubmission(FieldMistake("decision", "nobody reviews what they submitted themselves"))
    if item.state == "rejected":
        if command.decision != "accepted":
            raise WrongState(FieldMistake("decision", "the item is rejected; it can only be accepted after all"))
    else:
        _check_state(item, "review", "submitted", field="decision")
    stage = item.stages[item.stages_passed]
    if command.stage is not None and command.stage != stage:
        raise WrongStage(FieldMistake("stage", f"the item waits for the review of “{stage}”"))
    if command.decision == "returned" and not command.reason.strip():
        raise ReasonMissing(FieldMistake("reason", "must say what to mend"))
    _check_room("decision", len(item.reviews), REVIEWS_MAX)
    final = command.decision != "accepted" or item.stages_passed + 1 == len(item.stages)
    return ItemReviewed(item.item, stage, command.decision, final, command.reason)


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


def _instruct(item: ItemState, command: Instruct, today: date) -> ItemInstructed:
    _check_state(item, "instruct", "accepted")
    _check_not_future("instructed_on", command.instructed_on, today)
    _check_room("level", len(item.instructions), INSTRUCTIONS_MAX)
    return ItemInstructed(item.item, command.instruction, command.level, command.instructed_on, command.text)


def _measure(item: ItemState, command: Measure, today: date) -> ItemMeasured:
    _check_state(item, "measure", "accepted")
    _check_not_future("measured_on", command.measured_on, today)
    _check_room("metric", len(item.measurements), MEASUREMENTS_MAX)
    return ItemMeasured(item.item, command.measurement, command.metric, command.value, command.measured_on)


def _retract(item: ItemState, command: RetractFact) -> ItemFactRetracted | None:
    if command.fact in item.retracted:
        return None
    if item.state == "withdrawn":
        raise WrongState(FieldMistake("item", "the item is withdrawn; its facts count for nothing any more"))
    return ItemFactRetracted(item.item, command.fact, command.reason)


_VERBS = {
    "withdraw": "withdrawn",
    "resubmit": "resubmitted",
    "correct": "corrected",
    "review": "reviewed",
    "adopt": "adopted",
    "instruct": "instructed on",
    "measure": "measured",
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
