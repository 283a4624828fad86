"""From a request to what the use cases need of it: on whose behalf, within which trace, under which key."""

from flask import current_app, request

from services.submission.application.ports import Asker, KeyUse, TokenUse
from services.submission.bootstrap import Submission
from shared.directory.entities import Principal
from shared.eventstore import Trace
from shared.web.app import correlation_id
from shared.web.idempotency import Claim

SUBMISSION = "submission"
"""Where the application keeps its ``Submission``: ``app.extensions``."""


def submission() -> Submission:
    """The wired service of this application."""
    found: Submission = current_app.extensions[SUBMISSION]
    return found


def asker(principal: Principal) -> Asker:
    """For use cases within a transaction that the edge opened."""
    return Asker(_trace(principal), principal.department)


def asker_with_key(principal: Principal) -> Asker:
    """For commands on one item, whose append keeps the answer to an Idempotency-Key and confirms the token."""
    claim = Claim.of(request, principal)
    key = None if claim is None else KeyUse(claim.scope, claim.key, claim.fingerprint)
    return Asker(_trace(principal), principal.department, key, TokenUse(principal.token, principal.version))


def _trace(principal: Principal) -> Trace:
    return Trace(correlation_id(), None, principal.actor)
