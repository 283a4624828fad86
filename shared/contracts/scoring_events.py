"""What the scoring service decided, topic ``scoring-events``: one stream a department, key ``organisation/department``.

What concerns no single department has streams of its own: each scheme's bulletins, and what is owed together under it.
The ids are derived from what is decided (department, scheme, quota, period, ordinal), so that no retry and no
rebuild can announce a decision twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.contracts.envelope import published

TOPIC = "scoring-events"

Severity = Literal["info", "warning", "critical"]
Outcome = Literal["open", "met", "missed", "met_late", "waived"]
JointSubject = Literal["group", "organisation"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One quota of one department for one period, as it stood when this was decided."""

    organisation: str
    department: str
    department_title: str
    group: str | None
    tags: tuple[str, ...]
    scheme: str
    scheme_version: int
    quota: str
    quota_title: str
    cite: str
    severity: Severity
    measure: str
    measure_title: str
    unit: str
    calendar: str
    period: str
    period_first: date
    period_end: date
    """The day after the period's last."""
    due_at: datetime
    target: Decimal
    actual: Decimal
    ordinal: int
    """The how manieth decision on this obligation: 1, 2, 3 …"""
    decided_at: datetime
    """The recorded instant of the department's event that brought the decision about."""
    historical: bool
    """Decided on the imported past of a department that was not live yet."""
    person: str | None = None
    """Whose obligation it is, where persons owe; otherwise the department's."""
    person_title: str | None = None
    on_time: bool | None = None
    """Of one that is met: whether it was before the due instant, and not only within the time of grace."""
    grace_ends_at: datetime | None = None


@published("tongbao.quota.due_soon.v1")
@dataclass(frozen=True, slots=True)
class QuotaDueSoon:
    obligation: Obligation


@published("tongbao.quota.met.v1")
@dataclass(frozen=True, slots=True)
class QuotaMet:
    """The target was reached at or before the due instant."""

    obligation: Obligation


@published("tongbao.quota.missed.v1")
@dataclass(frozen=True, slots=True)
class QuotaMissed:
    obligation: Obligation


@published("tongbao.quota.met_late.v1")
@dataclass(frozen=True, slots=True)
class QuotaMetLate:
    """The target was reached after the quota had been missed. The miss stays on record."""

    obligation: Obligation


@published("tongbao.quota.waived.v1")
@dataclass(frozen=True, slots=True)
class QuotaWaived:
    obligation: Obligation
    reason: str


@published("tongbao.quota.restated.v1")
@dataclass(frozen=True, slots=True)
class QuotaRestated:
    """What had been announced no longer holds: an item was rejected, withdrawn or retracted since.

    ``outcome`` is ``open`` when the due instant is still ahead, and ``missed`` when it has passed.
    """

    obligation: Obligation
    outcome_before: Outcome
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class JointObligation:
    """What a group or the organisation owes: all of its departments together. As it stood when this was decided."""

    organisation: str
    subject: JointSubject
    group: str | None
    """None: the whole organisation."""
    subject_title: str
    departments: tuple[str, ...]
    """Who takes part."""
    scheme: str
    scheme_version: int
    quota: str
    quota_title: str
    cite: str
    severity: Severity
    measure: str
    measure_title: str
    unit: str
    calendar: str
    period: str
    period_first: date
    period_end: date
    """The day after the period's last."""
    due_at: datetime
    target: Decimal
    actual: Decimal
    """What all departments have added."""
    ordinal: int
    """The how manieth decision on this obligation: 1, 2, 3 …"""
    decided_at: datetime
    """From when on it was so: the recorded instant that turned the sum, or the one when it fell due or was too late."""
    historical: bool
    """It fell due before any of the departments was live."""
    on_time: bool | None = None
    """Of one that is met: whether it was before the due instant, and not only within the time of grace."""
    grace_ends_at: datetime | None = None


@published("tongbao.joint_quota.due_soon.v1")
@dataclass(frozen=True, slots=True)
class JointQuotaDueSoon:
    """A quota of a group or the organisation falls due soon and is short."""

    obligation: JointObligation


@published("tongbao.joint_quota.met.v1")
@dataclass(frozen=True, slots=True)
class JointQuotaMet:
    """The departments have reached the target together before it was too late."""

    obligation: JointObligation


@published("tongbao.joint_quota.missed.v1")
@dataclass(frozen=True, slots=True)
class JointQuotaMissed:
    """It was too late for every department, and the target was not reached."""

    obligation: JointObligation


@published("tongbao.joint_quota.met_late.v1")
@dataclass(frozen=True, slots=True)
class JointQuotaMetLate:
    """The target was reached after the quota had been missed. The miss stays on record."""

    obligation: JointObligation


@published("tongbao.joint_quota.restated.v1")
@dataclass(frozen=True, slots=True)
class JointQuotaRestated:
    """What had been announced no longer holds, since what the departments had added has changed."""

    obligation: JointObligation
    outcome_before: Outcome
    outcome: Outcome


@published("tongbao.period.finalised.v1")
@dataclass(frozen=True, slots=True)
class PeriodFinalised:
    organisation: str
    department: str
    scheme: str
    scheme_version: int
    calendar: str
    period: str
    decided_at: datetime


@published("tongbao.bulletin.issued.v1")
@dataclass(frozen=True, slots=True)
class BulletinIssued:
    """A circular (通报) was issued; stream ``organisation/bulletins.<scheme>``."""

    organisation: str
    scheme: str
    bulletin: str
    number: int
    """The how manieth of its bulletin: 1, 2, 3 …"""
    title: str
    calendar: str
    period: str
    issued_at: datetime


@published("tongbao.department.parked.v1")
@dataclass(frozen=True, slots=True)
class DepartmentParked:
    """The department's scorecard stands still: an event of its stream could not be folded."""

    organisation: str
    department: str
    version: int
    """The version that was expected next."""
    reason: str
    parked_at: datetime


@published("tongbao.department.resumed.v1")
@dataclass(frozen=True, slots=True)
class DepartmentResumed:
    organisation: str
    department: str
    version: int
    resumed_at: datetime
