"""``/v1/organisations/{organisation}``: scorecards, why their numbers are what they are, the ledger, obligations.

Every GET carries the ETag of the organisation's revision, so that asking again costs next to nothing.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import current_app
from marshmallow import ValidationError

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.naming import check_names
from services.scoring.application.reading.questions import Misasked, NothingHere, resolve, resolve_period
from services.scoring.application.reading.records import LedgerPlace, ObligationPlace
from services.scoring.application.reading.scorecards import read_explanation, read_scorecard, read_scorecards
from services.scoring.application.reading.store import LedgerFilter, ObligationFilter, Snapshot
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.cards.needs import TooLarge
from services.scoring.http import documents, schemas
from services.scoring.http.answering import answered, asked_of, readings
from shared.calendars import OPEN_END
from shared.directory.entities import Principal
from shared.directory.schemebook import UnknownScheme
from shared.web.auth import OPERATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.fields import parse_instant
from shared.web.idempotency import idempotent
from shared.web.parsing import invalid
from shared.web.problems import RETRY_AFTER_S, Problem, problem_for, problem_type

_DAY = timedelta(days=1)

problem_for(
    NothingHere,
    404,
    "nothing-scored",
    "There is no such scorecard",
    "Check the names in the address; a card exists once a scheme is published and the department's period has opened.",
)
problem_for(
    Misasked,
    422,
    "invalid-input",
    "The input is not valid",
    "Mend each field named in `errors`.",
    explain=lambda mistake: invalid([{"field": mistake.parameter, "detail": mistake.detail}]),
)
problem_for(
    TooLarge,
    422,
    "card-too-large",
    "The scorecard stands on too many figures",
    "Let its lines look at fewer periods: at those of a longer calendar, or in a shorter one.",
)
problem_for(
    UnknownScheme,
    503,
    "unavailable",
    "The service cannot answer now",
    "Try again after `Retry-After` seconds.",
    explain=lambda error: Problem("unavailable", str(error), headers={"Retry-After": str(RETRY_AFTER_S)}),
)
problem_type("not-parked", 409, "The department is not parked", "Nothing needs to be done: its stream is being folded.")

blueprint = Blueprint("scorecards", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/scorecards")
@blueprint.arguments(schemas.ScorecardsQuery, location="query")
@blueprint.response(200, schemas.ScorecardsSchema)
def list_scorecards(query: dict[str, Any], organisation: str) -> Any:
    """The cards of all departments (or persons, groups, the organisation) in a period, with ranks."""
    principal = require_member(READERS, organisation)

    def read(snapshot: Snapshot) -> Any:
        if principal.department is None:  # whose token is of one department is not told which others there are
            check_names(snapshot, organisation, department=query["department"], group=query["group"])
        asked = replace(asked_of(organisation, query, query["subject"]), scorecard=query["name"])
        found = read_scorecards(snapshot, asked)
        shown = [card for card in found.cards if _asked_for(card, query) and _may_see(principal, card)]
        return documents.scorecards(found, shown)

    return answered(organisation, principal, read)


@blueprint.route("/scorecards/<name:department>")
@blueprint.arguments(schemas.OneCardQuery, location="query")
@blueprint.response(200, schemas.OneCardSchema)
def get_scorecard(query: dict[str, Any], organisation: str, department: str) -> Any:
    """The card of one department, or of one of its persons, ranked among all."""
    principal = require(READERS, organisation, department)
    subject = _subject(department, query["person"])
    asked = asked_of(organisation, query, subject.kind)
    return answered(
        organisation, principal, lambda snapshot: documents.scorecard(read_scorecard(snapshot, asked, subject))
    )


@blueprint.route("/scorecards/<name:department>/lines/<name:line>")
@blueprint.arguments(schemas.OneCardQuery, location="query")
@blueprint.response(200, schemas.ExplanationSchema)
def explain_line(query: dict[str, Any], organisation: str, department: str, line: str) -> Any:
    """Why a line has its value: the formula, the same with values, what is behind each, the rulebook's sentence."""
    principal = require(READERS, organisation, department)
    subject = _subject(department, query["person"])
    asked = asked_of(organisation, query, subject.kind)
    return answered(
        organisation,
        principal,
        lambda snapshot: documents.explanation(read_explanation(snapshot, asked, subject, line)),
    )


@blueprint.route("/ledger")
@blueprint.arguments(schemas.LedgerQuery, location="query")
@blueprint.response(200, schemas.LedgerPageSchema)
def list_ledger(query: dict[str, Any], organisation: str) -> Any:
    """Ledger entries by department, in the order in which they arose."""
    department, named = _departments(organisation, query["department"])
    with readings().snapshot() as snapshot:
        check_names(snapshot, organisation, scheme=query["scheme"], measure=query["measure"], department=named)
        chosen = _ledger_filter(snapshot, organisation, query, department)
        after = LedgerPlace(*query["cursor"]) if query["cursor"] else None
        entries = snapshot.entries(chosen, after, query["limit"] + 1)
    return documents.ledger_page(entries, query["limit"])


