"""A POST that is sent again with its ``Idempotency-Key`` changes nothing and gets the same answer, for 24 hours.

The answer is kept by the transaction of the command itself, so there is no moment in which one exists without the
other. Two ways to use it:

- A command that is one SQL function takes ``Claim.of(request, principal)`` apart and calls ``idempotency_begin`` and
  ``idempotency_record`` (migration web-0001) within that function; ``Claim.replayed`` and ``Claim.refuse`` make the
  answers.
- Any other POST opens a transaction and works inside ``with idempotent(conn, principal) as answer``.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NoReturn

from flask import Request, Response, request
from psycopg import Connection

from shared.directory.entities import Principal
from shared.eventstore import sql
from shared.web import json
from shared.web.application import JsonResponse
from shared.web.parsing import invalid
from shared.web.problems import Problem, problem_type

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
KEY_LENGTH_MAX = 200
KEPT = timedelta(hours=24)
SWEPT_AT_ONCE_MAX = 10_000

_sql = sql.load("shared.web", "queries.sql")

problem_type(
    "idempotency-key-reused",
    422,
    "The idempotency key belongs to another request",
    "Send a new `Idempotency-Key` with a new request; repeat the old key only with exactly the old body.",
)
problem_type(
    "request-in-progress",
    409,
    "The same request is being worked on",
    "Wait as long as `Retry-After` says and send it again with the same key.",
)

Outcome = Literal["new", "replay", "reused", "in_progress"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A request's idempotency key with all that decides whether another request is the same one."""

    scope: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, request: Request, principal: Principal) -> "Claim | None":
        """None when the request has no key. Raises the problem 422 for a key that is too long or not printable."""
        key = request.headers.get(HEADER)
        if key is None:
            return None
        if not (0 < len(key) <= KEY_LENGTH_MAX and key.isascii() and key.isprintable()):
            raise invalid([{"field": HEADER, "detail": f"Must be 1 to {KEY_LENGTH_MAX} printable ASCII characters."}])
        body = request.get_data(cache=True)
        scope = f"{principal.token} {request.method} {request.path}"
        return cls(scope, key, hashlib.sha256(body).hexdigest())

    def refuse(self, outcome: str) -> NoReturn:
        """Raises the problem that ``reused`` or ``in_progress`` is answered with."""
        if outcome == "reused":
            raise Problem(
                "idempotency-key-reused",
                "This key was used for another body.",
                errors=[{"field": HEADER, "detail": "Was used for another body."}],
            )
        raise Problem("request-in-progress", "A request with this key has not ended yet.", headers={"Retry-After": "1"})

    @staticmethod
    def replayed(status: int, body: str, headers: Mapping[str, str] | None = None) -> Response:
        """The answer of the first request once more."""
        return JsonResponse(body.encode(), status, {**(headers or {}), REPLAYED_HEADER: "true"})


@dataclass(slots=True)
class Answer:
    """What ``idempotent`` hands to its block: the replay, if there is one, or the place to put the answer."""

    replay: Response | None = None
    status: int = 0
    body: bytes = b""
    _to_keep: bytes = field(default=b"", repr=False)

    def give(self, status: int, document: Any, *, kept: Any = None) -> None:
        """Answer with this document. ``kept`` is what a replay gives instead, where the document holds a secret."""
        self.status = status
        self.body = json.encode(document)
        self._to_keep = self.body if kept is None else json.encode(kept)

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        if self.replay is not None:
            return self.replay
        return JsonResponse(self.body, self.status, dict(headers or {}))


@contextmanager
def idempotent(conn: Connection[Any], principal: Principal) -> Iterator[Answer]:
    """Work on a POST inside the transaction that ``conn`` is in::

        with pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
            if answer.replay is None:
                ...
                answer.give(201, document)
        return answer.response()

    An exception in the block keeps nothing: the request may be mended and sent with the same key. Raises the problems
    409 and 422 of idempotency before the block begins. Without a key on the request it only carries the answer.
    """
    claim = Claim.of(request, principal)
    if claim is None:
        yield Answer()
        return
    outcome, status, body = conn.execute(_sql.begin, (claim.scope, claim.key, claim.fingerprint)).fetchall()[0]
    if outcome == "replay":
        yield Answer(replay=Claim.replayed(status, body))
        return
    if outcome != "new":
        claim.refuse(outcome)
    answer = Answer()
    yield answer
    kept = answer._to_keep.decode()
    conn.execute(_sql.record, (claim.scope, claim.key, claim.fingerprint, answer.status, kept))


def sweep(conn: Connection[Any]) -> int:
    """Forget the answers older than 24 hours, at most 10,000 at once; how many were forgotten."""
    return conn.execute(_sql.sweep, (KEPT, SWEPT_AT_ONCE_MAX)).rowcount
