"""The pages people look at: the grid of an organisation, a department's card with its explanations, its ledger.

The address is the state: every view is a link. A page that shows the present asks for itself again with the revision
it shows (``seen``), and is answered 204 until something has changed.
"""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.scoring.application.reading.grid import (
    PERIODS_SHOWN,
    PERIODS_SHOWN_MAX,
    following,
    read_grid,
    read_history,
)
from services.scoring.application.reading.ledger import read_ledger
from services.scoring.application.reading.questions import KINDS, Asked, NothingScored
from services.scoring.application.reading.records import LedgerPlace
from services.scoring.application.reading.scorecards import explain_card, read_scorecard
from services.scoring.domain.cards.book import Subject
from services.scoring.http import links, report_pages
from services.scoring.http.answering import readings
from services.scoring.http.page_frame import (
    PageQuery,
    address_of,
    around,
    fresh,
    title_of,
    title_of_department,
    titles_of_departments,
    unchanged,
)
from services.scoring.http.presenters import card as card_view
from services.scoring.http.presenters import explanation as explanation_view
from services.scoring.http.presenters import frame
from services.scoring.http.presenters import grid as grid_view
from services.scoring.http.presenters import ledger as ledger_view
from services.scoring.http.schemas import ITEM_LENGTH_MAX, PERIOD_LENGTH_MAX
from shared.directory import queries
from shared.web import languages
from shared.web.auth import READERS, current_principal, require, require_member
from shared.web.fields import Choice, Cursor, Limit, Name, Text
from shared.web.pages import STATES
from shared.web.parsing import load_query

CARD_HISTORY = 8
SKIP_MAX = 1_000_000


class GridQuery(PageQuery):
    subject = Choice(*KINDS, load_default=None)
    until = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    last = Limit(default=PERIODS_SHOWN, maximum=PERIODS_SHOWN_MAX)
    group = Text(load_default=None)
    state = Choice(*STATES, load_default=None)
    sort = Choice(*grid_view.SORTS, load_default="name")
    skip = Limit(default=0, maximum=SKIP_MAX)


class CardQuery(PageQuery):
    person = Text(load_default=None)
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    line = Name(load_default=None)


class LedgerPageQuery(PageQuery):
    person = Text(load_default=None)
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    measure = Name(load_default=None)
    item = Text(load_default=None, length_max=ITEM_LENGTH_MAX)
    cursor = Cursor(str, int, int)


def blueprint() -> Blueprint:
    """The pages, their templates under ``scoring/``, and their static files."""
    languages.add_catalogue("services.scoring.http")
    pages = Blueprint(
        "pages",
        __name__,
        static_folder="static",
        static_url_path="/static/scoring",
        template_folder="templates",
    )
    pages.add_url_rule("/", "home", _home)
    pages.add_url_rule("/organisations/<name:organisation>", "grid", _grid)
    pages.add_url_rule("/organisations/<name:organisation>/departments/<name:department>", "card", _card)
    pages.add_url_rule("/organisations/<name:organisation>/departments/<name:department>/ledger", "ledger", _ledger)
    pages.add_url_rule("/organisations/<name:organisation>/rates", "rates", report_pages.rates)
    pages.add_url_rule("/organisations/<name:organisation>/distribution", "distribution", report_pages.distribution)
    pages.after_request(fresh)
    return pages


def _home() -> str | AnyResponse:
    principal = current_principal()
    if principal.organisation is not None and principal.department is not None:
        return redirect(links.department_page(principal.organisation, principal.department))
    if principal.organisation is not None:
        return redirect(links.organisation_page(principal.organisation))
    with current_app.extensions["tongbao"].pool.connection() as conn:
        organisations = queries.organisations(conn)
    if len(organisations) == 1:
        return redirect(links.organisation_page(organisations[0].organisation))
    return render_template("scoring/organisations.html", organisations=organisations)


