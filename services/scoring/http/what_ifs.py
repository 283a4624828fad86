"""``/v1/organisations/{organisation}/what-ifs``: what another scheme would have made of the recorded past.

A what-if changes nothing. Ask one before a draft is published, and before a published version is backdated: that is a
command of the submission service (``POST …/schemes/{scheme}/versions/{n}/backdating``) which scores the past again for
good, and the what-if with the same ``scheme``, ``version`` and ``from`` shows beforehand what it changes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from marshmallow import ValidationError

from services.scoring.adapters.what_ifs.store import ChangeFilter, PostgresWhatIfs, TooManyUnderWay, ask
from services.scoring.application.what_ifs.asking import Unaskable, about_backdating, about_draft
from services.scoring.application.what_ifs.ports import Published
from services.scoring.application.what_ifs.questions import Backdating, Question
from services.scoring.http import what_if_documents, what_if_schemas
from shared.schemes import SchemeMistakes
from shared.web.auth import OPERATORS, require
from shared.web.blueprint import Blueprint
from shared.web.fields import parse_instant
from shared.web.idempotency import idempotent
from shared.web.parsing import invalid
from shared.web.problems import Problem, problem_for
from shared.web.scheme_mistakes import invalid_scheme

WHAT_IFS = "scoring.what_ifs"
"""Where the application keeps what these views need: ``app.extensions``."""


@dataclass(frozen=True, slots=True)
class WhatIfDesk:
    what_ifs: PostgresWhatIfs
    published: Published


problem_for(
    Unaskable,
    422,
    "invalid-input",
    "The input is not valid",
    "Mend each field named in `errors`.",
    explain=lambda refusal: invalid([{"field": refusal.field, "detail": refusal.detail}]),
)
problem_for(
    TooManyUnderWay,
    409,
    "too-many-what-ifs",
    "Too many what-ifs are under way",
    "Cancel one of them, or wait until one has ended.",
)

blueprint = Blueprint("what_ifs", __name__, url_prefix="/v1/organisations/<name:organisation>/what-ifs")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(what_if_schemas.NewWhatIfSchema)
@blueprint.response(202, what_if_schemas.WhatIfSchema)
def ask_what_if(body: dict[str, Any], organisation: str) -> Any:
    """Ask what a draft, or an earlier day for a version, would have made of the past. Needs an operator.

    It is worked out in the background; `address` tells how far it has come, and then the differences.
    """
    principal = require(OPERATORS, organisation)
    question = _question(organisation, body)
    pool = current_app.extensions["tongbao"].pool
    with pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            answer.give(202, what_if_documents.what_if(ask(conn, question)))
    return answer.response()


@blueprint.route("")
@blueprint.arguments(what_if_schemas.WhatIfsQuery, location="query")
@blueprint.response(200, what_if_schemas.WhatIfsPageSchema)
def list_what_ifs(query: dict[str, Any], organisation: str) -> Any:
    """The organisation's what-ifs, the newest first."""
    require(OPERATORS, organisation)
    found = _desk().what_ifs.page(organisation, _place(query["cursor"]), query["limit"] + 1)
    return what_if_documents.page(found, query["limit"])


@blueprint.route("/<uuid:id>")
@blueprint.arguments(what_if_schemas.WhatIfQuery, location="query")
@blueprint.response(200, what_if_schemas.AnsweredWhatIfSchema)
def get_what_if(query: dict[str, Any], organisation: str, id: UUID) -> Any:
    """How far it has come, and a page of the differences: by calendar and period, card by card."""
    require(OPERATORS, organisation)
    found = _desk().what_ifs.find(organisation, id)
    if found is None:
        raise Problem("not-found", "There is no such what-if.")
    changes = []
    if found.state == "done":
        chosen = ChangeFilter(query["calendar"], query["period"], query["department"])
        after = query["cursor"][0] if query["cursor"] else 0
        changes = _desk().what_ifs.changes(id, chosen, after, query["limit"] + 1)
    return what_if_documents.answered(found, changes, query["limit"])


@blueprint.route("/<uuid:id>", methods=["DELETE"])
@blueprint.response(204)
def delete_what_if(organisation: str, id: UUID) -> Any:
    """Cancel it while it is under way, which keeps it as cancelled; forget it when it has ended."""
    require(OPERATORS, organisation)
    if not _desk().what_ifs.cancel(organisation, id):
        raise Problem("not-found", "There is no such what-if.")
    return None


def _desk() -> WhatIfDesk:
    found: WhatIfDesk = current_app.extensions[WHAT_IFS]
    return found


def _question(organisation: str, body: dict[str, Any]) -> Question:
    """Raises Unaskable, Problem."""
    published, first, last, title = _desk().published, body["from_"], body["to"], body["title"]
    named = {"scheme": body["scheme"], "version": body["version"]}
    if body["draft"] is not None:
        if any(value is not None for value in named.values()):
            raise Unaskable("draft", "Stands alone: `scheme` and `version` are those of a published version.")
        try:
            return about_draft(published, organisation, body["draft"], first, last, title)
        except SchemeMistakes as mistakes:
            raise invalid_scheme(mistakes, within="draft") from None
    missing = [name for name, value in {**named, "from": first}.items() if value is None]
    if missing:
        raise Unaskable(missing[0], "Is needed, with `scheme`, `version` and `from`, where there is no `draft`.")
    backdating = Backdating(body["scheme"], body["version"], first)
    return about_backdating(published, organisation, backdating, last, title)


def _place(cursor: list[str] | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    try:
        return parse_instant(cursor[0]), UUID(cursor[1])
    except (ValidationError, ValueError):
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
