"""Who is asking, and whether they may: bearer tokens, checked against the directory on every request."""

from flask import current_app, g, request

from shared.directory import queries
from shared.directory.entities import Principal
from shared.directory.tokens import SECRET_LENGTH_MAX, secret_sha256
from shared.web.problems import Problem

COOKIE = "tongbao_token"
"""Holds a browser's token; only GET requests may use it, so that no other site can act in somebody's name."""
REMEMBERED_MAX = 10_000

Roles = frozenset[str]

ADMINISTRATORS: Roles = frozenset({"administrator"})
OPERATORS: Roles = frozenset({"administrator", "operator"})
REVIEWERS: Roles = frozenset({"administrator", "operator", "reviewer"})
SUBMITTERS: Roles = frozenset({"administrator", "operator", "submitter"})
READERS: Roles = frozenset({"administrator", "operator", "reviewer", "submitter", "reader"})

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="tongbao"'}

_remembered: dict[str, Principal] = {}
"""By the secret's hash, what this process last learnt of it. Never enough on its own: see ``require_unconfirmed``."""


def current_principal() -> Principal:
    """The principal of this request's token. Asks the database once a request. Raises the problem 401."""
    known: Principal | None = g.get("principal")
    return known if known is not None else _ask(_digest())


def require(roles: Roles, organisation: str, department: str | None = None) -> Principal:
    """The principal, if its token grants one of ``roles`` for all of the organisation, or for this department of it.

    Without ``department`` a token of a single department is refused; ``require_member`` lets it pass. Raises the
    problems 401 and 403; neither tells whether the organisation or anything in it exists.
    """
    principal = current_principal()
    _check(principal, roles, organisation)
    _check_department(principal, department)
    return principal


def require_member(roles: Roles, organisation: str) -> Principal:
    """As ``require``, also for tokens of one department: the caller shows them only ``principal.department``."""
    principal = current_principal()
    _check(principal, roles, organisation)
    return principal


def require_installation(roles: Roles = ADMINISTRATORS) -> Principal:
    """The principal, if its token is not bound to an organisation. Raises the problems 401 and 403."""
    principal = current_principal()
    if principal.organisation is not None or principal.role not in roles:
        raise Problem("forbidden", "This needs a token of the installation's administrator.")
    return principal


def require_unconfirmed(roles: Roles, organisation: str, department: str | None = None) -> Principal:
    """As ``require``, but by what this process remembers of the token, which may have been revoked since.

    Only for commands whose own statement asks ``directory_token_in_force(principal.token, principal.version)`` and
    writes nothing when it says no; they then call ``confirm_anew`` and begin again. Spares a round trip.
    """
    digest = _digest()
    principal = _remembered.get(digest) or _ask(digest)
    _check(principal, roles, organisation)
    _check_department(principal, department)
    return principal


def confirm_anew() -> None:
    """Forget what is remembered of this request's token and ask the database. Raises the problem 401 when it lapsed."""
    digest = _digest()
    _remembered.pop(digest, None)
    _ask(digest)


def _ask(digest: str) -> Principal:
    with current_app.extensions["tongbao"].pool.connection() as conn:
        found = queries.find_token(conn, digest)
    if found is None:
        _remembered.pop(digest, None)
        raise Problem("unauthenticated", "The token is unknown, expired or revoked.", headers=_CHALLENGE)
    if len(_remembered) >= REMEMBERED_MAX:
        _remembered.clear()
    _remembered[digest] = found
    g.principal = found
    return found


def _check(principal: Principal, roles: Roles, organisation: str) -> None:
    if principal.organisation is not None and principal.organisation != organisation:
        raise Problem("forbidden", "The token is for another organisation.")
    if principal.role not in roles:
        needed = ", ".join(sorted(roles))
        raise Problem("forbidden", f"The token's role is {principal.role}; this needs one of: {needed}.")


def _check_department(principal: Principal, department: str | None) -> None:
    if principal.department is not None and principal.department != department:
        raise Problem("forbidden", "The token is for another department.")


def _digest() -> str:
    """The hash of this request's secret. Raises the problem 401 when it has none."""
    environ = request.environ
    header = environ.get("HTTP_AUTHORIZATION")
    if header:
        scheme, _, secret = header.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not 0 < len(secret) <= SECRET_LENGTH_MAX or not secret.isascii():
            raise Problem("unauthenticated", "The Authorization header is not `Bearer <token>`.", headers=_CHALLENGE)
        return secret_sha256(secret)
    if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
        cookie = request.cookies.get(COOKIE, "")
        if 0 < len(cookie) <= SECRET_LENGTH_MAX:
            return secret_sha256(cookie)
    raise Problem("unauthenticated", "The request has no token.", headers=_CHALLENGE)
