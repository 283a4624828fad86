"""The stream of one department, topic ``department-events``: its facts, its items, and the passing of its time.

Folding a stream needs nothing but the stream and the schemes it names.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.contracts.envelope import published

TOPIC = "department-events"

AttributeValue = str | int | bool | list[str]
"""A choice or text, a whole number, a yes or no, or several choices. Decimal numbers and dates travel as text."""

MilestoneKind = Literal[
    "reminder_due", "quota_due", "grace_ended", "period_closed", "period_final", "bulletin_due", "period_opened"
]
"""``bulletin_due`` changes nothing in a department: it is there so that every stream comes to the instant, even of a
department where nothing happens."""
Decision = Literal["accepted", "returned", "rejected"]
Form = Literal["whole", "edited", "digest", "reprint"]


@published("tongbao.department.registered.v1")
@dataclass(frozen=True, slots=True)
class DepartmentRegistered:
    """The first event of every stream."""

    organisation: str
    department: str
    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: dict[str, Decimal]
    joined_on: date
    live: bool
    """False while the department's past is being imported: its clock is then the imported instants."""


@published("tongbao.department.changed.v1")
@dataclass(frozen=True, slots=True)
class DepartmentChanged:
    """The whole description as it holds from the day ``from_on`` on."""

    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: dict[str, Decimal]
    from_on: date


@published("tongbao.department.went_live.v1")
@dataclass(frozen=True, slots=True)
class DepartmentWentLive:
    """Its past is complete. From here on its clock is the real one."""


@published("tongbao.department.left.v1")
@dataclass(frozen=True, slots=True)
class DepartmentLeft:
    """The department is no more: merged, split or dissolved.

    It owes nothing for periods that begin after its last day.
    """

    last_on: date
    into: tuple[str, ...] = ()
    """The departments that go on with its work."""
    reason: str = ""


@published("tongbao.person.described.v1")
@dataclass(frozen=True, slots=True)
class PersonDescribed:
    """The whole description of one of the department's persons, as it holds from the day ``from_on`` on."""

    person: str
    title: str
    roles: tuple[str, ...]
    """Posts, such as correspondent."""
    facts: dict[str, Decimal]
    from_on: date
    last_on: date | None = None
    """The last day on which the person belongs to the department."""


@published("tongbao.scheme.applied.v1")
@dataclass(frozen=True, slots=True)
class SchemeApplied:
    """From the day ``from_on`` on, this version of the scheme holds for the department."""

    scheme: str
    version: int
    digest: str
    """SHA-256 of the scheme's text, in hexadecimal."""
    from_on: date


@published("tongbao.scheme.backdated.v1")
@dataclass(frozen=True, slots=True)
class SchemeBackdated:
    """The past is scored again: an applied version also holds from the day ``from_on`` on, earlier than its own."""

    scheme: str
    version: int
    from_on: date
    reason: str


@published("tongbao.calendar.closed.v1")
@dataclass(frozen=True, slots=True)
class CalendarClosed:
    """A period that was open-ended has got its end: a campaign is over. Holds for all versions of the scheme."""

    scheme: str
    calendar: str
    last_on: date


@published("tongbao.obligation.waived.v1")
@dataclass(frozen=True, slots=True)
class ObligationWaived:
    """The department, or one of its persons, is exempted from a quota for a period, opened already or not."""

    scheme: str
    quota: str
    period: str
    reason: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    kind: MilestoneKind
    scheme: str
    version: int
    calendar: str
    period: str
    quota: str | None = None
    """Of a reminder, of a due date and of the end of grace."""
    partial: bool = False
    """Of an opening: the department, or its scheme, began after the period did."""


@published("tongbao.milestones.reached.v1")
@dataclass(frozen=True, slots=True)
class MilestonesReached:
    """All milestones of one instant, in the order in which they take effect.

    What stands before it in the stream came before ``instant``, what stands behind it came at or after it.
    """

    instant: datetime
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Contributor:
    name: str
    role: str = "author"
    person: str | None = None
    department: str | None = None
    """Of a person of another department than the first, in a joint item."""


