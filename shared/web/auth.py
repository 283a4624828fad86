"""Who is asking, and whether they may: bearer tokens, checked against the directory on every request."""

from typing import Any

from flask import current_app, g, request

from shared.directory import queries
from shared.directory.entities import Principal
from shared.directory.tokens import SECRET_LENGTH_MAX, secret_sha256
from shared.web.problems import Problem

COOKIE = "tongbao_token"
"""Holds a browser's token; only GET requests may use it, so that no other site can act in somebody's name."""

Roles = frozenset[str]

ADMINISTRATORS: Roles = frozenset({"administrator"})
OPERATORS: Roles = frozenset({"administrator", "operator"})
REVIEWERS: Roles = frozenset({"administrator", "operator", "reviewer"})
SUBMITTERS: Roles = frozenset({"administrator", "operator", "submitter"})
READERS: Roles = frozenset({"administrator", "operator", "reviewer", "submitter", "reader"})

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="tongbao"'}


def current_principal() -> Principal:
    """The principal of this request's token. Asks the database once a request. Raises the problem 401."""
    known: Principal | None = g.get("principal")
    if known is not None:
        return known
    secret = _secret()
    with current_app.extensions["tongbao"].pool.connection() as conn:
        found = queries.find_token(conn, secret_sha256(secret))
    if found is None:
        raise Problem("unauthenticated", "The token is unknown, expired or revoked.", headers=_CHALLENGE)
    g.principal = found
    return found


def require(roles: Roles, organisation: str, department: str | None = None) -> Principal:
    """The principal, if its token grants one of ``roles`` for all of the organisation, or for this department of it.

    Without ``department`` a token of a single department is refused; ``require_member`` lets it pass. Raises the
    problems 401 and 403; neither tells whether the organisation or anything in it exists.
    """
    principal = require_member(roles, organisation)
    if principal.department is not None and principal.department != department:
        raise Problem("forbidden", "The token is for another department.")
    return principal


def require_member(roles: Roles, organisation: str) -> Principal:
    """As ``require``, also for tokens of one department: the caller shows them only ``principal.department``."""
    principal = current_principal()
    if principal.organisation is not None and principal.organisation != organisation:
        raise Problem("forbidden", "The token is for another organisation.")
    if principal.role not in roles:
        raise Problem(
            "forbidden", f"The token's role is {principal.role}; this needs one of: {', '.join(sorted(roles))}."
        )
    return principal


def require_installation(roles: Roles = ADMINISTRATORS) -> Principal:
    """The principal, if its token is not bound to an organisation. Raises the problems 401 and 403."""
    principal = current_principal()
    if principal.organisation is not None or principal.role not in roles:
        raise Problem("forbidden", "This needs a token of the installation's administrator.")
    return principal


def _secret() -> str:
    header: Any = request.environ.get("HTTP_AUTHORIZATION")
    if header:
        scheme, _, secret = header.partition(" ")
        secret = secret.strip()
        if scheme.lower() == "bearer" and 0 < len(secret) <= SECRET_LENGTH_MAX and secret.isascii():
            return str(secret)
        raise Problem("unauthenticated", "The Authorization header is not `Bearer <token>`.", headers=_CHALLENGE)
    if request.method in {"GET", "HEAD"}:
        cookie = request.cookies.get(COOKIE, "")
        if 0 < len(cookie) <= SECRET_LENGTH_MAX:
            return cookie
    raise Problem("unauthenticated", "The request has no token.", headers=_CHALLENGE)
