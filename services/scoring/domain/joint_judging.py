"""The judge of what groups and the organisation owe: what is decided, and when everything that it takes is known.

The outcome follows from the parts (``joint``). What is kept here is what has been announced of it: each decision goes
from there to what the parts say now, and what they said when it was too late is never passed over.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from services.scoring.domain.joint import (
    Added,
    Came,
    JointKind,
    JointState,
    Verdict,
    came,
    founders,
    judged,
    judged_when_too_late,
    target_of,
)
from services.scoring.domain.obligations import Part
from shared.calendars import Period, start_instant
from shared.schemes.model import Scheme

JointAnnouncement = Literal["due_soon", "met", "missed", "met_late", "restated"]


class Whole(NamedTuple):
    """Who owes it."""

    kind: JointKind
    group: str
    """Empty: the organisation."""


@dataclass(frozen=True, slots=True)
class DepartmentsPart:
    """One department's part in what is owed for a period, as it stands."""

    department: str
    scheme_version: int
    measure: str
    calendar: str
    period_first: date
    period_end: date
    opened_at: datetime
    due_at: datetime
    grace_ends_at: datetime | None
    due_soon_since: datetime | None
    due_passed_at: datetime | None
    grace_passed_at: datetime | None
    actual: Decimal
    actual_when_due: Decimal | None
    part: Part

    @property
    def too_late_at(self) -> datetime | None:
        return self.due_passed_at if self.grace_ends_at is None else self.grace_passed_at

    @property
    def added(self) -> Added:
        due_passed, too_late = self.due_passed_at is not None, self.too_late_at is not None
        return Added(self.part, self.scheme_version, self.actual, due_passed, self.actual_when_due, too_late)


@dataclass(frozen=True, slots=True)
class Member:
    """How far one of the organisation's departments is, whether or not it takes part."""

    department: str
    recorded_at: datetime | None
    """Of the last event that was folded; None: nothing has been folded yet."""
    joined_on: date | None
    left_on: date | None
    live_at: datetime | None
    """From when on its events were recorded as they happened; None while its past is being imported."""
    opened: bool
    """Whether the period has opened for it."""


@dataclass(slots=True)
class JointObligation:
    """One quota of a group or the organisation for one period. What is owed is frozen; the rest is what is known of it.

    Changed in place by ``judge``.
    """

    whole: Whole
    calendar: str
    scheme_version: int
    measure: str
    period_first: date
    period_end: date
    target: Decimal
    departments: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    grace_ends_at: datetime | None
    actual: Decimal = Decimal(0)
    state: JointState = "open"
    ordinal: int = 0
    due_soon_since: datetime | None = None
    due_passed_at: datetime | None = None
    too_late_at: datetime | None = None
    decided_at: datetime | None = None
    on_time: bool | None = None
    actual_when_due: Decimal | None = None
    waiting_for: tuple[str, ...] = ()
    """Departments without which it cannot be judged, though it has fallen due for others."""


class Decision(NamedTuple):
    """Something to be announced."""

    announcement: JointAnnouncement
    before: JointState
    after: Verdict
    actual: Decimal
    """What was looked at."""
    since: datetime | None = None
    """Since when it is so; None: since the sum came to stand on this side of the target."""
    until: datetime | None = None
    """That is looked for before this instant; None: until now."""


def begun(scheme: Scheme, quota: str, whole: Whole, parts: Sequence[DepartmentsPart]) -> JointObligation | None:
    """What is owed for a period that has opened for all who take part; None where that is nothing."""
    one = parts[0]
    period = Period(one.calendar, "", one.period_first, one.period_end)
    added = [each.added for each in parts]
    target = target_of(scheme, scheme.quotas[quota], whole.kind, whole.group, period, added)
    if target is None:
        return None
    return JointObligation(
        whole,
        one.calendar,
        scheme.version,
        scheme.quotas[quota].measure,
        one.period_first,
        one.period_end,
        target,
        tuple(each.department for each in parts),
        min(each.opened_at for each in parts),
        one.due_at,
        one.grace_ends_at,
    )


def version_of(parts: Sequence[DepartmentsPart]) -> int:
    """The version of the scheme by which it is owed: the highest of those who were there first."""
    return max(one.scheme_version for one in founders([one.added for one in parts]))


def by_whole(parts: Iterable[DepartmentsPart], kind: JointKind) -> dict[Whole, list[DepartmentsPart]]:
    """The parts by who owes the whole, in the order of the departments."""
    found: dict[Whole, list[DepartmentsPart]] = {}
    for one in sorted(parts, key=lambda one: one.department):
        group = one.part.group if kind == "group" else ""
        if group is not None:
            found.setdefault(Whole(kind, group), []).append(one)
    return dict(sorted(found.items()))


