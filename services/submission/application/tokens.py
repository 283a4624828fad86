"""Bearer tokens: issued once, revoked once; their secrets are never stored."""

from dataclasses import replace
from datetime import UTC, datetime

from services.submission.application.errors import UnknownToken
from services.submission.application.ports import (
    Asker,
    Transaction,
)
from services.submission.domain.refusals import DateInPast, FieldMistake, UnknownDepartment
from shared.contracts.directory_events import Role, TokenDescribed
from shared.contracts.identifiers import derived_id, new_id
from shared.directory.tokens import new_secret, secret_sha256
from shared.eventstore import Trace

ADMINISTRATOR_TITLE = "installation administrator"
_SYSTEM = "system:migrate"


def issue_token(
    transaction: Transaction,
    organisation: str,
    title: str,
    role: Role,
    department: str | None,
    expires_at: datetime | None,
    asker: Asker,
) -> tuple[TokenDescribed, str]:
    """A new token and its secret, which nobody can ask for again.

    Raises UnknownOrganisation, UnknownDepartment, DateInPast.
    """
    transaction.lock_organisation(organisation)
    if department is not None and transaction.department(organisation, department) is None:
        raise UnknownDepartment(FieldMistake("department", f"there is no department “{department}”"))
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise DateInPast(FieldMistake("expires_at", "has passed already"))
    secret = new_secret()
    token = TokenDescribed(
        str(new_id()), secret_sha256(secret), title, role, organisation, department, expires_at, revoked_at=None
    )
    transaction.describe(f"tokens/{token.token}", token, asker.trace, 0)
    return token, secret


def revoke_token(transaction: Transaction, organisation: str, token: str, asker: Asker) -> None:
    """From now on the token grants nothing. Revoking it again changes nothing. Raises UnknownToken."""
    transaction.lock_organisation(organisation)
    known = transaction.token(token)
    if known is None or known.event.organisation != organisation:
        raise UnknownToken(token)
    if known.event.revoked_at is None:
        revoked = replace(known.event, revoked_at=datetime.now(UTC))
        transaction.describe(f"tokens/{token}", revoked, asker.trace, known.version)


def ensure_administrator(transaction: Transaction, secret: str) -> bool:
    """Make the secret that of the installation's administrator; whether it was not so already.

    Called by every start. The token's id follows from the secret, so that starts at the same time agree.
    """
    digest = secret_sha256(secret)
    token = str(derived_id("administrator", digest))
    if transaction.token(token) is not None:
        return False
    described = TokenDescribed(token, digest, ADMINISTRATOR_TITLE, "administrator", None, None, None, None)
    transaction.describe(f"tokens/{token}", described, Trace(str(new_id()), None, _SYSTEM), 0)
    return True
