"""Lists of persons, calls, adjustments and waivers, page by page; and who may see and do what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.submission.application.ports import StoredRecord
from services.submission.domain.records import RecordKind
from services.submission.http.asking import submission
from shared.directory.entities import Principal
from shared.web import cursors
from shared.web.auth import OPERATORS, READERS, require, require_member
from shared.web.problems import Problem

Document = Callable[[StoredRecord], dict[str, Any]]


def page(
    organisation: str, kind: RecordKind, department: str | None, query: Mapping[str, Any], document: Document
) -> dict[str, Any]:
    """By name and department; ``department`` None: of all that there are."""
    after = (query["cursor"][0], query["cursor"][1]) if query["cursor"] else None
    limit = query["limit"]
    found = submission().ports.records.page(organisation, kind, department, after, limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    cursor = cursors.encode(shown[-1].key.name, shown[-1].key.department) if more else None
    return {"items": [document(each) for each in shown], "next_cursor": cursor}


def seen_by_reader(organisation: str, wanted: str | None) -> str | None:
    """The department whose records this request may see and wants to: None for all. Raises the problems 401 and 403."""
    if wanted is not None:
        require(READERS, organisation, wanted)
        return wanted
    return require_member(READERS, organisation).department


def require_operator_of(organisation: str, departments: Sequence[str]) -> Principal:
    """The principal, if it may act for all of these departments. Raises the problems 401 and 403."""
    principal = require_member(OPERATORS, organisation)
    if principal.department is not None and any(name != principal.department for name in departments):
        raise Problem("forbidden", "The token is for another department.")
    return principal
