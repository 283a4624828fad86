"""Addresses of this service, relative to its root: of the API and of the pages."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from services.scoring.application.reading.questions import Scope
from services.scoring.application.reading.records import LedgerPlace
from services.scoring.application.reading.scorecards import OneCard
from services.scoring.domain.cards.book import Subject
from shared.web import cursors


def ledger(of: OneCard, measure: str, after: LedgerPlace | None = None) -> str:
    """The API's ledger of one measure of a department's card, from its beginning or behind a place."""
    scope = of.question.scope
    asked = {
        "scheme": scope.scheme,
        "department": of.card.department,
        "person": of.card.person,
        "measure": measure,
        "calendar": scope.calendar,
        "period": of.period.period.id,
        "as_of": _as_of(scope),
        "cursor": ledger_cursor(after) if after else None,
    }
    return with_parameters(f"/v1/organisations/{scope.organisation}/ledger", asked)


def ledger_cursor(place: LedgerPlace) -> str:
    return cursors.encode(place.department, place.stream_version, place.entry)


def organisation_page(organisation: str, **asked: Any) -> str:
    """The grid. Parameters that are None are left out."""
    return with_parameters(f"/organisations/{organisation}", asked)


def department_page(organisation: str, department: str, **asked: Any) -> str:
    """A department's card, or that of its ``person``; with an explanation open when ``line`` is given."""
    return with_parameters(f"/organisations/{organisation}/departments/{department}", asked)


def rates_page(organisation: str, **asked: Any) -> str:
    return with_parameters(f"/organisations/{organisation}/rates", asked)


def distribution_page(organisation: str, **asked: Any) -> str:
    return with_parameters(f"/organisations/{organisation}/distribution", asked)


def bulletin(organisation: str, issue: UUID) -> str:
    """One issue in the API."""
    return f"/v1/organisations/{organisation}/bulletins/{issue}"


def bulletin_page(organisation: str, issue: UUID) -> str:
    return f"/organisations/{organisation}/bulletins/{issue}"


def bulletins_page(organisation: str, **asked: Any) -> str:
    """The list of issues."""
    return with_parameters(f"/organisations/{organisation}/bulletins", asked)


def ledger_page(organisation: str, department: str, **asked: Any) -> str:
    """A department's ledger entries, or those of its ``person``: of a measure in a period, or of one item."""
    return with_parameters(f"/organisations/{organisation}/departments/{department}/ledger", asked)


def card_query(scope: Scope, period: str, as_of: str | None, *, several_schemes: bool) -> str:
    """What follows a subject's page to show its card of a period; further parameters can be put behind it."""
    scheme = scope.scheme if several_schemes else None
    return urlencode(_given({"scheme": scheme, "calendar": scope.calendar, "period": period, "as_of": as_of}))


def subject_page(organisation: str, subject: Subject) -> str:
    """Where a subject's card is, up to its query: of groups and the organisation the grid of their departments."""
    if subject.kind == "department":
        return f"/organisations/{organisation}/departments/{subject.name}?"
    if subject.kind == "person":
        return f"/organisations/{organisation}/departments/{subject.department}?person={quote(subject.name, safe='')}&"
    group = f"group={quote(subject.name, safe='')}&" if subject.kind == "group" else ""
    return f"/organisations/{organisation}?{group}"


def card_page(of: OneCard, *, line: str | None = None) -> str:
    scope = of.question.scope
    return department_page(
        scope.organisation,
        of.card.department,
        person=of.card.person,
        scheme=scope.scheme,
        calendar=scope.calendar,
        period=of.period.period.id,
        line=line,
        as_of=_as_of(scope),
    )


def _as_of(scope: Scope) -> str | None:
    return scope.as_of.isoformat() if scope.as_of else None


def with_parameters(path: str, asked: dict[str, Any]) -> str:
    """The address; parameters that are None are left out."""
    given = _given(asked)
    return f"{path}?{urlencode(given)}" if given else path


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}
