"""``…/waivers``: who is exempted from a quota for a period."""

from collections.abc import Mapping
from typing import Any

from services.submission.application.ports import StoredRecord
from services.submission.application.record_commands import record
from services.submission.domain.records import Waiver
from services.submission.http import commands, record_schemas
from services.submission.http.asking import asker, submission
from services.submission.http.record_pages import page, require_operator_of, seen_by_reader
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

blueprint = Blueprint("waivers", __name__, url_prefix="/v1/organisations/<name:organisation>/waivers")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(record_schemas.NewWaiversSchema)
@blueprint.response(201, record_schemas.WaiversSchema)
def waive(body: Mapping[str, Any], organisation: str) -> Any:
    """Exempt departments, or a person, from a quota for some periods: all of it or nothing. Answers what is new."""
    departments = body["departments"]
    principal = require_operator_of(organisation, departments)
    waivers = [commands.waive(body, period) for period in dict.fromkeys(body["periods"])]
    wired = submission()
    with wired.transactions.begin() as transaction, idempotent(transaction.connection, principal) as answer:
        if answer.replay is None:
            waived = record(
                wired.ports,
                transaction,
                organisation,
                departments,
                waivers,
                asker(principal),
                named_in=lambda number: f"departments.{number}",
            )
            answer.give(201, {"items": [_document(each) for each in waived], "next_cursor": None})
    return answer.response()


@blueprint.route("")
@blueprint.arguments(record_schemas.RecordsQuery, location="query")
@blueprint.response(200, record_schemas.WaiversSchema)
def list_waivers(query: Mapping[str, Any], organisation: str) -> Any:
    """The waivers by scheme, quota and period."""
    department = seen_by_reader(organisation, query["department"])
    return page(organisation, "waiver", department, query, _document)


def _document(stored: StoredRecord) -> dict[str, Any]:
    waiver = stored.record
    assert isinstance(waiver, Waiver)
    return {
        "department": stored.key.department,
        "scheme": waiver.scheme,
        "quota": waiver.quota,
        "period": waiver.period,
        "person": waiver.person,
        "reason": waiver.reason,
        "waived_at": stored.recorded_at,
    }
