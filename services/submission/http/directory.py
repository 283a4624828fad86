"""The directory: organisations, their departments and outlets. PUT describes, GET shows, ETags name versions."""

from collections.abc import Mapping
from typing import Any

from services.submission.application.departments import describe_department
from services.submission.application.leaving import leave_department
from services.submission.application.organisations import describe_organisation
from services.submission.application.outlets import describe_outlet
from services.submission.application.ports import Described
from services.submission.http import commands, documents, schemas
from services.submission.http.asking import asker, submission
from shared.contracts.directory_events import OutletStanding
from shared.directory import queries
from shared.web import etag
from shared.web.auth import ADMINISTRATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.etag import check_match
from shared.web.problems import Problem

blueprint = Blueprint("directory", __name__, url_prefix="/v1/organisations")


@blueprint.route("/<name:organisation>", methods=["PUT"])
@blueprint.arguments(schemas.NewOrganisationSchema)
@blueprint.response(200, schemas.OrganisationSchema)
@blueprint.alt_response(201, schema=schemas.OrganisationSchema)  # type: ignore[untyped-decorator]
def put_organisation(body: Mapping[str, Any], organisation: str) -> Any:
    """Create an organisation, which needs the installation's administrator, or change what it is called."""
    principal = require(ADMINISTRATORS, organisation)
    with submission().transactions.begin() as transaction:
        described = describe_organisation(
            transaction, organisation, body["title"], body["time_zone"], asker(principal), check_match
        )
    return {"organisation": organisation, **body}, _status(described), _etag(described.version)


@blueprint.route("/<name:organisation>")
@blueprint.response(200, schemas.OrganisationSchema)
def get_organisation(organisation: str) -> Any:
    require_member(READERS, organisation)
    with submission().pool.connection() as conn:
        known = queries.organisation(conn, organisation)
    if known is None:
        raise _nothing()
    return etag.not_modified(known.version) or (documents.organisation(known), 200, _etag(known.version))


@blueprint.route("/<name:organisation>/departments/<name:department>", methods=["PUT"])
@blueprint.arguments(schemas.NewDepartmentSchema)
@blueprint.response(200, schemas.DepartmentSchema)
@blueprint.alt_response(201, schema=schemas.DepartmentSchema)  # type: ignore[untyped-decorator]
def put_department(body: Mapping[str, Any], organisation: str, department: str) -> Any:
    """Register a department, change what it is from a day on, or let it go live when its past is imported."""
    principal = require(ADMINISTRATORS, organisation)
    wired = submission()
    with wired.transactions.begin() as transaction:
        done = describe_department(
            wired.ports,
            transaction,
            organisation,
            department,
            commands.change(body),
            body["live"],
            asker(principal),
            check_match,
        )
        known = transaction.department(organisation, department)
    assert known is not None, "just described in this transaction"
    return documents.department(known), _status(done), _etag(done.version)


@blueprint.route("/<name:organisation>/departments/<name:department>")
@blueprint.response(200, schemas.DepartmentSchema)
def get_department(organisation: str, department: str) -> Any:
    require(READERS, organisation, department)
    with submission().pool.connection() as conn:
        known = queries.department(conn, organisation, department)
    if known is None:
        raise _nothing()
    return etag.not_modified(known.version) or (documents.department(known), 200, _etag(known.version))


@blueprint.route("/<name:organisation>/departments/<name:department>/leaving", methods=["POST"])
@blueprint.arguments(schemas.LeavingSchema)
@blueprint.response(200, schemas.DepartmentSchema)
def post_leaving(body: Mapping[str, Any], organisation: str, department: str) -> Any:
    """Say that the department is no more after a day: it takes nothing new, and owes nothing that begins later.

    The same once more changes nothing.
    """
    principal = require(ADMINISTRATORS, organisation)
    wired = submission()
    with wired.transactions.begin() as transaction:
        leave_department(wired.ports, transaction, organisation, department, commands.leave(body), asker(principal))
        known = transaction.department(organisation, department)
    assert known is not None, "just described in this transaction"
    return documents.department(known), 200, _etag(known.version)


@blueprint.route("/<name:organisation>/departments")
@blueprint.arguments(schemas.ListQuery, location="query")
@blueprint.response(200, schemas.DepartmentsSchema)
def list_departments(_: Mapping[str, Any], organisation: str) -> Any:
    """All departments by name; a token of one department sees that one."""
    principal = require_member(READERS, organisation)
    with submission().pool.connection() as conn:
        known = queries.departments(conn, organisation)
    shown = [documents.department(each) for each in known if principal.department in (None, each.department)]
    return {"items": shown, "next_cursor": None}


@blueprint.route("/<name:organisation>/outlets/<name:outlet>", methods=["PUT"])
@blueprint.arguments(schemas.NewStandingSchema)
@blueprint.response(200, schemas.OutletSchema)
@blueprint.alt_response(201, schema=schemas.OutletSchema)  # type: ignore[untyped-decorator]
def put_outlet(body: Mapping[str, Any], organisation: str, outlet: str) -> Any:
    """Say what an outlet is from a day on. What it was before stays, for what was adopted then."""
    principal = require(ADMINISTRATORS, organisation)
    standing = OutletStanding(body["from_"], body["title"], body["tier"], body["medium"])
    with submission().transactions.begin() as transaction:
        described = describe_outlet(transaction, organisation, outlet, standing, asker(principal), check_match)
        standings = queries.standings(transaction.connection, organisation, outlet)
    return documents.outlet(organisation, outlet, standings), _status(described), _etag(described.version)


@blueprint.route("/<name:organisation>/outlets/<name:outlet>")
@blueprint.response(200, schemas.OutletSchema)
def get_outlet(organisation: str, outlet: str) -> Any:
    require_member(READERS, organisation)
    with submission().pool.connection() as conn:
        version = queries.outlet_version(conn, organisation, outlet)
        standings = queries.standings(conn, organisation, outlet)
    if version is None:
        raise _nothing()
    return etag.not_modified(version) or (documents.outlet(organisation, outlet, standings), 200, _etag(version))


def _status(described: Described) -> int:
    return 201 if described.created else 200


def _etag(version: int) -> dict[str, str]:
    return {"ETag": etag.of_version(version)}


def _nothing() -> Problem:
    return Problem("not-found", "There is nothing of this name.")
