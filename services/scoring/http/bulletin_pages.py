"""The pages of bulletins: the list of an organisation's issues, and each issue as it is printed."""

from datetime import UTC, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template

from services.scoring.adapters.bulletins.store import IssueFilter
from services.scoring.application.bulletins import errata as telling_errata
from services.scoring.application.bulletins.ports import StoredIssue
from services.scoring.application.bulletins.subject_matter import told_of
from services.scoring.http import links
from services.scoring.http.bulletin_asking import bulletins, find_issue, place_of
from services.scoring.http.page_frame import fresh, title_of
from services.scoring.http.presenters.bulletin import ERRATA_SHOWN_MAX, corrections, present
from shared.directory import queries
from shared.web import cursors, languages
from shared.web.auth import READERS, require_member
from shared.web.fields import Choice, Cursor, Limit, Name, Schema
from shared.web.parsing import load_query

ISSUES_A_PAGE = 30


class IssuesPageQuery(Schema):
    scheme = Name(load_default=None)
    bulletin = Name(load_default=None)
    limit = Limit(default=ISSUES_A_PAGE)
    cursor = Cursor(str, str)
    lang = Choice(*languages.LANGUAGES, load_default=None)


def blueprint() -> Blueprint:
    """The pages; their templates and static files are those of the scorecards' pages."""
    pages = Blueprint("bulletin_pages", __name__)
    pages.add_url_rule("/organisations/<name:organisation>/bulletins", "issues", _issues)
    pages.add_url_rule("/organisations/<name:organisation>/bulletins/<uuid:issue>", "issue", _issue)
    pages.add_url_rule("/organisations/<name:organisation>/bulletins/<uuid:issue>/errata", "errata", _errata)
    pages.after_request(fresh)
    return pages


def printable(stored: StoredIssue) -> str:
    """The page of an issue: on the screen, on a phone and on paper."""
    one = stored.issued
    return render_template(
        "scoring/bulletin.html",
        organisation=one.organisation,
        bulletin=present(stored.document),
        digest=one.digest,
        list_url=links.bulletins_page(one.organisation),
        grid_url=links.organisation_page(one.organisation, scheme=one.scheme, calendar=one.calendar),
        api_url=links.bulletin(one.organisation, one.issue),
        errata_url=f"{links.bulletin_page(one.organisation, one.issue)}/errata",
    )


def _issues(organisation: str) -> str:
    require_member(READERS, organisation)
    query = load_query(IssuesPageQuery())
    chosen = IssueFilter(organisation, query["scheme"], query["bulletin"])
    found = bulletins().book.page(chosen, place_of(query["cursor"]), query["limit"] + 1)
    page = found[: query["limit"]]
    more = None
    if len(found) > len(page):
        cursor = cursors.encode(page[-1].issued_at, page[-1].issue)
        more = links.bulletins_page(
            organisation, scheme=query["scheme"], bulletin=query["bulletin"], limit=query["limit"], cursor=cursor
        )
    return render_template(
        "scoring/bulletins.html",
        organisation=organisation,
        title=title_of(organisation),
        zone=_zone_of(organisation),
        issues=[(one, links.bulletin_page(organisation, one.issue)) for one in page],
        more_url=more,
        first_url=links.bulletins_page(organisation) if query["cursor"] else None,
        grid_url=links.organisation_page(organisation),
    )


def _issue(organisation: str, issue: UUID) -> Response:
    require_member(READERS, organisation)
    load_query(IssuesPageQuery(only=("lang",)))
    return Response(printable(find_issue(organisation, issue)), mimetype="text/html")


def _errata(organisation: str, issue: UUID) -> str:
    """What has changed up to now in the period that the issue tells of."""
    require_member(READERS, organisation)
    load_query(IssuesPageQuery(only=("lang",)))
    stored = find_issue(organisation, issue)
    with bulletins().looks.look() as look:
        found = telling_errata.of_issue(look, told_of(look, stored.document), stored.document)
    return render_template(
        "scoring/bulletin_errata.html",
        issue=stored.issued,
        corrections=corrections(found),
        more=max(0, len(found) - ERRATA_SHOWN_MAX),
        list_url=links.bulletins_page(organisation),
        issue_url=links.bulletin_page(organisation, issue),
        api_url=links.bulletin(organisation, issue),
    )


def _zone_of(organisation: str) -> tzinfo:
    with current_app.extensions["tongbao"].pool.connection() as conn:
        found = queries.organisation(conn, organisation)
    return ZoneInfo(found.time_zone) if found is not None else UTC
