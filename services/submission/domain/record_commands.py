"""Commands on persons, calls, adjustments and waivers, and what each brings about in one department: decide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from services.submission.domain.records import (
    Adjustment,
    Call,
    Person,
    Record,
    RecordKey,
    Records,
    Waiver,
    waiver_name,
)
from services.submission.domain.refusals import (
    ChangeBeforeLast,
    DateInFuture,
    DateInPast,
    DepartmentHasLeft,
    FieldMistake,
    Invalid,
    UnknownCall,
    UnknownPeriod,
    UnknownPerson,
    UnknownQuota,
    UnknownReference,
)
from services.submission.domain.rulebooks import choose_named, in_force, latest_with_quota, today_of
from shared.contracts.department_events import (
    AdjustmentMade,
    AdjustmentRetracted,
    CallCancelled,
    CallIssued,
    ObligationWaived,
    PersonDescribed,
)
from shared.schemes.model import Quota, Scheme

RecordEvent = PersonDescribed | CallIssued | CallCancelled | AdjustmentMade | AdjustmentRetracted | ObligationWaived


@dataclass(frozen=True, slots=True)
class DescribePerson:
    """What one of the department's persons is, from the day ``from_on`` on."""

    person: str
    title: str
    roles: tuple[str, ...]
    facts: Mapping[str, Decimal]
    from_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True)
class IssueCall:
    call: str
    title: str
    due_at: datetime
    departments: tuple[str, ...]
    text: str = ""
    scheme: str | None = None
    """None, here as below: the only one in force."""


@dataclass(frozen=True, slots=True)
class CancelCall:
    call: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adjust:
    adjustment: str
    category: str
    value: Decimal
    adjusted_on: date
    reason: str
    scheme: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class RetractAdjustment:
    adjustment: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waive:
    quota: str
    period: str
    reason: str
    scheme: str | None = None
    """None: the only one that has the quota."""
    person: str | None = None
    """Of a quota that persons owe; None: all of the department's."""


RecordCommand = DescribePerson | IssueCall | CancelCall | Adjust | RetractAdjustment | Waive


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules need to know of a department. ``schemes`` are all versions that were applied to it."""

    department: str
    schemes: tuple[Scheme, ...]
    now: datetime
    last_on: date | None
    records: Records


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event, and the record as it stands behind it."""

    event: RecordEvent
    key: RecordKey
    record: Record


def concerned(command: RecordCommand, department: str, schemes: Collection[Scheme]) -> set[RecordKey]:
    """The records that ``decide_record`` looks up."""
    match command:
        case DescribePerson():
            return {RecordKey("person", command.person, department)}
        case IssueCall() | CancelCall():
            return {RecordKey("call", command.call, department)}
        case RetractAdjustment():
            return {RecordKey("adjustment", command.adjustment, department)}
        case Adjust():
            return _person_of(command.person, department)
        case Waive():
            names = {
                waiver_name(scheme.name, command.quota, command.period, command.person)
                for scheme in schemes
                if command.quota in scheme.quotas
            }
            waivers = {RecordKey("waiver", name, department) for name in names}
            return waivers | _person_of(command.person, department)
        case _:
            assert_never(command)


def decide_record(command: RecordCommand, situation: Situation) -> Recorded | None:
    """What the command brings about; None when what it asks for is so already.

    Raises a Refused that names the field.
    """
    match command:
        case DescribePerson():
            return _describe(command, situation)
        case IssueCall():
            return _issue(command, situation)
        case CancelCall():
            return _cancel(command, situation)
        case Adjust():
            return _adjust(command, situation)
        case RetractAdjustment():
            return _retract(command, situation)
        case Waive():
            return _waive(command, situation)
        case _:
            assert_never(command)


def _describe(command: DescribePerson, situation: Situation) -> Recorded | None:
    key = RecordKey("person", command.person, situation.department)
    described = Person(
        command.person, command.title, command.roles, dict(command.facts), command.from_on, command.last_on
    )
    if command.last_on is not None and command.last_on < command.from_on:
        raise Invalid(FieldMistake("until", f"must not be before {command.from_on}, from which this holds"))
    known = situation.records.get(key)
    if isinstance(known, Person):
        if replace(known, from_on=described.from_on) == described:
            return None
        if described.from_on < known.from_on:
            detail = f"must not be before {known.from_on}, from which the last known description holds"
            raise ChangeBeforeLast(FieldMistake("from", detail))
    event = PersonDescribed(
        command.person, command.title, command.roles, dict(command.facts), command.from_on, command.last_on
    )
    return Recorded(event, key, described)


