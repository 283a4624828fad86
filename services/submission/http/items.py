"""``…/items``: submitting, reviewing, adopting, instructing, mending, withdrawing, and reading what became of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError

from services.submission.application.errors import TokenLapsed
from services.submission.application.item_commands import change_item, read_item, submit_item
from services.submission.application.ports import (
    ItemFilter,
    Outcome,
    StoredItem,
)
from services.submission.domain.commands import ItemCommand
from services.submission.domain.refusals import Refused
from services.submission.http import commands, documents, schemas
from services.submission.http.asking import asker_with_key, submission
from shared.contracts.identifiers import new_id
from shared.web import json
from shared.web.application import JsonResponse
from shared.web.auth import (
    OPERATORS,
    READERS,
    REVIEWERS,
    SUBMITTERS,
    Roles,
    confirm_anew,
    current_principal,
    require,
    require_member,
    require_unconfirmed,
)
from shared.web.blueprint import Blueprint
from shared.web.fields import parse_instant
from shared.web.idempotency import REPLAYED_HEADER
from shared.web.parsing import invalid

blueprint = Blueprint("items", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/items", methods=["POST"])
@blueprint.arguments(schemas.NewItemSchema)
@blueprint.response(201, schemas.ItemSchema)
def submit(body: Mapping[str, Any], organisation: str) -> Any:
    """Submit one item. The 201 means that it is stored for good, with every department that contributed."""
    command = commands.submit(body, str(new_id()), body["answers"])

    def carry_out() -> Outcome:
        principal = require_unconfirmed(SUBMITTERS, organisation, command.department)
        return submit_item(submission().ports, organisation, command, asker_with_key(principal))

    try:
        outcome = carry_out()
    except TokenLapsed:
        confirm_anew()
        outcome = carry_out()
    except Refused:
        current_principal()  # a token that has been revoked since does not learn why it is refused
        raise
    return _created(organisation, outcome)


@blueprint.route("/items")
@blueprint.arguments(schemas.ItemsQuery, location="query")
@blueprint.response(200, schemas.ItemPageSchema)
def list_items(query: Mapping[str, Any], organisation: str) -> Any:
    """The items, those submitted last first."""
    if query["department"] is not None:
        department = require(READERS, organisation, query["department"]).department or query["department"]
    else:
        department = require_member(READERS, organisation).department
    before_at, before_item = _place(query["cursor"])
    wanted = ItemFilter(
        organisation,
        department,
        query["kind"],
        query["state"],
        query["scheme"],
        query["submitted_from"],
        query["submitted_to"],
        before_at,
        before_item,
    )
    return documents.item_page(submission().ports.items.page(wanted, query["limit"] + 1), query["limit"])


@blueprint.route("/items/<uuid:item>")
@blueprint.response(200, schemas.ItemSchema)
def get_item(organisation: str, item: UUID) -> Any:
    """One item as it is now."""
    return documents.item(_visible(organisation, item))


@blueprint.route("/items/<uuid:item>/events")
@blueprint.response(200, schemas.ItemEventsSchema)
def list_events(organisation: str, item: UUID) -> Any:
    """Everything that happened to the item, in order."""
    _visible(organisation, item)
    events = submission().ports.items.events(organisation, item)
    return {"items": [documents.item_event(event) for event in events], "next_cursor": None}


@blueprint.route("/items/<uuid:item>/reviews", methods=["POST"])
@blueprint.arguments(schemas.ReviewSchema)
@blueprint.response(201, schemas.ItemSchema)
def review(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Accept, return or reject the item, at the stage of review that it waits for."""
    return _change(REVIEWERS, organisation, item, commands.review(body))


