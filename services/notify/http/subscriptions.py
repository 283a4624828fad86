"""``…/subscriptions``: who is told of which alerts, and where."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from services.notify.adapters import delivery_reading, subscription_store
from services.notify.application.subscribing import Wanted, change, compose
from services.notify.domain.subscriptions import Filter, Subscription
from services.notify.http import documents, schemas
from services.notify.http.wiring import notify
from shared.directory.entities import Principal
from shared.web import cursors, etag
from shared.web.app import correlation_id
from shared.web.auth import OPERATORS, require_member
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent
from shared.web.parsing import invalid
from shared.web.problems import Problem

blueprint = Blueprint("subscriptions", __name__, url_prefix="/v1/organisations/<name:organisation>/subscriptions")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(schemas.NewSubscriptionSchema)
@blueprint.response(201, schemas.CreatedSubscriptionSchema)
def create(body: Mapping[str, Any], organisation: str) -> Any:
    """Subscribe. The secret that signs the messages is shown in this answer only.

    With a token of one department the subscription hears of this department alone.
    """
    principal = require_member(OPERATORS, organisation)
    new = compose(
        _wanted(body), notify().rule, organisation, principal.department, principal.actor, secrets.token_bytes
    )
    headers: dict[str, str] = {"Cache-Control": "no-store"}
    with notify().pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            made = subscription_store.insert(conn, new)
            answer.give(
                201,
                documents.created_subscription(made, made.secret),
                kept=documents.created_subscription(made, None),
            )
            headers["ETag"] = etag.of_version(made.version)
            headers["Location"] = f"/v1/organisations/{organisation}/subscriptions/{made.subscription}"
    return answer.response(headers)


@blueprint.route("")
@blueprint.arguments(schemas.SubscriptionsQuery, location="query")
@blueprint.response(200, schemas.SubscriptionsSchema)
def list_subscriptions(query: Mapping[str, Any], organisation: str) -> Any:
    """The organisation's subscriptions, or those of the token's department."""
    principal = require_member(OPERATORS, organisation)
    after = _uuid(query["cursor"][0]) if query["cursor"] else None
    with notify().pool.connection() as conn:
        found = subscription_store.page(conn, organisation, principal.department, after, query["limit"] + 1)
    shown = found[: query["limit"]]
    cursor = cursors.encode(str(shown[-1].subscription)) if len(found) > len(shown) else None
    return {"items": [documents.subscription(each) for each in shown], "next_cursor": cursor}


@blueprint.route("/<uuid:subscription>")
@blueprint.response(200, schemas.SubscriptionSchema)
def get(organisation: str, subscription: UUID) -> Any:
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn:
        found = visible(conn, organisation, subscription, principal)
    return etag.not_modified(found.version) or (documents.subscription(found), 200, _headers(found))


@blueprint.route("/<uuid:subscription>", methods=["PUT"])
@blueprint.arguments(schemas.NewSubscriptionSchema)
@blueprint.response(200, schemas.SubscriptionSchema)
def replace(body: Mapping[str, Any], organisation: str, subscription: UUID) -> Any:
    """Change a subscription as a whole; needs If-Match. Without a secret the present one stays.

    Disabling it ends its waiting deliveries; they can be retried by hand once it is enabled again.
    """
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn, conn.transaction():
        present = visible(conn, organisation, subscription, principal)
        etag.check_match(present.version, required=True)
        changed = subscription_store.update(conn, change(present, _wanted(body), notify().rule))
    return documents.subscription(changed), 200, _headers(changed)


@blueprint.route("/<uuid:subscription>", methods=["DELETE"])
@blueprint.response(204)
def delete(organisation: str, subscription: UUID) -> Any:
    """End a subscription and its waiting deliveries. What was delivered stays on record."""
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn, conn.transaction():
        present = visible(conn, organisation, subscription, principal)
        etag.check_match(present.version)
        subscription_store.delete(conn, present)
    return None


@blueprint.route("/<uuid:subscription>/test", methods=["POST"])
@blueprint.response(202, schemas.DeliverySchema)
def send_test(organisation: str, subscription: UUID) -> Any:
    """Send a message of type ``subscription.test``, to try out address and signature."""
    principal = require_member(OPERATORS, organisation)
    with notify().pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
        if answer.replay is None:
            target = visible(conn, organisation, subscription, principal)
            made = delivery_reading.send_test(conn, target, correlation_id())
            answer.give(202, documents.delivery(made))
    return answer.response()


def visible(conn: Connection[Any], organisation: str, subscription: UUID, principal: Principal) -> Subscription:
    """The subscription, if the token may manage it. Raises the problem 404."""
    found = subscription_store.find(conn, organisation, subscription)
    if found is None or principal.department not in (None, found.department):
        raise Problem("not-found", "There is no such subscription.")
    return found


def _wanted(body: Mapping[str, Any]) -> Wanted:
    chosen = {name: tuple(dict.fromkeys(values)) for name, values in body["filters"].items()}
    return Wanted(
        body["title"],
        Filter(**chosen, history=body["history"]),
        body["webhook"]["address"],
        body["webhook"]["secret"],
        body["enabled"],
        body["disabled_reason"],
    )


def _headers(found: Subscription) -> dict[str, str]:
    return {"ETag": etag.of_version(found.version)}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise invalid([{"field": "cursor", "detail": "Is not a cursor of this list."}]) from None
