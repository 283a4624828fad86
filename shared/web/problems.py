"""Errors as RFC 9457 problem documents: every kind is listed, has an address that explains it, and is made here only.

A service names its domain errors once, where it wires its HTTP: ``problem_for(UnknownItem, 404, "unknown-item", …)``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from flask import request
from psycopg import OperationalError
from psycopg_pool import PoolTimeout, TooManyRequests
from werkzeug.exceptions import HTTPException

from shared.eventstore.errors import StoreUnavailable

MEDIA_TYPE = "application/problem+json"
DETAIL_LENGTH_MAX = 1000
ERRORS_MAX = 100
"""More mistakes than this of one request are not told."""
RETRY_AFTER_S = 2
NOT_CARRIED_OUT = "The request was not carried out; it may be sent again."
NOT_KNOWN = "Whether the request was carried out is not known; sent again with the same Idempotency-Key it counts once."
"""A connection may be lost while a transaction is being committed."""


class FieldError(TypedDict, total=False):
    """One mistake of a request. ``field`` is its path: ``items.0.title``, or a header's or parameter's name."""

    field: str
    detail: str
    line: int
    column: int
    suggestion: str | None


@dataclass(frozen=True)
class ProblemType:
    slug: str
    status: int
    title: str
    help: str
    """What the caller can do about it; shown at /problems/<slug> and in docs/problems.md."""


PROBLEM_TYPES: dict[str, ProblemType] = {}
"""Every problem type that is registered in this process, by slug."""


@dataclass(eq=False)
class Problem(Exception):
    """Raised anywhere in a view to answer with a problem document of a registered type."""

    slug: str
    detail: str = ""
    errors: Iterable[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    """Further members of the document."""

    def __str__(self) -> str:
        return f"{self.slug}: {self.detail}"


Explain = Callable[[Any], Problem]
"""Makes the problem of a domain error, for those whose text alone does not tell it."""

_of_exception: dict[type[Exception], Explain] = {}


def problem_type(slug: str, status: int, title: str, help: str) -> ProblemType:
    """Register a problem type. Registering the same once more is fine; another one of its name raises ValueError."""
    made = ProblemType(slug, status, title, help)
    if PROBLEM_TYPES.setdefault(slug, made) != made:
        raise ValueError(f"the problem type {slug} is registered twice, differently")
    return made


def problem_for(
    exception: type[Exception], status: int, slug: str, title: str, help: str = "", *, explain: Explain | None = None
) -> None:
    """Answer with this problem type wherever a view raises ``exception`` or a subclass of it.

    ``detail`` is the exception's text, which must therefore be fit for the caller to read, unless ``explain`` makes it.
    An exception is named once in a process: a second time raises ValueError, for one of the two would not be answered.
    """
    if exception in _of_exception:
        raise ValueError(f"the problem of {exception.__name__} is named twice")
    problem_type(slug, status, title, help)
    _of_exception[exception] = explain or (lambda error: Problem(slug, str(error)))


problem_type("malformed-request", 400, "The request is malformed", "Send well-formed HTTP and well-formed JSON.")
problem_type(
    "unauthenticated", 401, "A valid token is needed", "Send `Authorization: Bearer <token>` with a token in force."
)
problem_type("forbidden", 403, "The token does not grant this", "Use a token with the role and scope this needs.")
problem_type("not-found", 404, "There is nothing here", "Check the address and the names in it.")
problem_type("method-not-allowed", 405, "The method is not possible here", "Use one of the methods in `Allow`.")
problem_type("conflict", 409, "The request does not fit the present state", "Read the present state and decide again.")
problem_type("gone", 410, "This is no longer here", "Do not ask for it again.")
problem_type(
    "precondition-failed",
    412,
    "It has changed since you read it",
    "Read it again and send its new `ETag` in `If-Match`.",
)
problem_type(
    "body-too-large", 413, "The request body is too large", "Send less at once; the limit is in `limit_bytes`."
)
problem_type("unsupported-media-type", 415, "The content type is not understood", "Send `application/json`.")
problem_type("invalid-input", 422, "The input is not valid", "Mend each field named in `errors`.")
problem_type(
    "precondition-required",
    428,
    "The request must say which version it changes",
    "Send `If-Match` with the `ETag` read.",
)
problem_type("too-many-requests", 429, "Too many requests", "Wait as long as `Retry-After` says.")
problem_type(
    "unforeseen", 500, "Something went wrong here", "Tell the operator the correlation id; it is not your mistake."
)
problem_type("unavailable", 503, "The service cannot answer now", "Try again after `Retry-After` seconds.")

_SLUG_BY_STATUS = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "gone",
    412: "precondition-failed",
    413: "body-too-large",
    415: "unsupported-media-type",
    422: "invalid-input",
    428: "precondition-required",
    429: "too-many-requests",
    503: "unavailable",
}


def document(problem: Problem) -> dict[str, Any]:
    """The problem document as it is sent; also what a batch gives for one refused item."""
    kind = PROBLEM_TYPES[problem.slug]
    made: dict[str, Any] = {"type": f"/problems/{kind.slug}", "title": kind.title, "status": kind.status}
    if problem.detail:
        made["detail"] = problem.detail[:DETAIL_LENGTH_MAX]
    errors = list(problem.errors)
    if errors:
        made["errors"] = errors[:ERRORS_MAX]
    made.update(problem.members)
    return made


def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception is answered with, or None when it is an unforeseen one."""
    if isinstance(error, Problem):
        return error
    for cls in type(error).__mro__:
        explain = _of_exception.get(cls)
        if explain is not None:
            return explain(error)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return _of_http_exception(error)
    if isinstance(error, PoolTimeout | TooManyRequests | OperationalError | StoreUnavailable):
        before = isinstance(error, PoolTimeout | TooManyRequests)
        return Problem(
            "unavailable", NOT_CARRIED_OUT if before else NOT_KNOWN, headers={"Retry-After": str(RETRY_AFTER_S)}
        )
    return None


def _of_http_exception(error: HTTPException) -> Problem:
    slug = _SLUG_BY_STATUS.get(error.code or 400, "malformed-request")
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    members = {"limit_bytes": request.max_content_length} if slug == "body-too-large" else {}
    return Problem(slug, error.description or "", headers=headers, members=members)
