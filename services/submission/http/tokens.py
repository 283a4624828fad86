"""``…/tokens``: who may do what in an organisation, or in one department of it."""

from collections.abc import Mapping
from typing import Any

from services.submission.application.tokens import issue_token, revoke_token
from services.submission.http import documents, schemas
from services.submission.http.asking import asker, submission
from shared.directory import queries
from shared.web import cursors
from shared.web.auth import ADMINISTRATORS, require
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

blueprint = Blueprint("tokens", __name__, url_prefix="/v1/organisations/<name:organisation>/tokens")


@blueprint.route("", methods=["POST"])
@blueprint.arguments(schemas.NewTokenSchema)
@blueprint.response(201, schemas.IssuedTokenSchema)
def issue(body: Mapping[str, Any], organisation: str) -> Any:
    """Issue a token. Its secret is shown in this answer only, and stored nowhere."""
    principal = require(ADMINISTRATORS, organisation)
    with submission().transactions.begin() as transaction, idempotent(transaction.connection, principal) as answer:
        if answer.replay is None:
            token, secret = issue_token(
                transaction,
                organisation,
                body["title"],
                body["role"],
                body["department"],
                body["expires_at"],
                asker(principal),
            )
            document = documents.token(token)
            answer.give(201, {**document, "secret": secret}, kept={**document, "secret": None})
    return answer.response({"Cache-Control": "no-store"})


@blueprint.route("/<uuid:token>", methods=["DELETE"])
@blueprint.response(204)
def revoke(organisation: str, token: Any) -> Any:
    """Revoke a token, at once. Revoking it again changes nothing."""
    principal = require(ADMINISTRATORS, organisation)
    with submission().transactions.begin() as transaction:
        revoke_token(transaction, organisation, str(token), asker(principal))
    return None


@blueprint.route("")
@blueprint.arguments(schemas.TokensQuery, location="query")
@blueprint.response(200, schemas.TokensSchema)
def list_tokens(query: Mapping[str, Any], organisation: str) -> Any:
    """The organisation's tokens without their secrets, also those that are revoked or expired."""
    require(ADMINISTRATORS, organisation)
    after = query["cursor"][0] if query["cursor"] else ""
    with submission().pool.connection() as conn:
        found = queries.tokens(conn, organisation, after, query["limit"] + 1)
    shown = found[: query["limit"]]
    cursor = cursors.encode(shown[-1].token) if len(found) > len(shown) else None
    return {"items": [documents.token(each) for each in shown], "next_cursor": cursor}
