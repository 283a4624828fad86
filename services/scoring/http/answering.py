"""How reads are answered: from one snapshot, with the tag of what was read, and from memory while that holds."""

from collections.abc import Callable
from typing import Any

from flask import Response, after_this_request, current_app, request

from services.scoring.application.reading.questions import Asked
from services.scoring.application.reading.store import Readings, Snapshot
from services.scoring.http.answers import Answers
from shared.directory.entities import Principal
from shared.schemes.model import SubjectKind
from shared.web import etag
from shared.web.application import JsonResponse

READINGS = "scoring.readings"
"""Where the application keeps its ``Readings``: ``app.extensions``."""
ANSWERS = "scoring.answers"
"""Where it keeps the answers that it gave lately."""


def readings() -> Readings:
    """The store of this application."""
    found: Readings = current_app.extensions[READINGS]
    return found


def asked_of(organisation: str, query: dict[str, Any], subject: SubjectKind | None = None) -> Asked:
    return Asked(organisation, query["scheme"], query["calendar"], query["period"], query["as_of"], subject)


def answered(organisation: str, principal: Principal, read: Callable[[Snapshot], Any]) -> Any:
    """What ``read`` finds in a snapshot, with its ETag; 304 or the answer given last when nothing has changed since.

    A token of one department sees less of the same revision, so that its tag is another one.
    """
    kept: Answers = current_app.extensions[ANSWERS]
    with readings().snapshot() as snapshot:
        tag = f"{snapshot.revision(organisation)}-{principal.department or ''}"
        if unchanged := etag.not_modified(tag):
            return unchanged
        headers = {"ETag": etag.of_version(tag), "Cache-Control": "private, no-cache"}
        address = f"{organisation} {request.full_path}"
        known = kept.find(tag, address)
        if known is not None:
            return JsonResponse(known, 200, headers)
        found = read(snapshot)

    @after_this_request
    def keep(response: Response) -> Response:
        kept.keep(tag, address, response.get_data())
        return response

    return found, 200, headers
