"""``…/parked``: departments whose alerts stand still, and letting them go on."""

from collections.abc import Mapping
from typing import Any

from services.notify.adapters import parking
from services.notify.http import schemas
from services.notify.http.wiring import notify
from shared.web.auth import OPERATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent
from shared.web.problems import Problem

blueprint = Blueprint("parked", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/parked")
@blueprint.arguments(schemas.NoQuery, location="query")
@blueprint.response(200, schemas.ParkedPageSchema)
def list_parked(_: Mapping[str, Any], organisation: str) -> Any:
    """The departments whose alerts stand still because an event of theirs could not be folded, and why."""
    principal = require_member(READERS, organisation)
    with notify().pool.connection() as conn:
        found = parking.parked(conn, organisation, principal.department)
    return {"items": found, "next_cursor": None}


@blueprint.route("/departments/<place:department>/resumption", methods=["POST"])
@blueprint.response(202, schemas.ParkedSchema)
def request_resumption(organisation: str, department: str) -> Any:
    """Have a parked department's stream tried again, after its cause was mended. Needs an operator.

    So also a scheme's stream of what is owed together, ``joint.SCHEME``, or of its circulars, ``bulletins.SCHEME``.
    """
    principal = require(OPERATORS, organisation, department)
    with notify().pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            found = parking.request_resumption(conn, organisation, department)
            if found is None:
                raise Problem("not-parked", f'Department "{department}" is not parked.')
            answer.give(202, found)
    return answer.response()
