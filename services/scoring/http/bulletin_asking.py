"""What the bulletins' API and pages ask for alike."""

from datetime import datetime
from uuid import UUID

from flask import current_app
from marshmallow import ValidationError

from services.scoring.application.bulletins.ports import StoredIssue
from services.scoring.bootstrap import Bulletins
from shared.web.fields import parse_instant
from shared.web.parsing import invalid
from shared.web.problems import Problem

BULLETINS = "scoring.bulletins"
"""Where the application keeps its ``Bulletins``: ``app.extensions``."""


def bulletins() -> Bulletins:
    found: Bulletins = current_app.extensions[BULLETINS]
    return found


def find_issue(organisation: str, issue: UUID) -> StoredIssue:
    """Raises the problem 404."""
    stored = bulletins().book.find(organisation, issue)
    if stored is None:
        raise Problem("not-found", "The organisation has no such issue.")
    return stored


def place_of(cursor: list[str] | None) -> tuple[datetime, UUID] | None:
    """Where the page before ended. Raises the problem 422 for what is no cursor of this list."""
    if cursor is None:
        return None
    try:
        return parse_instant(cursor[0]), UUID(cursor[1])
    except (ValidationError, ValueError):
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
