"""``…/alerts``: what fell short, since when, who knows of it, and how it ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.notify.adapters import alert_store, delivery_reading
from services.notify.adapters.alert_store import AlertFilter, PostgresAcknowledgementStore, StoredAlert
from services.notify.application.acknowledging import Acknowledgement, UnknownAlert, acknowledge_alert
from services.notify.domain.subjects import department_of
from services.notify.http import documents, schemas
from services.notify.http.wiring import notify
from shared.directory.entities import Principal
from shared.web import cursors
from shared.web.app import correlation_id
from shared.web.auth import OPERATORS, READERS, require, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

blueprint = Blueprint("alerts", __name__, url_prefix="/v1/organisations/<name:organisation>/alerts")


@blueprint.route("")
@blueprint.arguments(schemas.AlertsQuery, location="query")
@blueprint.response(200, schemas.AlertsSchema)
def list_alerts(query: Mapping[str, Any], organisation: str) -> Any:
    """Alerts, the latest opened first."""
    chosen = _filter(query, organisation)
    before = query["cursor"][0] if query["cursor"] else None
    with notify().pool.connection() as conn:
        found = alert_store.page(conn, chosen, before, query["limit"] + 1)
    shown = found[: query["limit"]]
    cursor = cursors.encode(shown[-1].opening) if len(found) > len(shown) else None
    return {"items": [documents.alert(each, notify().scoring_url) for each in shown], "next_cursor": cursor}


@blueprint.route("/<uuid:alert>")
@blueprint.response(200, schemas.AlertWithHistorySchema)
def get_alert(organisation: str, alert: UUID) -> Any:
    """One alert with its history and what was delivered of it."""
    principal = require_member(READERS, organisation)
    with notify().pool.connection() as conn:
        found = _visible(alert_store.find(conn, organisation, alert), principal)
        history = alert_store.changes_of(conn, alert)
        deliveries = delivery_reading.of_alert(conn, alert, principal.department)
    return {
        **documents.alert(found, notify().scoring_url),
        "history": [documents.change(each) for each in history],
        "deliveries": [documents.delivery(each) for each in deliveries],
    }


@blueprint.route("/<uuid:alert>/acknowledgement", methods=["POST"])
@blueprint.arguments(schemas.AcknowledgementSchema)
@blueprint.response(200, schemas.AlertSchema)
def acknowledge(body: Mapping[str, Any], organisation: str, alert: UUID) -> Any:
    """Say that the alert is known and looked after. Doing so again changes nothing; a resolved alert refuses."""
    principal = require_member(OPERATORS, organisation)
    wanted = Acknowledgement(organisation, principal.department, alert, principal.actor, body["note"], correlation_id())
    with notify().pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            acknowledge_alert(wanted, PostgresAcknowledgementStore(conn, notify().scoring_url))
            found = _visible(alert_store.find(conn, organisation, alert), principal)
            answer.give(200, documents.alert(found, notify().scoring_url))
    return answer.response()


def _filter(query: Mapping[str, Any], organisation: str) -> AlertFilter:
    department = query["department"]
    if department is None:
        department = require_member(READERS, organisation).department
    else:
        require(READERS, organisation, department)
    states = {None: None, "unresolved": ["open", "acknowledged"]}.get(query["state"], [query["state"]])
    return AlertFilter(
        organisation,
        department,
        states,
        condition=query["condition"],
        severity=query["severity"],
        scheme=query["scheme"],
        quota=query["quota"],
        calendar=query["calendar"],
        period=query["period"],
        person=query["person"],
        subject=query["subject"],
    )


def _visible(found: StoredAlert | None, principal: Principal) -> StoredAlert:
    """Raises UnknownAlert, also for what the token must not see."""
    if found is None or principal.department not in (None, department_of(found.alert.obligation)):
        raise UnknownAlert("There is no such alert.")
    return found
