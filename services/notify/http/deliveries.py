"""Deliveries: what was sent to a subscription, how often it was tried, and trying it again by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from psycopg import Connection

from services.notify.adapters import delivery_reading
from services.notify.adapters.delivery_reading import Delivery
from services.notify.http import documents, schemas
from services.notify.http.subscriptions import visible
from services.notify.http.wiring import notify
from shared.directory.entities import Principal
from shared.web import cursors
from shared.web.auth import OPERATORS, require_member
from shared.web.blueprint import Blueprint
from shared.web.fields import parse_instant
from shared.web.idempotency import idempotent
from shared.web.parsing import invalid
from shared.web.problems import Problem

blueprint = Blueprint("deliveries", __name__, url_prefix="/v1/organisations/<name:organisation>")


@blueprint.route("/subscriptions/<uuid:subscription>/deliveries")
@blueprint.arguments(schemas.DeliveriesQuery, location="query")
@blueprint.response(200, schemas.DeliveriesSchema)
def list_deliveries(query: Mapping[str, Any], organisation: str, subscription: UUID) -> Any:
    """A subscription's deliveries, the latest first."""
    principal = require_member(OPERATORS, organisation)
    before = _place(query["cursor"]) if query["cursor"] else None
    states = [query["state"]] if query["state"] else None
    with notify().pool.connection() as conn:
        visible(conn, organisation, subscription, principal)
        found = delivery_reading.of_subscription(conn, subscription, states, before, query["limit"] + 1)
    shown = found[: query["limit"]]
    cursor = cursors.encode(shown[-1].created_at, str(shown[-1].delivery)) if len(found) > len(shown) else None
    return {"items": [documents.delivery(each) for each in shown], "next_cursor": cursor}


@blueprint.route("/deliveries/<uuid:delivery>")
@blueprint.response(200, schemas.AttemptedDeliverySchema)
def get_delivery(organisation: str, delivery: UUID) -> Any:
    """One delivery with every attempt."""
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn:
        found = _visible(conn, organisation, delivery, principal)
        attempts = delivery_reading.attempts(conn, delivery)
    return {**documents.delivery(found), "history": [documents.attempt(each) for each in attempts]}


@blueprint.route("/deliveries/<uuid:delivery>/retry", methods=["POST"])
@blueprint.response(202, schemas.DeliverySchema)
def retry(organisation: str, delivery: UUID) -> Any:
    """Send it at once, with the same ``webhook-id``; a finished one begins the schedule anew."""
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            found = _visible(conn, organisation, delivery, principal)
            answer.give(202, documents.delivery(delivery_reading.retry(conn, found)))
    return answer.response()


def _visible(conn: Connection[Any], organisation: str, delivery: UUID, principal: Principal) -> Delivery:
    found = delivery_reading.find(conn, organisation, delivery, principal.department)
    if found is None:
        raise Problem("not-found", "There is no such delivery.")
    return found


def _place(cursor: list[str]) -> tuple[datetime, UUID]:
    try:
        return parse_instant(cursor[0]), UUID(cursor[1])
    except (ValidationError, ValueError):
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