def not_there_yet(
    members: Iterable[Member], taking_part: Iterable[str], first: date, until: datetime, scheme: Scheme
) -> tuple[str, ...]:
    """The departments of which it is not known yet whether they take part in the period that begins ``first``.

    It is, when the period has opened for them, or when everything up to the instant ``until`` has been folded. Who
    has left before the period begins, or joins after that instant, takes no part. Whoever lags behind, is parked, or
    has a past that is still being imported, is waited for: the sum is not known before.
    """
    known = set(taking_part)
    return tuple(
        one.department
        for one in members
        if one.department not in known and not one.opened and _may_still_open(one, first, until, scheme)
    )


def _may_still_open(one: Member, first: date, until: datetime, scheme: Scheme) -> bool:
    if one.left_on is not None and one.left_on < first:
        return False
    if one.joined_on is not None and start_instant(one.joined_on, scheme.time_zone) > until:
        return False
    return (
        one.recorded_at is None or one.recorded_at <= until
    )  # an event of that instant may stand before its milestones


def is_historical(members: Iterable[Member], departments: Iterable[str], due_at: datetime) -> bool:
    """Whether it fell due before any of the departments was live."""
    live_at = {one.department: one.live_at for one in members}
    lives = (live_at.get(name) for name in departments)
    return all(live is None or live > due_at for live in lives)


def judge(one: JointObligation, parts: Sequence[DepartmentsPart], behind: Sequence[str] = ()) -> list[Decision]:
    """What the parts make of it now; ``behind`` are departments of which it is not known whether they take part.

    Nothing where that is what it was.
    """
    found = came([part.added for part in parts], complete=not behind)
    _take_figures(one, parts, found)
    one.waiting_for = tuple(sorted({*_waited_for(parts), *behind})) if _has_begun(parts) else ()
    decisions: list[Decision] = []
    if found.too_late and one.too_late_at is None:
        one.too_late_at = max(part.too_late_at for part in parts if part.too_late_at is not None)
        verdict = judged_when_too_late(one.target, found)
        since = one.too_late_at if verdict.state == "missed" else None
        decisions += _turn(one, verdict, found.in_time, since, one.too_late_at)
    decisions += _turn(one, judged(one.target, found), found.actual if found.too_late else found.in_time)
    decisions += _remind(one, parts, found, fallen_back=bool(decisions))
    return decisions


def _take_figures(one: JointObligation, parts: Sequence[DepartmentsPart], found: Came) -> None:
    """What may change of itself: a campaign that was open gets its end, somebody joins."""
    one.departments = tuple(part.department for part in parts)
    one.period_end, one.due_at, one.grace_ends_at = parts[0].period_end, parts[0].due_at, parts[0].grace_ends_at
    one.actual = found.actual
    if found.due_passed:
        one.actual_when_due = found.by_due
        one.due_passed_at = max(part.due_passed_at for part in parts if part.due_passed_at is not None)


def _has_begun(parts: Sequence[DepartmentsPart]) -> bool:
    """Whether it has fallen due for some of the departments."""
    return any(part.due_passed_at is not None for part in parts)


def _waited_for(parts: Sequence[DepartmentsPart]) -> Iterator[str]:
    in_grace = any(part.grace_passed_at is not None for part in parts)
    for part in parts:
        if part.due_passed_at is None or (in_grace and part.too_late_at is None):
            yield part.department


def _turn(
    one: JointObligation,
    verdict: Verdict,
    actual: Decimal,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Decision]:
    before, one.state, one.on_time = one.state, verdict.state, verdict.on_time
    if before != verdict.state:
        announcement = _ANNOUNCED.get((before, verdict.state), "restated")
        yield Decision(announcement, before, verdict, actual, since, until)


_ANNOUNCED: dict[tuple[JointState, JointState], JointAnnouncement] = {
    ("open", "met"): "met",
    ("open", "missed"): "missed",
    ("missed", "met_late"): "met_late",
}


def _remind(
    one: JointObligation, parts: Sequence[DepartmentsPart], found: Came, *, fallen_back: bool
) -> Iterator[Decision]:
    """Once, when all departments' reminders have come; and again when the sum has fallen back since."""
    reminders = [part.due_soon_since for part in parts if part.due_soon_since is not None]
    if one.state != "open" or found.due_passed or _has_begun(parts) or len(reminders) < len(parts):
        return
    if one.due_soon_since is None or fallen_back:
        since = None if fallen_back else max(reminders)
        one.due_soon_since = max(reminders)
        yield Decision("due_soon", "open", Verdict("open", None), found.in_time, since)
