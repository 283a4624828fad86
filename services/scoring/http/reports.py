"""``/v1/organisations/{organisation}``: what has changed, reporting rates, and the distribution over the year."""

from typing import Any

from services.scoring.application.reading.changes import read_changes
from services.scoring.application.reading.distribution import read_distribution
from services.scoring.application.reading.naming import check_names
from services.scoring.application.reading.questions import Misasked
from services.scoring.application.reading.rates import read_rates
from services.scoring.application.reading.records import ChangePlace
from services.scoring.application.reading.store import Snapshot
from services.scoring.http import report_documents, report_schemas
from services.scoring.http.answering import answered, asked_of
from shared.web.auth import READERS, require, require_member
from shared.web.blueprint import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/scorecards/<name:department>/changes")
@blueprint.arguments(report_schemas.ChangesQuery, location="query")
@blueprint.response(200, report_schemas.ChangesPageSchema)
def list_changes(query: dict[str, Any], organisation: str, department: str) -> Any:
    """What was recorded of a department since an instant, each with its cause, its reason and what it changed."""
    principal = require(READERS, organisation, department)
    if query["period"] is not None and query["calendar"] is None:
        raise Misasked("calendar", "is needed to say what a period is of")
    after = ChangePlace(*query["cursor"]) if query["cursor"] else None

    def read(snapshot: Snapshot) -> Any:
        asked = asked_of(organisation, query)
        return report_documents.changes_page(
            read_changes(snapshot, asked, department, query["since"], after, query["limit"])
        )

    return answered(organisation, principal, read)


@blueprint.route("/rates")
@blueprint.arguments(report_schemas.RatesQuery, location="query")
@blueprint.response(200, report_schemas.RatesSchema)
def get_rates(query: dict[str, Any], organisation: str) -> Any:
    """How much of what was owed in a period came, how much of it on time, and how many of the items were adopted."""
    principal = require_member(READERS, organisation)

    def read(snapshot: Snapshot) -> Any:
        if principal.department is None:  # whose token is of one department is not told which groups there are
            check_names(snapshot, organisation, group=query["group"])
        asked = asked_of(organisation, query)
        return report_documents.rates(read_rates(snapshot, asked, query["group"], principal.department))

    return answered(organisation, principal, read)


@blueprint.route("/distribution")
@blueprint.arguments(report_schemas.DistributionQuery, location="query")
@blueprint.response(200, report_schemas.DistributionSchema)
def get_distribution(query: dict[str, Any], organisation: str) -> Any:
    """How a year's work is spread over its months, against an even pace: of each department and of all together."""
    if query["department"] is not None:
        principal, department = require(READERS, organisation, query["department"]), query["department"]
    else:
        principal = require_member(READERS, organisation)
        department = principal.department

    def read(snapshot: Snapshot) -> Any:
        if principal.department is None:
            check_names(snapshot, organisation, department=department)
        asked = asked_of(organisation, {**query, "period": None})
        return report_documents.distribution(
            read_distribution(snapshot, asked, query["year"], query["measure"], department)
        )

    return answered(organisation, principal, read)
