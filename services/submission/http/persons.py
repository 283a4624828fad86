"""``…/departments/{department}/persons``: who belongs to a department, in which posts, from when until when."""

from collections.abc import Mapping
from typing import Any

from services.submission.application.ports import StoredRecord
from services.submission.application.record_commands import describe_person
from services.submission.domain.records import Person, RecordKey
from services.submission.http import commands, record_schemas
from services.submission.http.asking import asker, submission
from services.submission.http.record_pages import page
from shared.web import etag
from shared.web.auth import OPERATORS, READERS, require
from shared.web.blueprint import Blueprint
from shared.web.etag import check_match
from shared.web.problems import Problem

blueprint = Blueprint(
    "persons", __name__, url_prefix="/v1/organisations/<name:organisation>/departments/<name:department>/persons"
)


@blueprint.route("/<name:person>", methods=["PUT"])
@blueprint.arguments(record_schemas.NewPersonSchema)
@blueprint.response(200, record_schemas.PersonSchema)
@blueprint.alt_response(201, schema=record_schemas.PersonSchema)  # type: ignore[untyped-decorator]
def put_person(body: Mapping[str, Any], organisation: str, department: str, person: str) -> Any:
    """Say what a person of the department is from a day on. What was said for the days before stays."""
    principal = require(OPERATORS, organisation, department)
    wired = submission()
    command = commands.describe_person(body, person)
    with wired.transactions.begin() as transaction:
        described, created = describe_person(
            wired.ports, transaction, organisation, department, command, asker(principal), check_match
        )
    return _document(described), 201 if created else 200, {"ETag": etag.of_version(described.version)}


@blueprint.route("/<name:person>")
@blueprint.response(200, record_schemas.PersonSchema)
def get_person(organisation: str, department: str, person: str) -> Any:
    """The person as last described."""
    require(READERS, organisation, department)
    key = RecordKey("person", person, department)
    known = submission().ports.records.of(organisation, [key]).get(key)
    if known is None:
        raise Problem("not-found", "There is nothing of this name.")
    return etag.not_modified(known.version) or (_document(known), 200, {"ETag": etag.of_version(known.version)})


@blueprint.route("")
@blueprint.arguments(record_schemas.PersonsQuery, location="query")
@blueprint.response(200, record_schemas.PersonsSchema)
def list_persons(query: Mapping[str, Any], organisation: str, department: str) -> Any:
    """The department's persons by name, also those that belong to it no more."""
    require(READERS, organisation, department)
    return page(organisation, "person", department, query, _document)


def _document(stored: StoredRecord) -> dict[str, Any]:
    person = stored.record
    assert isinstance(person, Person)
    return {
        "department": stored.key.department,
        "person": person.person,
        "title": person.title,
        "roles": person.roles,
        "facts": person.facts,
        "from": person.from_on,
        "until": person.last_on,
    }
