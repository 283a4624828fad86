"""Making and changing subscriptions: what is asked for, checked before it is stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from services.notify.domain.addresses import AddressRule, read_address
from services.notify.domain.signature import SECRET_BYTES, key_of_secret, secret_from
from services.notify.domain.subscriptions import Filter, Subscription
from shared.contracts.identifiers import new_id

DISABLED_BY_HAND = "disabled by hand"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription as somebody asks for it."""

    title: str
    filter: Filter
    address: str
    secret: str | None
    """None: one is made, or the one there is stays."""
    enabled: bool
    disabled_reason: str = ""


def compose(
    wanted: Wanted,
    rule: AddressRule,
    organisation: str,
    department: str | None,
    created_by: str,
    random_bytes: Callable[[int], bytes],
) -> Subscription:
    """A new subscription, not yet stored. ``department`` is the only one of which it shall hear; None: all.

    Raises AddressRefused and UnfitSecret.
    """
    rule.check_text(read_address(wanted.address))
    secret = wanted.secret if wanted.secret is not None else secret_from(random_bytes(SECRET_BYTES))
    key_of_secret(secret)
    now = datetime.now(UTC)
    return Subscription(
        subscription=new_id(),
        organisation=organisation,
        department=department,
        title=wanted.title,
        filter=wanted.filter,
        address=wanted.address,
        secret=secret,
        enabled=wanted.enabled,
        disabled_reason=_reason(wanted),
        failing_since=None,
        version=1,
        created_at=now,
        created_by=created_by,
        updated_at=now,
    )


def change(present: Subscription, wanted: Wanted, rule: AddressRule) -> Subscription:
    """The subscription as it shall be. Raises AddressRefused and UnfitSecret."""
    rule.check_text(read_address(wanted.address))
    if wanted.secret is not None:
        key_of_secret(wanted.secret)
    still_disabled = not wanted.enabled and not present.enabled and not wanted.disabled_reason
    return replace(
        present,
        title=wanted.title,
        filter=wanted.filter,
        address=wanted.address,
        secret=wanted.secret or present.secret,
        enabled=wanted.enabled,
        disabled_reason=present.disabled_reason if still_disabled else _reason(wanted),
    )


def _reason(wanted: Wanted) -> str:
    return "" if wanted.enabled else wanted.disabled_reason or DISABLED_BY_HAND
