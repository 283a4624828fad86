"""The rows of the directory, as the queries give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.contracts.directory_events import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the token of a request, and what it was granted."""

    token: str
    title: str
    role: Role
    organisation: str | None
    """None: every organisation (the installation's own administrator)."""
    department: str | None
    """None: every department of the organisation."""
    version: int = 0
    """The version of the token's directory stream that says so: what ``directory_token_in_force`` compares."""

    @property
    def actor(self) -> str:
        """How events name it."""
        return f"token:{self.token}"


@dataclass(frozen=True, slots=True)
class Organisation:
    organisation: str
    title: str
    time_zone: str
    version: int


@dataclass(frozen=True, slots=True)
class Department:
    organisation: str
    department: str
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: Mapping[str, Decimal]
    from_on: date
    live: bool
    version: int
    last_on: date | None = None
    """The last day of a department that is no more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet as it stands from a day on."""

    outlet: str
    from_on: date
    title: str
    tier: str
    medium: str


@dataclass(frozen=True, slots=True)
class PublishedScheme:
    """A version of a scheme without its text; ``SchemeBook`` gives the scheme itself."""

    organisation: str
    scheme: str
    scheme_version: int
    title: str
    effective_from: date
    digest: str
    version: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token as administrators see it: all but its secret."""

    token: str
    title: str
    role: Role
    organisation: str | None
    department: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    version: int
