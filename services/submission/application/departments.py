"""Departments: registering them, changing what they are, and letting them go live when their past is complete."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from services.submission.application.backdating import scheme_backdated
from services.submission.application.desk import Desk
from services.submission.application.ports import Asker, CheckVersion, Described, Place, Ports, Transaction
from services.submission.domain.departments import Change, check_change, check_registration
from services.submission.domain.refusals import FieldMistake, StillLive
from services.submission.domain.timetable import Timetable, applied, next_instant
from shared.calendars import start_instant
from shared.contracts.department_events import (
    TOPIC,
    CalendarClosed,
    DepartmentChanged,
    DepartmentRegistered,
    DepartmentWentLive,
    SchemeApplied,
)
from shared.contracts.directory_events import DepartmentDescribed
from shared.contracts.identifiers import department_stream
from shared.directory.entities import Department, Organisation
from shared.eventstore import Append, Trace
from shared.schemes.model import Scheme


def describe_department(
    ports: Ports,
    transaction: Transaction,
    organisation: str,
    department: str,
    described: Change,
    live: bool,
    asker: Asker,
    check_version: CheckVersion,
) -> Described:
    """Register the department, or change it. The same description once more changes nothing.

    ``live`` is false while its past is being imported. A department that goes live gets the milestones of its past
    first, so that they are judged as history. Raises UnknownOrganisation, DateInFuture, ChangeBeforeLast, StillLive,
    WorkdaysUnknown.
    """
    owner = transaction.lock_organisation(organisation)
    known = transaction.department(organisation, department)
    check_version(None if known is None else known.version)
    if known is None:
        _register(ports, transaction, owner, department, described, live, asker)
        version = described_as(transaction, _new(organisation, department, described, live), asker.trace)
        return Described(version, created=True)
    desk = Desk.over(ports, transaction, organisation, [department], asker.trace)
    place = desk.places[department]
    if place.live and not live:
        raise StillLive(FieldMistake("live", "the department is live, and stays so"))
    known = change_department(desk, known, described)
    if live and not place.live:
        _go_live(desk, department)
        known = replace(known, live=True, version=described_as(transaction, replace(known, live=True), asker.trace))
    desk.write()
    return Described(known.version, created=False)


def change_department(desk: Desk, known: Department, described: Change) -> Department:
    """Tell the department and the directory what has changed, if anything has. Raises ChangeBeforeLast."""
    before = Change(known.title, known.group, known.tags, dict(known.facts), described.from_on)
    if before == described:
        return known
    check_change(described.from_on, desk.places[known.department].changed_from)
    facts = dict(described.facts)
    event = DepartmentChanged(described.title, described.group, described.tags, facts, described.from_on)
    desk.tell(known.department, event)
    desk.change(known.department, changed_from=described.from_on)
    changed = replace(
        known,
        title=described.title,
        group=described.group,
        tags=described.tags,
        facts=facts,
        from_on=described.from_on,
    )
    return replace(changed, version=described_as(desk.transaction, changed, desk.trace))


def _new(organisation: str, department: str, described: Change, live: bool) -> Department:
    return Department(
        organisation,
        department,
        described.title,
        described.group,
        described.tags,
        described.facts,
        described.from_on,
        live,
        version=0,
    )


def described_as(transaction: Transaction, department: Department, trace: Trace) -> int:
    """Tell the directory what the department is now, behind its ``version``; the version that says so."""
    event = DepartmentDescribed(
        department.organisation,
        department.department,
        department.title,
        department.group,
        department.tags,
        dict(department.facts),
        department.from_on,
        department.live,
        department.last_on,
    )
    stream = f"organisations/{department.organisation}/departments/{department.department}"
    return transaction.describe(stream, event, trace, department.version).last_version


def _register(
    ports: Ports,
    transaction: Transaction,
    owner: Organisation,
    department: str,
    described: Change,
    live: bool,
    asker: Asker,
) -> None:
    """The stream begins: with what the department is, and all that holds for it."""
    rulebook = ports.rulebooks.reread(owner.organisation)
    schemes = rulebook.schemes
    zone = ZoneInfo(owner.time_zone)
    joins_at = start_instant(described.from_on, zone)
    check_registration(described.from_on, joins_at, live, transaction.now())
    stream = department_stream(owner.organisation, department)
    registered = DepartmentRegistered(
        owner.organisation,
        department,
        described.title,
        described.group,
        described.tags,
        dict(described.facts),
        described.from_on,
        live,
    )
    events = [registered, *_applied(transaction, owner.organisation, schemes)]
    first_recorded_at = None if live else joins_at
    append = Append(stream, TOPIC, events, asker.trace, expected_version=0, recorded_at=first_recorded_at)
    recorded_at = transaction.append([append])[0].recorded_at
    timetable = Timetable()
    for scheme in schemes:
        if scheme.name not in timetable.begins:
            timetable = applied(timetable, scheme, described.from_on, recorded_at)
    transaction.register(
        Place(
            stream=stream,
            organisation=owner.organisation,
            department=department,
            live=live,
            joined_on=described.from_on,
            joins_at=joins_at,
            changed_from=described.from_on,
            last_on=None,
            edition=rulebook.edition,
            timetable=timetable,
            next_milestone_at=next_instant(timetable, schemes),
            last_recorded_at=recorded_at,
            now=recorded_at,
        )
    )


def _applied(transaction: Transaction, organisation: str, schemes: Sequence[Scheme]) -> Iterator[object]:
    """All that the organisation's other departments were told of its rulebook."""
    for scheme in schemes:
        yield scheme_applied(scheme)
    for closing in transaction.closings(organisation):
        yield CalendarClosed(closing.scheme, closing.calendar, closing.last_on)
    for backdating in transaction.backdatings(organisation):
        yield scheme_backdated(backdating)


def _go_live(desk: Desk, department: str) -> None:
    """The past is complete: its milestones up to now stand before the department goes live."""
    now = desk.places[department].now
    desk.advance([department], now)
    desk.append(department, DepartmentWentLive(), now)
    desk.places[department] = replace(desk.places[department], live=True)


def scheme_applied(scheme: Scheme) -> SchemeApplied:
    return SchemeApplied(scheme.name, scheme.version, scheme.digest, scheme.effective_from)
