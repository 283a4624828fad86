"""What one may ask of an item. Ids are given along, so that deciding needs no chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shared.contracts.department_events import Contributor, Decision, Form
from shared.contracts.directory_events import OutletStanding


@dataclass(frozen=True, slots=True)
class Content:
    """What an item says: as it is submitted first, and again when it comes back mended."""

    title: str
    summary: str = ""
    contributors: tuple[Contributor, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """As they were handed in; the kind says what they must be."""
    happened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    item: str
    department: str
    kind: str
    content: Content
    scheme: str | None = None
    """None: the only one in force that has the kind."""
    departments: tuple[str, ...] = ()
    """Those that contributed beside ``department``, to a joint item."""
    answers: str | None = None
    """The call that the item answers."""


@dataclass(frozen=True, slots=True)
class Resubmit:
    content: Content


@dataclass(frozen=True, slots=True)
class Correct:
    """What the item says was wrong, and is put right whatever its state."""

    content: Content
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    decision: Decision
    stage: str | None = None
    """None: the one at which the item waits."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adopt:
    adoption: str
    outlet: str
    standings: tuple[OutletStanding, ...]
    """All that the registry knows of the outlet, oldest first; empty: it does not know it."""
    form: Form
    published_on: date
    placement: str | None = None
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Instruct:
    instruction: str
    level: str
    instructed_on: date
    text: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number was read off for the item, such as its clicks so far."""

    measurement: str
    metric: str
    value: Decimal
    measured_on: date


@dataclass(frozen=True, slots=True)
class RetractFact:
    """An adoption, an instruction or a measurement was recorded by mistake."""

    fact: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str = ""


ItemCommand = Resubmit | Correct | Review | Adopt | Instruct | Measure | RetractFact | Withdraw
"""What is asked of an item that exists."""