@blueprint.route("/obligations")
@blueprint.arguments(schemas.ObligationsQuery, location="query")
@blueprint.response(200, schemas.ObligationsPageSchema)
def list_obligations(query: dict[str, Any], organisation: str) -> Any:
    """What departments, persons, groups and the organisation owe and owed, the latest due first."""
    department, named = _departments(organisation, query["department"])
    with readings().snapshot() as snapshot:
        check_names(snapshot, organisation, scheme=query["scheme"], quota=query["quota"], department=named)
        chosen = _obligation_filter(snapshot, organisation, query, department)
        found = snapshot.list_obligations(chosen, _obligation_place(query["cursor"]), query["limit"] + 1)
    return documents.obligations_page(found, query["limit"])


@blueprint.route("/parked")
@blueprint.arguments(schemas.NoQuery, location="query")
@blueprint.response(200, schemas.ParkedPageSchema)
def list_parked(_: dict[str, Any], organisation: str) -> Any:
    """The departments whose scorecards stand still because an event of theirs could not be folded, and why."""
    principal = require_member(READERS, organisation)
    with readings().snapshot() as snapshot:
        found = snapshot.parked(organisation, principal.department)
    return {"items": [documents.parked(department) for department in found], "next_cursor": None}


@blueprint.route("/departments/<name:department>/resumption", methods=["POST"])
@blueprint.response(202, schemas.ParkedSchema)
def request_resumption(organisation: str, department: str) -> Any:
    """Have a parked department's stream tried again, after its cause was mended. Needs an operator."""
    principal = require(OPERATORS, organisation, department)
    pool = current_app.extensions["tongbao"].pool
    with pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            parked = readings().request_resumption(conn, organisation, department)
            if parked is None:
                raise Problem("not-parked", f'Department "{department}" is not parked.')
            answer.give(202, documents.parked(parked))
    return answer.response()


def _subject(department: str, person: str | None) -> Subject:
    return Subject("department", department) if person is None else Subject("person", person, department)


def _asked_for(card: Card, query: dict[str, Any]) -> bool:
    return query["group"] in (None, card.group) and query["department"] in (None, card.department)


def _may_see(principal: Principal, card: Card) -> bool:
    """A token of one department sees that department and its persons, and no sums over others."""
    if principal.department is None:
        return True
    return card.subject.kind in ("department", "person") and card.department == principal.department


def _departments(organisation: str, asked: str | None) -> tuple[str | None, str | None]:
    """The department to show: the one asked for, or the only one that the token is for; and the one to look up.

    Whose token is of one department is not told which others there are.
    """
    principal = require_member(READERS, organisation) if asked is None else require(READERS, organisation, asked)
    return (asked, asked) if principal.department is None else (principal.department, None)


def _ledger_filter(
    snapshot: Snapshot, organisation: str, query: dict[str, Any], department: str | None
) -> LedgerFilter:
    """A period gives its days; a day of its own narrows them."""
    chosen = LedgerFilter(
        organisation,
        scheme=query["scheme"],
        department=department,
        person=query["person"],
        measure=query["measure"],
        item=query["item"],
        first=query["from_"],
        end=query["to"] + _DAY if query["to"] else None,
    )
    if query["calendar"] is None and query["period"] is None and query["as_of"] is None:
        return chosen
    question = resolve(snapshot, asked_of(organisation, query))
    chosen = replace(chosen, as_of=question.scope.as_of)
    if query["calendar"] is None and query["period"] is None:
        return chosen
    window = resolve_period(snapshot, question, query["period"]).period
    return replace(
        chosen,
        scheme=question.scheme.name,
        first=max(window.first, chosen.first or window.first),
        end=min(window.end, chosen.end or window.end),
    )


def _obligation_filter(
    snapshot: Snapshot, organisation: str, query: dict[str, Any], department: str | None
) -> ObligationFilter:
    """Without a calendar those of all calendars; a period without one is that of the calendar it is written in."""
    if query["period"] is not None and query["calendar"] is None:
        raise Misasked("calendar", "is needed to say what a period is of")
    chosen = ObligationFilter(
        organisation,
        scheme=query["scheme"],
        department=department,
        person=query["person"],
        quota=query["quota"],
        calendar=query["calendar"],
        period=query["period"],
        state=query["state"],
        subject=query["subject"],
    )
    if query["calendar"] is None and query["as_of"] is None:
        return chosen
    question = resolve(snapshot, asked_of(organisation, query))
    if query["period"] is not None:
        resolve_period(snapshot, question, query["period"])
    return replace(chosen, as_of=question.scope.as_of)


def _obligation_place(cursor: list[str] | None) -> ObligationPlace | None:
    if cursor is None:
        return None
    try:
        return ObligationPlace(parse_instant(cursor[0], OPEN_END.year), *cursor[1:])
    except ValidationError:
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
