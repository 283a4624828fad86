"""``POST …/items:batch``: many items in one request, the good ones kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError

from services.submission.application.ports import StoredItem
from services.submission.application.submit_batch import submit_batch
from services.submission.domain.commands import Submit
from services.submission.domain.refusals import Refused
from services.submission.http import commands, documents, schemas
from services.submission.http.asking import asker, submission
from shared.contracts.identifiers import new_id
from shared.directory.entities import Principal
from shared.web.auth import SUBMITTERS, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent
from shared.web.parsing import flatten, invalid
from shared.web.problems import FieldError, Problem, document, problem_of

BODY_BYTES_MAX = 16 * 1024 * 1024

blueprint = Blueprint("batches", __name__, url_prefix="/v1/organisations/<name:organisation>")
_item_schema = schemas.NewItemSchema()


@blueprint.route("/items:batch", methods=["POST"])
@blueprint.limit_body(BODY_BYTES_MAX)
@blueprint.arguments(schemas.BatchSchema)
@blueprint.response(200, schemas.BatchResultsSchema)
def submit_items(body: Mapping[str, Any], organisation: str) -> Any:
    """Submit up to 1,000 items; one result each, in their order. The whole has one Idempotency-Key."""
    principal = require_member(SUBMITTERS, organisation)
    wired = submission()
    with wired.transactions.begin() as transaction, idempotent(transaction.connection, principal) as answer:
        if answer.replay is None:
            read = [_read(position, each, principal) for position, each in enumerate(body["items"])]
            good = [each for each in read if isinstance(each, Submit)]
            taken = iter(submit_batch(wired.ports, transaction, organisation, good, asker(principal)))
            results = [next(taken) if isinstance(each, Submit) else each for each in read]
            answer.give(200, _results(results))
    return answer.response()


def _read(position: int, body: Any, principal: Principal) -> Submit | Problem:
    try:
        checked = _item_schema.load(body)
    except ValidationError as mistake:
        return invalid(_located(position, flatten(mistake.messages)))
    if principal.department not in (None, checked["department"]):
        return Problem("forbidden", "The token is for another department.")
    return commands.submit(checked, str(new_id()), checked["answers"])


def _results(results: Sequence[StoredItem | Refused | Problem]) -> dict[str, Any]:
    shown = [_result(position, each) for position, each in enumerate(results)]
    accepted = sum(isinstance(each, StoredItem) for each in results)
    return {"accepted": accepted, "refused": len(results) - accepted, "results": shown}


def _result(position: int, result: StoredItem | Refused | Problem) -> dict[str, Any]:
    if isinstance(result, StoredItem):
        return {"index": position, "status": 201, "item": documents.item(result)}
    problem = result if isinstance(result, Problem) else problem_of(result)
    if problem is None:
        raise TypeError(f"{type(result).__name__} is no registered problem")
    if isinstance(result, Refused):
        problem.errors = _located(position, list(problem.errors))
    made = document(problem)
    return {"index": position, "status": made["status"], "problem": made}


def _located(position: int, errors: Sequence[FieldError]) -> list[FieldError]:
    """The same mistakes, named from the top of the request's body."""
    return [{**error, "field": f"items.{position}.{error['field']}".rstrip(".")} for error in errors]
