"""The pages of reports: reporting rates of a period, and the distribution over a year."""

from flask import Response, render_template, request

from services.scoring.application.reading.distribution import YEAR_MAX, YEAR_MIN, read_distribution
from services.scoring.application.reading.grid import preceding_and_following
from services.scoring.application.reading.questions import Asked
from services.scoring.application.reading.rates import read_rates
from services.scoring.http import links
from services.scoring.http.answering import readings
from services.scoring.http.page_frame import PageQuery, address_of, around, title_of, unchanged
from services.scoring.http.presenters import distribution as distribution_view
from services.scoring.http.presenters import frame
from services.scoring.http.presenters import rates as rates_view
from services.scoring.http.report_schemas import Year
from services.scoring.http.schemas import PERIOD_LENGTH_MAX
from shared.web.auth import READERS, require_member
from shared.web.fields import Name, Text
from shared.web.parsing import load_query


class RatesPageQuery(PageQuery):
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    group = Text(load_default=None)


class DistributionPageQuery(PageQuery):
    year = Year(load_default=None)
    measure = Name(load_default=None)


def rates(organisation: str) -> str | Response:
    """How much of what was owed in a period came, by quota and group."""
    principal = require_member(READERS, organisation)
    query = load_query(RatesPageQuery())
    page = links.rates_page(organisation)
    address = address_of(page)
    asked = Asked(organisation, query["scheme"], query["calendar"], query["period"], query["as_of"])
    with readings().snapshot() as snapshot:
        revision = snapshot.revision(organisation)
        if query["seen"] == revision:
            return unchanged()
        read = read_rates(snapshot, asked, query["group"], principal.department)
        earlier, later = preceding_and_following(snapshot, read.question, read.period)
        framed = around(snapshot, read.question, page, address, revision)
    return render_template(
        "scoring/rates.html",
        title=title_of(organisation),
        grid_url=links.organisation_page(organisation, calendar=read.question.calendar.name),
        calendar=frame.calendar_title(read.question, read.question.calendar.name),
        rates=rates_view.present(read),
        earlier_url=address(period=earlier) if earlier else None,
        later_url=address(period=later) if later else None,
        **framed,
    )


def distribution(organisation: str) -> str | Response:
    """How a year's work is spread over its months."""
    principal = require_member(READERS, organisation)
    query = load_query(DistributionPageQuery())
    page = links.distribution_page(organisation)
    address = address_of(page)
    asked = Asked(organisation, query["scheme"], query["calendar"], None, query["as_of"])
    with readings().snapshot() as snapshot:
        revision = snapshot.revision(organisation)
        if query["seen"] == revision:
            return unchanged()
        read = read_distribution(snapshot, asked, query["year"], query["measure"], principal.department)
        framed = around(snapshot, read.question, page, address, revision)
    return render_template(
        "scoring/distribution.html",
        title=title_of(organisation),
        grid_url=links.organisation_page(organisation, as_of=request.args.get("as_of") or None),
        distribution=distribution_view.present(read, address),
        earlier_url=address(year=read.year - 1) if read.year > YEAR_MIN else None,
        later_url=address(year=read.year + 1) if read.year < YEAR_MAX else None,
        **framed,
    )
