"""What may happen in an example, each at an instant: the plain words behind examples.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from services.scoring.application.rehearsal.reading.places import Where
from shared.contracts.department_events import Contributor, Decision, Form
from shared.schemes.document import Node


@dataclass(frozen=True, slots=True)
class At:
    """When something happens, and where its file says so."""

    instant: datetime
    where: Where = field(default_factory=Where)
    refused: bool = False
    """It is said to be impossible."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an item says. None, and an attribute that is not named, leave it as it was said before."""

    title: str | None = None
    attributes: Mapping[str, Node] = field(default_factory=dict)
    """As they are written: the item's kind says how they are read."""
    contributors: tuple[Contributor, ...] | None = None
    happened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    at: At
    items: tuple[str, ...]
    """One item or several alike, by the names that the example gives them."""
    departments: tuple[str, ...]
    """The submitting one first, then those that contributed."""
    kind: str
    content: Content = field(default_factory=Content)
    answers: str | None = None
    """A call."""


@dataclass(frozen=True, slots=True)
class Review:
    at: At
    items: tuple[str, ...]
    decision: Decision
    stage: str | None = None
    """None: the stage that is next, and for an acceptance all that are left."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adopt:
    at: At
    items: tuple[str, ...]
    adoption: str
    outlet: str
    form: Form
    published_on: date
    placement: str | None = None
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Instruct:
    at: At
    items: tuple[str, ...]
    instruction: str
    level: str
    instructed_on: date


@dataclass(frozen=True, slots=True)
class Measure:
    at: At
    items: tuple[str, ...]
    measurement: str
    metric: str
    value: Decimal
    measured_on: date


@dataclass(frozen=True, slots=True)
class Retract:
    """An adoption, an instruction, a measurement, an adjustment or a call was a mistake: as if it had never been."""

    at: At
    fact: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resubmit:
    at: At
    items: tuple[str, ...]
    content: Content


@dataclass(frozen=True, slots=True)
class Correct:
    at: At
    items: tuple[str, ...]
    content: Content
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    at: At
    items: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adjust:
    at: At
    adjustment: str
    department: str
    category: str
    value: Decimal
    adjusted_on: date
    reason: str = ""
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    at: At
    call: str
    departments: tuple[str, ...]
    title: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Waive:
    at: At
    department: str
    quota: str
    period: str
    reason: str = ""
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """A calendar that was open gets its end, for all departments."""

    at: At
    calendar: str
    last_on: date


@dataclass(frozen=True, slots=True)
class Backdate:
    """A version that holds already is made to hold from an earlier day on, for all departments."""

    at: At
    version: int
    from_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The department is described anew. None leaves what was so before; of the facts, those that are named change."""

    at: At
    department: str
    from_on: date
    title: str | None = None
    group: str | None = None
    tags: tuple[str, ...] | None = None
    facts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leave:
    at: At
    department: str
    last_on: date
    into: tuple[str, ...] = ()


Happening = (
    Submit
    | Review
    | Adopt
    | Instruct
    | Measure
    | Retract
    | Resubmit
    | Correct
    | Withdraw
    | Adjust
    | Call
    | Waive
    | Close
    | Backdate
    | Change
    | Leave
)
