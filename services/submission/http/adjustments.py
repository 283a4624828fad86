"""``…/adjustments``: what an operator counts that no item says, or corrects in a score."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.submission.application.ports import StoredRecord
from services.submission.application.record_commands import record, take_back
from services.submission.domain.record_commands import RetractAdjustment
from services.submission.domain.records import Adjustment
from services.submission.http import commands, record_schemas
from services.submission.http.asking import asker, submission
from services.submission.http.record_pages import page, seen_by_reader
from services.submission.http.schemas import RetractionQuery
from shared.contracts.identifiers import new_id
from shared.web.auth import OPERATORS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

blueprint = Blueprint("adjustments", __name__, url_prefix="/v1/organisations/<name:organisation>/adjustments")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(record_schemas.NewAdjustmentSchema)
@blueprint.response(201, record_schemas.AdjustmentSchema)
def make(body: Mapping[str, Any], organisation: str) -> Any:
    """Make an adjustment to a department, or to one of its persons."""
    department = body["department"]
    principal = require(OPERATORS, organisation, department)
    command = commands.adjust(body, str(new_id()))
    wired = submission()
    with wired.transactions.begin() as transaction, idempotent(transaction.connection, principal) as answer:
        if answer.replay is None:
            made = record(wired.ports, transaction, organisation, [department], [command], asker(principal))
            answer.give(201, _document(made[0]))
    return answer.response()


@blueprint.route("/<uuid:adjustment>", methods=["DELETE"])
@blueprint.arguments(RetractionQuery, location="query")
@blueprint.response(204)
def retract(query: Mapping[str, Any], organisation: str, adjustment: UUID) -> Any:
    """Take back an adjustment made by mistake: it is as if it had never been. Once more changes nothing."""
    principal = require_member(OPERATORS, organisation)
    wired = submission()
    command = RetractAdjustment(str(adjustment), query["reason"])
    with wired.transactions.begin() as transaction:
        take_back(wired.ports, transaction, organisation, command, asker(principal))


@blueprint.route("")
@blueprint.arguments(record_schemas.RecordsQuery, location="query")
@blueprint.response(200, record_schemas.AdjustmentsSchema)
def list_adjustments(query: Mapping[str, Any], organisation: str) -> Any:
    """The adjustments, those made first first, also those that were retracted."""
    department = seen_by_reader(organisation, query["department"])
    return page(organisation, "adjustment", department, query, _document)


def _document(stored: StoredRecord) -> dict[str, Any]:
    adjustment = stored.record
    assert isinstance(adjustment, Adjustment)
    return {
        "id": adjustment.adjustment,
        "department": stored.key.department,
        "scheme": adjustment.scheme,
        "category": adjustment.category,
        "value": adjustment.value,
        "adjusted_on": adjustment.adjusted_on,
        "reason": adjustment.reason,
        "person": adjustment.person,
        "changed_at": stored.recorded_at,
        "retracted": adjustment.retracted,
    }
