"""``…/schemes/{scheme}/versions/{n}``: rulebooks, published once and never changed."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from services.submission.application.backdating import backdate_scheme
from services.submission.application.closings import close_calendar
from services.submission.application.ports import Backdating
from services.submission.application.schemes import publish_scheme
from services.submission.domain.rulebooks import Closing
from services.submission.http import documents, record_schemas, schemas
from services.submission.http.asking import asker, submission
from shared.directory import queries
from shared.schemes import SchemeMistakes
from shared.web import etag
from shared.web.auth import ADMINISTRATORS, OPERATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.etag import check_match
from shared.web.problems import Problem
from shared.web.scheme_mistakes import invalid_scheme

MEDIA_TYPES = ("application/yaml", "text/yaml", "application/x-yaml", "application/json", "text/plain")
VERSION_MAX = 1_000_000
_TEXT = {"schema": {"type": "string"}}
_REQUEST_BODY = {"required": True, "content": dict.fromkeys(MEDIA_TYPES[:2], _TEXT)}

blueprint = Blueprint("schemes", __name__, url_prefix="/v1/organisations/<name:organisation>/schemes")


@blueprint.route("/<name:scheme>/versions/<int(min=1, max=1000000):version>", methods=["PUT"])
@blueprint.doc(requestBody=_REQUEST_BODY)  # type: ignore[untyped-decorator]
@blueprint.response(200, schemas.PublishedSchemeSchema)
@blueprint.alt_response(201, schema=schemas.PublishedSchemeSchema)  # type: ignore[untyped-decorator]
def put_version(organisation: str, scheme: str, version: int) -> Any:
    """Publish a version: the text of the scheme, in YAML or JSON. The same text once more changes nothing."""
    principal = require(ADMINISTRATORS, organisation)
    text = _text()
    wired = submission()
    with wired.transactions.begin() as transaction:
        try:
            described = publish_scheme(
                wired.ports, transaction, organisation, scheme, version, text, asker(principal), check_match
            )
        except SchemeMistakes as mistakes:
            raise invalid_scheme(mistakes) from None
        published = queries.schemes(transaction.connection, organisation)
    known = next(each for each in published if (each.scheme, each.scheme_version) == (scheme, version))
    return documents.scheme(known), 201 if described.created else 200, {"ETag": etag.of_version(described.version)}


@blueprint.route("/<name:scheme>/versions/<int(min=1, max=1000000):version>")
@blueprint.response(200, description="The text exactly as it was published.", content_type="application/yaml")
def get_version(organisation: str, scheme: str, version: int) -> Any:
    """The text of a version."""
    require_member(READERS, organisation)
    with submission().pool.connection() as conn:
        found = queries.scheme_text(conn, organisation, scheme, version)
    if found is None:
        raise Problem("not-found", "There is no such version.")
    text, digest = found
    return etag.not_modified(digest) or Response(text, 200, {"ETag": etag.of_version(digest)}, "application/yaml")


@blueprint.route("")
@blueprint.arguments(schemas.ListQuery, location="query")
@blueprint.response(200, schemas.SchemesSchema)
def list_schemes(_: Mapping[str, Any], organisation: str) -> Any:
    """Every published version of every scheme."""
    require_member(READERS, organisation)
    with submission().pool.connection() as conn:
        known = queries.schemes(conn, organisation)
    return {"items": [documents.scheme(each) for each in known], "next_cursor": None}


@blueprint.route("/<name:scheme>/versions/<int(min=1, max=1000000):version>/backdating", methods=["POST"])
@blueprint.arguments(record_schemas.NewBackdatingSchema)
@blueprint.response(201, record_schemas.BackdatingSchema)
@blueprint.alt_response(200, schema=record_schemas.BackdatingSchema)  # type: ignore[untyped-decorator]
def post_backdating(body: Mapping[str, Any], organisation: str, scheme: str, version: int) -> Any:
    """Score the past again: the version also holds from an earlier day on. The same once more changes nothing."""
    principal = require(ADMINISTRATORS, organisation)
    backdating = Backdating(scheme, version, body["from_"], body["reason"])
    wired = submission()
    with wired.transactions.begin() as transaction:
        is_new = backdate_scheme(wired.ports, transaction, organisation, backdating, asker(principal))
    answer = {"scheme": scheme, "version": version, "from": backdating.from_on, "reason": backdating.reason}
    return answer, 201 if is_new else 200


@blueprint.route("/<name:scheme>/calendars/<name:calendar>/closing", methods=["POST"])
@blueprint.arguments(record_schemas.NewClosingSchema)
@blueprint.response(201, record_schemas.ClosingSchema)
@blueprint.alt_response(200, schema=record_schemas.ClosingSchema)  # type: ignore[untyped-decorator]
def post_closing(body: Mapping[str, Any], organisation: str, scheme: str, calendar: str) -> Any:
    """Close a calendar that is open, such as a campaign, in all versions. The same once more changes nothing."""
    principal = require(OPERATORS, organisation)
    closing = Closing(scheme, calendar, body["last_on"])
    wired = submission()
    with wired.transactions.begin() as transaction:
        is_new = close_calendar(wired.ports, transaction, organisation, closing, asker(principal))
    return {"scheme": scheme, "calendar": calendar, "last_on": closing.last_on}, 201 if is_new else 200


def _text() -> str:
    if request.mimetype not in MEDIA_TYPES:
        raise Problem("unsupported-media-type", f"Send the scheme as one of: {', '.join(MEDIA_TYPES)}.")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as mistake:
        raise Problem(
            "malformed-request", f"The body is not UTF-8: {mistake.reason} at byte {mistake.start}."
        ) from None