@published("tongbao.item.submitted.v1")
@dataclass(frozen=True, slots=True)
class ItemSubmitted:
    """An item's first submission; its recorded instant is the item's reporting date, for good."""

    item: str
    scheme: str
    kind: str
    title: str
    summary: str = ""
    contributors: tuple[Contributor, ...] = ()
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    happened_on: date | None = None
    departments: tuple[str, ...] = ()
    """Of a joint item: all that contributed, the submitting one first. The stream of each has all the item's events."""
    answers: str | None = None
    """The call that the item answers."""


@published("tongbao.item.resubmitted.v1")
@dataclass(frozen=True, slots=True)
class ItemResubmitted:
    """A returned item, mended: replaces what the item says, changes neither its reporting date nor the count."""

    item: str
    title: str
    summary: str = ""
    contributors: tuple[Contributor, ...] = ()
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    happened_on: date | None = None


@published("tongbao.item.corrected.v1")
@dataclass(frozen=True, slots=True)
class ItemCorrected:
    """A mistake in what the item says is put right, by an operator: replaces it, and leaves its state as it is."""

    item: str
    title: str
    reason: str
    summary: str = ""
    contributors: tuple[Contributor, ...] = ()
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    happened_on: date | None = None


@published("tongbao.item.reviewed.v1")
@dataclass(frozen=True, slots=True)
class ItemReviewed:
    item: str
    stage: str
    decision: Decision
    final: bool
    """An acceptance at the last stage. A return and a rejection are always final."""
    reason: str = ""


@published("tongbao.item.adopted.v1")
@dataclass(frozen=True, slots=True)
class ItemAdopted:
    """Carries the outlet's tier and medium as they were on ``published_on``."""

    item: str
    adoption: str
    outlet: str
    outlet_title: str
    tier: str
    medium: str
    form: Form
    published_on: date
    placement: str | None = None
    words: int | None = None


@published("tongbao.item.instructed.v1")
@dataclass(frozen=True, slots=True)
class ItemInstructed:
    """A leader wrote an instruction (批示) on the item."""

    item: str
    instruction: str
    level: str
    instructed_on: date
    text: str = ""


@published("tongbao.item.measured.v1")
@dataclass(frozen=True, slots=True)
class ItemMeasured:
    """A number was read off for the item, such as its clicks so far."""

    item: str
    measurement: str
    metric: str
    value: Decimal
    measured_on: date


@published("tongbao.item.fact_retracted.v1")
@dataclass(frozen=True, slots=True)
class ItemFactRetracted:
    """An adoption, an instruction or a measurement was recorded by mistake: it is as if it had never been."""

    item: str
    fact: str
    """The id of the adoption, of the instruction or of the measurement."""
    reason: str


@published("tongbao.item.withdrawn.v1")
@dataclass(frozen=True, slots=True)
class ItemWithdrawn:
    item: str
    reason: str = ""


@published("tongbao.call.issued.v1")
@dataclass(frozen=True, slots=True)
class CallIssued:
    """The department is called upon for copy (约稿) by an instant; items answer it."""

    call: str
    scheme: str
    title: str
    due_at: datetime
    text: str = ""


@published("tongbao.call.cancelled.v1")
@dataclass(frozen=True, slots=True)
class CallCancelled:
    """As if the call had never been issued."""

    call: str
    reason: str = ""


@published("tongbao.adjustment.made.v1")
@dataclass(frozen=True, slots=True)
class AdjustmentMade:
    """An operator counts something that no item says, or corrects a score, for the department or one of its persons."""

    adjustment: str
    scheme: str
    category: str
    value: Decimal
    adjusted_on: date
    """The date that selects its periods."""
    reason: str
    person: str | None = None


@published("tongbao.adjustment.retracted.v1")
@dataclass(frozen=True, slots=True)
class AdjustmentRetracted:
    """As if the adjustment had never been made."""

    adjustment: str
    reason: str
