"""``/v1/organisations/{organisation}/bulletins``: issuing circulars, reading them in several forms, and their errata.

A circular is addressed to all departments: whoever may read anything of the organisation may read its issues as a
whole.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, current_app, request

from services.scoring.adapters.bulletins.store import IssueFilter, PostgresIssues
from services.scoring.application.bulletins import errata as telling_errata
from services.scoring.application.bulletins.issuing import Order, issue
from services.scoring.application.bulletins.ports import AlreadyIssued, Origin, StillRunning, StoredIssue
from services.scoring.application.bulletins.subject_matter import told_of
from services.scoring.application.reading.questions import Misasked, one_of
from services.scoring.http import bulletin_documents, bulletin_schemas, links
from services.scoring.http.bulletin_asking import bulletins, find_issue, place_of
from services.scoring.http.bulletin_exports import csv_file, xlsx_file
from services.scoring.http.bulletin_pages import printable
from services.scoring.http.presenters.bulletin_sheets import sheets_of
from shared.web import etag, languages
from shared.web.application import correlation_id
from shared.web.auth import OPERATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent
from shared.web.problems import Problem, problem_for

FORMS = {
    "application/json": "json",
    "text/html": "html",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""What an issue can be had as, by media type; behind the address the short names do as well."""

problem_for(
    AlreadyIssued,
    409,
    "already-issued",
    "The period has been told of already",
    "Read the issue named in `issue`; what has changed since stands in its errata, and in the next issue.",
    explain=lambda error: Problem(
        "already-issued",
        f"Number {error.issued.number} tells of {error.issued.period}.",
        members={
            "issue": str(error.issued.issue),
            "number": error.issued.number,
            "address": links.bulletin(error.issued.organisation, error.issued.issue),
        },
    ),
)
problem_for(
    StillRunning,
    409,
    "period-still-running",
    "The period has not ended yet",
    "Issue it when the period has ended; the detail says when that is.",
)

blueprint = Blueprint("bulletins", __name__, url_prefix="/v1/organisations/<name:organisation>/bulletins")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(bulletin_schemas.OrderSchema)
@blueprint.response(201, bulletin_schemas.IssuedSchema)
def issue_bulletin(order: dict[str, Any], organisation: str) -> Any:
    """Freeze a period's figures and a text under the bulletin's next number. Needs an operator.

    Once for each period; before the period has ended, and a second time, it is refused.
    """
    principal = require(OPERATORS, organisation)
    pool = current_app.extensions["tongbao"].pool
    with pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            made = issue(
                bulletins().looks,
                PostgresIssues(conn),
                Order(organisation, **order),
                Origin(principal.actor, correlation_id()),
            )
            answer.give(201, bulletin_documents.issued(made))
    return answer.response()


@blueprint.route("")
@blueprint.arguments(bulletin_schemas.IssuesQuery, location="query")
@blueprint.response(200, bulletin_schemas.IssuesPageSchema)
def list_bulletins(query: dict[str, Any], organisation: str) -> Any:
    """The issues, the latest first."""
    require_member(READERS, organisation)
    chosen = IssueFilter(organisation, query["scheme"], query["bulletin"], query["calendar"], query["period"])
    found = bulletins().book.page(chosen, place_of(query["cursor"]), query["limit"] + 1)
    return bulletin_documents.issues_page(found, query["limit"])


@blueprint.route("/<uuid:issue>")
@blueprint.arguments(bulletin_schemas.IssueQuery, location="query")
@blueprint.response(200, bulletin_schemas.IssueSchema)
def get_bulletin(query: dict[str, Any], organisation: str, issue: UUID) -> Any:
    """One issue: as JSON, as a page to print, as CSV or as a spreadsheet, by `Accept`."""
    wanted = request.accept_mimetypes.best_match(list(FORMS), default="application/json")
    return _issue(query, organisation, issue, FORMS[wanted])


@blueprint.route("/<uuid:issue>.<any(json, html, csv, xlsx):form>")
@blueprint.arguments(bulletin_schemas.IssueQuery, location="query")
@blueprint.response(200, bulletin_schemas.IssueSchema)
def get_bulletin_as(query: dict[str, Any], organisation: str, issue: UUID, form: str) -> Any:
    """One issue in the form that the address names."""
    return _issue(query, organisation, issue, form)


@blueprint.route("/<uuid:issue>/errata")
@blueprint.arguments(bulletin_schemas.NoIssueQuery, location="query")
@blueprint.response(200, bulletin_schemas.ErrataSchema)
def list_errata(_: dict[str, Any], organisation: str, issue: UUID) -> Any:
    """In what the present figures of the issue's period differ from those that it tells, and why."""
    require_member(READERS, organisation)
    stored = find_issue(organisation, issue)
    with bulletins().looks.look() as look:
        found = telling_errata.of_issue(look, told_of(look, stored.document), stored.document)
    return bulletin_documents.errata(stored, found)


def _issue(query: dict[str, Any], organisation: str, issue: UUID, form: str) -> Any:
    """Never another one: what was read once need not be sent again."""
    require_member(READERS, organisation)
    stored = find_issue(organisation, issue)
    tag = f"{stored.issued.digest}-{form}-{query['table'] or ''}-{languages.language()}"
    if form in ("json", "xlsx") and (unchanged := etag.not_modified(tag)):
        return unchanged
    headers = {"ETag": etag.of_version(tag), "Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Language"}
    if form == "json":
        return bulletin_documents.issue(stored), 200, headers
    return _FORMED[form](stored, query, headers)


def _page(stored: StoredIssue, _query: dict[str, Any], _headers: dict[str, str]) -> Response:
    return Response(printable(stored), mimetype="text/html", headers={"Cache-Control": "private, no-cache"})


def _csv(stored: StoredIssue, query: dict[str, Any], headers: dict[str, str]) -> Response:
    sheets = {sheet.name: sheet for sheet in sheets_of(stored.document)}
    name = query["table"] or next(iter(sheets))
    if name not in sheets:
        raise Misasked("table", one_of("table", name, sheets))
    return _file(csv_file(sheets[name]), f"{name}.csv", "text/csv; charset=utf-8", stored, headers)


def _xlsx(stored: StoredIssue, _query: dict[str, Any], headers: dict[str, str]) -> Response:
    made = xlsx_file(sheets_of(stored.document), stored.document)
    return _file(made, "xlsx", next(kind for kind, form in FORMS.items() if form == "xlsx"), stored, headers)


_FORMED: dict[str, Callable[[StoredIssue, dict[str, Any], dict[str, str]], Response]] = {
    "html": _page,
    "csv": _csv,
    "xlsx": _xlsx,
}


def _file(content: bytes, ending: str, kind: str, stored: StoredIssue, headers: dict[str, str]) -> Response:
    one = stored.issued
    name = f"{one.scheme}-{one.bulletin}-{one.number}.{ending}"
    return Response(
        content, content_type=kind, headers={**headers, "Content-Disposition": f'attachment; filename="{name}"'}
    )