def _issue(command: IssueCall, situation: Situation) -> Recorded:
    scheme = choose_named(in_force(situation.schemes, situation.now), command.scheme)
    if command.due_at <= situation.now:
        raise DateInPast(FieldMistake("due_at", "must lie ahead: nobody could answer in time"))
    event = CallIssued(command.call, scheme.name, command.title, command.due_at, command.text)
    call = Call(
        command.call, scheme.name, command.title, command.text, command.due_at, situation.now, command.departments
    )
    return Recorded(event, RecordKey("call", command.call, situation.department), call)


def _cancel(command: CancelCall, situation: Situation) -> Recorded | None:
    key = RecordKey("call", command.call, situation.department)
    known = situation.records.get(key)
    if not isinstance(known, Call):
        raise UnknownCall(FieldMistake("call", f"“{situation.department}” was issued no such call"))
    if known.cancelled:
        return None
    return Recorded(CallCancelled(command.call, command.reason), key, replace(known, cancelled=True))


def _adjust(command: Adjust, situation: Situation) -> Recorded:
    scheme = choose_named(in_force(situation.schemes, situation.now), command.scheme)
    today = today_of(scheme, situation.now)
    if command.adjusted_on > today:
        detail = f"{command.adjusted_on} is in the future; today is {today}"
        raise DateInFuture(FieldMistake("adjusted_on", detail))
    if situation.last_on is not None and command.adjusted_on > situation.last_on:
        detail = f"the last day of “{situation.department}” was {situation.last_on}"
        raise DepartmentHasLeft(FieldMistake("adjusted_on", detail))
    _check_person(command.person, situation)
    adjustment = Adjustment(
        command.adjustment,
        scheme.name,
        command.category,
        command.value,
        command.adjusted_on,
        command.reason,
        command.person,
    )
    event = AdjustmentMade(
        command.adjustment,
        scheme.name,
        command.category,
        command.value,
        command.adjusted_on,
        command.reason,
        command.person,
    )
    return Recorded(event, RecordKey("adjustment", command.adjustment, situation.department), adjustment)


def _retract(command: RetractAdjustment, situation: Situation) -> Recorded | None:
    key = RecordKey("adjustment", command.adjustment, situation.department)
    known = situation.records.get(key)
    if not isinstance(known, Adjustment):
        detail = f"“{situation.department}” has no adjustment that a line with this key made"
        raise UnknownReference(FieldMistake("adjustment", detail))
    if known.retracted:
        return None
    event = AdjustmentRetracted(command.adjustment, command.reason)
    return Recorded(event, key, replace(known, retracted=True))


def _waive(command: Waive, situation: Situation) -> Recorded | None:
    scheme = latest_with_quota(situation.schemes, command.quota, command.scheme)
    quota = scheme.quotas[command.quota]
    try:
        scheme.calendars[quota.calendar].period(command.period)
    except ValueError as mistake:
        raise UnknownPeriod(FieldMistake("period", str(mistake))) from mistake
    _check_owed(quota, command, situation)
    name = waiver_name(scheme.name, command.quota, command.period, command.person)
    key = RecordKey("waiver", name, situation.department)
    if key in situation.records:
        return None
    event = ObligationWaived(scheme.name, command.quota, command.period, command.reason, command.person)
    waiver = Waiver(scheme.name, command.quota, command.period, command.reason, command.person)
    return Recorded(event, key, waiver)


def _check_owed(quota: Quota, command: Waive, situation: Situation) -> None:
    if quota.subject in ("group", "organisation"):
        detail = f"“{quota.name}” is owed by the whole {quota.subject}, not by single departments"
        raise UnknownQuota(FieldMistake("quota", detail))
    if quota.subject == "department" and command.person is not None:
        raise UnknownPerson(FieldMistake("person", f"must not be named: “{quota.name}” is owed by the department"))
    _check_person(command.person, situation)


def _check_person(person: str | None, situation: Situation) -> None:
    if person is not None and RecordKey("person", person, situation.department) not in situation.records:
        raise UnknownPerson(FieldMistake("person", f"“{situation.department}” has no person “{person}”"))


def _person_of(person: str | None, department: str) -> set[RecordKey]:
    return {RecordKey("person", person, department)} if person is not None else set()