@blueprint.route("/items/<uuid:item>/resubmission", methods=["POST"])
@blueprint.arguments(schemas.ContentSchema)
@blueprint.response(201, schemas.ItemSchema)
def resubmit(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Hand a returned item in again, mended. Neither its reporting date nor the count changes."""
    return _change(SUBMITTERS, organisation, item, commands.resubmit(body))


@blueprint.route("/items/<uuid:item>/corrections", methods=["POST"])
@blueprint.arguments(schemas.CorrectionSchema)
@blueprint.response(201, schemas.ItemSchema)
def correct(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Put right what the item says, whatever its state, which stays as it is."""
    return _change(OPERATORS, organisation, item, commands.correct(body))


@blueprint.route("/items/<uuid:item>/adoptions", methods=["POST"])
@blueprint.arguments(schemas.NewAdoptionSchema)
@blueprint.response(201, schemas.ItemSchema)
def adopt(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Record that an outlet published the item. The answer lists the adoption last."""
    return _change(OPERATORS, organisation, item, commands.adopt(body, str(new_id())))


@blueprint.route("/items/<uuid:item>/adoptions/<uuid:fact>", methods=["DELETE"])
@blueprint.route("/items/<uuid:item>/instructions/<uuid:fact>", methods=["DELETE"])
@blueprint.route("/items/<uuid:item>/measurements/<uuid:fact>", methods=["DELETE"])
@blueprint.arguments(schemas.RetractionQuery, location="query")
@blueprint.response(200, schemas.ItemSchema)
def retract(query: Mapping[str, Any], organisation: str, item: UUID, fact: UUID) -> Any:
    """Take back what was recorded by mistake: it is as if it had never been. Once more changes nothing."""
    return _change(OPERATORS, organisation, item, commands.retract(query, str(fact)), status=200)


@blueprint.route("/items/<uuid:item>/instructions", methods=["POST"])
@blueprint.arguments(schemas.NewInstructionSchema)
@blueprint.response(201, schemas.ItemSchema)
def instruct(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Record that a leader wrote an instruction on the item. The answer lists it last."""
    return _change(OPERATORS, organisation, item, commands.instruct(body, str(new_id())))


@blueprint.route("/items/<uuid:item>/measurements", methods=["POST"])
@blueprint.arguments(schemas.NewMeasurementSchema)
@blueprint.response(201, schemas.ItemSchema)
def measure(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Record a number that was read off for the item, such as its clicks so far. The answer lists it last."""
    return _change(OPERATORS, organisation, item, commands.measure(body, str(new_id())))


@blueprint.route("/items/<uuid:item>/withdrawal", methods=["POST"])
@blueprint.arguments(schemas.WithdrawalSchema)
@blueprint.response(201, schemas.ItemSchema)
def withdraw(body: Mapping[str, Any], organisation: str, item: UUID) -> Any:
    """Take the item back: it counts for nothing any more."""
    return _change(SUBMITTERS, organisation, item, commands.withdraw(body))


def _change(roles: Roles, organisation: str, item: UUID, command: ItemCommand, *, status: int = 201) -> Response:
    principal = require_member(roles, organisation)
    outcome = change_item(submission().ports, organisation, item, command, asker_with_key(principal))
    return _answer(outcome, status, {})


def _created(organisation: str, outcome: Outcome) -> Response:
    address = f"/v1/organisations/{organisation}/items/{outcome.item.state.item}"
    return _answer(outcome, 201, {"Location": address})


def _answer(outcome: Outcome, status: int, headers: dict[str, str]) -> Response:
    if outcome.replayed:
        headers[REPLAYED_HEADER] = "true"
    return JsonResponse(json.encode(documents.item(outcome.item)), status, headers)


def _visible(organisation: str, item: UUID) -> StoredItem:
    principal = require_member(READERS, organisation)
    return read_item(submission().ports, organisation, item, principal.department)


def _place(cursor: list[str] | None) -> tuple[Any, UUID | None]:
    if cursor is None:
        return None, None
    try:
        return parse_instant(cursor[0]), UUID(cursor[1])
    except (ValidationError, ValueError):
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