def _grid(organisation: str) -> str | Response:
    principal = require_member(READERS, organisation)
    query = load_query(GridQuery())
    address = address_of(links.organisation_page(organisation))
    asked = Asked(organisation, query["scheme"], query["calendar"], None, query["as_of"], query["subject"])
    with readings().snapshot() as snapshot:
        revision = snapshot.revision(organisation)
        if query["seen"] == revision:
            return unchanged()
        title = title_of(organisation)
        try:
            read = read_grid(snapshot, asked, until=query["until"], last=query["last"])
        except NothingScored:
            return render_template(
                "scoring/grid_empty.html", organisation=organisation, title=title, poll_url=address(seen=revision)
            )
        wanted = grid_view.Wanted(
            principal.department,
            *(query["group"], query["state"], query["sort"], query["skip"]),
            request.args.get("as_of") or None,
        )
        framed = around(snapshot, read.question, links.organisation_page(organisation), address, revision)
    titles = titles_of_departments(organisation) if read.question.kind == "person" else {}
    return render_template(
        "scoring/grid.html",
        organisation=organisation,
        title=title,
        scheme=read.question.scheme,
        kind=read.question.kind,
        show_kinds=True,
        calendar=frame.calendar_title(read.question, read.question.calendar.name),
        grid=grid_view.present(read, wanted, address, titles),
        groups=grid_view.group_choices(read, wanted.group, address) if principal.department is None else [],
        sorts=grid_view.sort_choices(wanted.sort, address),
        skip=query["skip"],
        all_url=address(state=None, group=None, skip=None),
        rates_url=links.rates_page(organisation, scheme=query["scheme"], calendar=query["calendar"]),
        distribution_url=links.distribution_page(organisation, scheme=query["scheme"]),
        bulletins_url=links.bulletins_page(organisation),
        **framed,
    )


def _card(organisation: str, department: str) -> str | Response:
    principal = require(READERS, organisation, department)
    query = load_query(CardQuery())
    own_page = links.department_page(organisation, department)
    address = address_of(own_page)
    person = query["person"]
    subject = Subject("department", department) if person is None else Subject("person", person, department)
    asked = Asked(organisation, query["scheme"], query["calendar"], query["period"], query["as_of"], subject.kind)
    with readings().snapshot() as snapshot:
        revision = snapshot.revision(organisation)
        if query["seen"] == revision:
            return unchanged()
        read = read_scorecard(snapshot, asked, subject)
        history = read_history(snapshot, read.question, subject, read.period, CARD_HISTORY)
        later = following(snapshot, read.question, read.period)
        explained = explain_card(snapshot, read, query["line"]) if query["line"] else None
        framed = around(snapshot, read.question, own_page, address, revision)
        parked = bool(snapshot.parked(organisation, department))
    as_of = request.args.get("as_of") or None
    department_title = title_of_department(organisation, department)
    return render_template(
        "scoring/card.html",
        title=title_of(organisation),
        scheme=read.scheme,
        card=card_view.present(read, history, later, query["line"], department_title, address, as_of),
        department_url=links.department_page(organisation, department, as_of=as_of) if person is not None else None,
        department_title=department_title,
        explanation=explanation_view.present(explained, address, as_of) if explained else None,
        parked=parked,
        grid_url=links.organisation_page(organisation, calendar=read.question.calendar.name, as_of=as_of)
        if principal.department is None
        else None,
        **framed,
    )


def _ledger(organisation: str, department: str) -> str:
    principal = require(READERS, organisation, department)
    query = load_query(LedgerPageQuery())
    address = address_of(links.ledger_page(organisation, department))
    asked = Asked(organisation, query["scheme"], query["calendar"], query["period"], query["as_of"])
    after = LedgerPlace(*query["cursor"]) if query["cursor"] else None
    with readings().snapshot() as snapshot:
        read = read_ledger(snapshot, asked, department, query["measure"], query["item"], after, query["person"])
        framed = around(snapshot, read.question, links.ledger_page(organisation, department), address, None)
    return render_template(
        "scoring/ledger.html",
        title=title_of(organisation),
        department_title=title_of_department(organisation, department),
        grid_url=links.organisation_page(organisation) if principal.department is None else None,
        ledger=ledger_view.present(read, address, request.args.get("as_of") or None),
        card_url=links.department_page(
            organisation,
            department,
            person=query["person"],
            calendar=query["calendar"],
            period=query["period"],
            as_of=request.args.get("as_of"),
        ),
        **framed,
    )
