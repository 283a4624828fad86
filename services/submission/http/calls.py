"""``…/calls``: departments are called upon for copy (约稿); items answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.submission.application.ports import StoredRecord
from services.submission.application.record_commands import record, take_back
from services.submission.domain.record_commands import CancelCall
from services.submission.domain.records import Call
from services.submission.http import commands, record_schemas
from services.submission.http.asking import asker, submission
from services.submission.http.record_pages import page, require_operator_of, seen_by_reader
from shared.contracts.identifiers import new_id
from shared.web.auth import OPERATORS, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

blueprint = Blueprint("calls", __name__, url_prefix="/v1/organisations/<name:organisation>/calls")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(record_schemas.NewCallSchema)
@blueprint.response(201, record_schemas.CallSchema)
def issue(body: Mapping[str, Any], organisation: str) -> Any:
    """Call upon departments, all of them or none, for copy by an instant. Items name the call in ``answers``."""
    departments = body["departments"]
    principal = require_operator_of(organisation, departments)
    command = commands.issue_call(body, str(new_id()))
    wired = submission()
    with wired.transactions.begin() as transaction, idempotent(transaction.connection, principal) as answer:
        if answer.replay is None:
            issued = record(
                wired.ports,
                transaction,
                organisation,
                departments,
                [command],
                asker(principal),
                named_in=lambda number: f"departments.{number}",
            )
            answer.give(201, _document(issued[0]))
    return answer.response()


@blueprint.route("/<uuid:call>", methods=["DELETE"])
@blueprint.arguments(record_schemas.CancellationQuery, location="query")
@blueprint.response(204)
def cancel(query: Mapping[str, Any], organisation: str, call: UUID) -> Any:
    """Cancel a call in all its departments: it is as if it had never been issued. Once more changes nothing."""
    principal = require_member(OPERATORS, organisation)
    wired = submission()
    with wired.transactions.begin() as transaction:
        take_back(wired.ports, transaction, organisation, CancelCall(str(call), query["reason"]), asker(principal))


@blueprint.route("")
@blueprint.arguments(record_schemas.RecordsQuery, location="query")
@blueprint.response(200, record_schemas.CallsSchema)
def list_calls(query: Mapping[str, Any], organisation: str) -> Any:
    """The calls to the department, or all calls, those issued first first."""
    department = seen_by_reader(organisation, query["department"])
    return page(organisation, "call", department, query, _document)


def _document(stored: StoredRecord) -> dict[str, Any]:
    call = stored.record
    assert isinstance(call, Call)
    return {
        "id": call.call,
        "departments": call.departments,
        "scheme": call.scheme,
        "title": call.title,
        "text": call.text,
        "due_at": call.due_at,
        "issued_at": call.issued_at,
        "cancelled": call.cancelled,
    }
