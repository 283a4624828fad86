"""What all pages share: their common parameters, what stands around their content, and their addresses."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response, current_app, request

from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import ParkedDepartment
from services.scoring.application.reading.store import Snapshot
from services.scoring.http import links
from services.scoring.http.presenters import frame
from services.scoring.http.schemas import AsOf
from shared.directory import queries
from shared.web import languages
from shared.web.auth import current_principal
from shared.web.fields import Choice, Name, Schema, Text

SEEN_LENGTH_MAX = 200

_PASSING = frozenset(("lang", "seen", "cursor"))
"""Parameters that links do not carry on."""
_FRESH = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}


class PageQuery(Schema):
    """Parameters of every page. What a form leaves blank was not given."""

    scheme = Name(load_default=None)
    calendar = Name(load_default=None)
    as_of = AsOf(load_default=None)
    lang = Choice(*languages.LANGUAGES, load_default=None)
    seen = Text(load_default=None, length_max=SEEN_LENGTH_MAX)

    @ma.pre_load
    def without_blanks(self, given: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != ""}


def around(
    snapshot: Snapshot, question: Question, action: str, address: frame.Address, revision: str | None
) -> dict[str, Any]:
    """What every page has around its content. Only a page of the present asks for itself again."""
    organisation = question.scope.organisation
    parameters = {name: value for name, value in request.args.items() if name not in _PASSING}
    present = question.scope.as_of is None and revision is not None
    return {
        "calendars": frame.calendar_choices(
            question, lambda **asked: address(period=None, until=None, line=None, **asked)
        ),
        "schemes": frame.scheme_choices(question, address),
        "kinds": frame.kind_choices(question, lambda **asked: address(person=None, line=None, skip=None, **asked)),
        "as_of": frame.as_of_form(question, action, parameters, address(as_of=None)),
        "strip": frame.strip(snapshot.health(organisation), _parked(snapshot, organisation), question.scheme.time_zone),
        "poll_url": address(seen=revision) if present else None,
    }


def _parked(snapshot: Snapshot, organisation: str) -> list[ParkedDepartment]:
    """Those that the token may know of."""
    return snapshot.parked(organisation, current_principal().department)


def address_of(path: str) -> frame.Address:
    """Makes the present page's address with some parameters changed."""
    given = {name: value for name, value in request.args.items() if name not in _PASSING and value != ""}

    def address(**changes: object) -> str:
        return links.with_parameters(path, {**given, **changes})

    return address


def title_of(organisation: str) -> str:
    with current_app.extensions["tongbao"].pool.connection() as conn:
        found = queries.organisation(conn, organisation)
    return found.title if found else organisation


def title_of_department(organisation: str, department: str) -> str:
    with current_app.extensions["tongbao"].pool.connection() as conn:
        found = queries.department(conn, organisation, department)
    return found.title if found else department


def titles_of_departments(organisation: str) -> dict[str, str]:
    """Of all departments, by their names."""
    with current_app.extensions["tongbao"].pool.connection() as conn:
        return {each.department: each.title for each in queries.departments(conn, organisation)}


def unchanged() -> Response:
    return Response(status=204, headers=_FRESH)


def fresh(response: Response) -> Response:
    """Pages are asked for again each time; their static files are not."""
    if request.endpoint != "pages.static":
        response.headers.update(_FRESH)
    return response
