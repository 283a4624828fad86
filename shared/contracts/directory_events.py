"""The directory, topic ``directory-events``: one stream an entity, each event its whole present state.

The topic is compacted: a consumer keeps the highest version of each entity and may never see the ones before.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.contracts.envelope import published

TOPIC = "directory-events"

Role = Literal["administrator", "operator", "reviewer", "submitter", "reader"]


@published("tongbao.organisation.described.v1")
@dataclass(frozen=True, slots=True)
class OrganisationDescribed:
    organisation: str
    title: str
    time_zone: str


@published("tongbao.department.described.v1")
@dataclass(frozen=True, slots=True)
class DepartmentDescribed:
    organisation: str
    department: str
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: dict[str, Decimal]
    from_on: date
    live: bool
    last_on: date | None = None
    """The last day of a department that is no more."""


@dataclass(frozen=True, slots=True)
class OutletStanding:
    from_on: date
    title: str
    tier: str
    medium: str


@published("tongbao.outlet.described.v1")
@dataclass(frozen=True, slots=True)
class OutletDescribed:
    """``standings`` are all of the outlet's tiers and media, each from a day on, oldest first."""

    organisation: str
    outlet: str
    standings: tuple[OutletStanding, ...]


@published("tongbao.scheme.published.v1")
@dataclass(frozen=True, slots=True)
class SchemePublished:
    organisation: str
    scheme: str
    version: int
    title: str
    effective_from: date
    text: str
    """The scheme exactly as it was handed in: YAML (of which JSON is a part)."""
    digest: str
    """SHA-256 of the text's UTF-8, in hexadecimal."""


@published("tongbao.token.described.v1")
@dataclass(frozen=True, slots=True)
class TokenDescribed:
    """A bearer token without its secret. Issued, and again when it is revoked."""

    token: str
    secret_sha256: str
    title: str
    role: Role
    organisation: str | None
    """None: every organisation (the installation's own administrator)."""
    department: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
