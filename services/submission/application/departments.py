"""Departments: registering them, changing what they are, and letting them go live when their past is complete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.submission.application.keep_time import due
from services.submission.application.ports import Asker, CheckVersion, Described, Place, Ports, Transaction
from services.submission.domain.departments import check_change, check_registration
from services.submission.domain.timetable import Timetable, applied, next_instant
from shared.calendars import start_instant
from shared.contracts.department_events import (
    TOPIC,
    DepartmentChanged,
    DepartmentRegistered,
    DepartmentWentLive,
    SchemeApplied,
)
from shared.contracts.directory_events import DepartmentDescribed
from shared.contracts.identifiers import department_stream
from shared.directory.entities import Department, Organisation
from shared.eventstore import Append
from shared.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class Description:
    """What a department is, from the day ``from_on`` on. ``live`` is false while its past is being imported."""

    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: Mapping[str, Decimal]
    from_on: date
    live: bool


def describe_department(
    ports: Ports,
    transaction: Transaction,
    organisation: str,
    department: str,
    described: Description,
    asker: Asker,
    check_version: CheckVersion,
) -> Described:
    """Register the department, or change it. The same description once more changes nothing.

    A department that goes live gets the milestones of its past first, so that they are judged as history. Raises
    UnknownOrganisation, DateInFuture, ChangeBeforeLast, StillLive.
    """
    owner = transaction.lock_organisation(organisation)
    known = transaction.department(organisation, department)
    check_version(None if known is None else known.version)
    schemes = ports.rulebooks.reread(organisation)
    if known is None:
        _register(transaction, owner, department, described, schemes, asker)
    elif not _change(transaction, known, described, schemes, asker):
        return Described(known.version, created=False)
    event = DepartmentDescribed(
        organisation,
        department,
        described.title,
        described.group,
        described.tags,
        dict(described.facts),
        known.from_on if known is not None and _same(known, described) else described.from_on,
        described.live,
    )
    stream = f"organisations/{organisation}/departments/{department}"
    receipt = transaction.describe(stream, event, asker.trace, 0 if known is None else known.version)
    return Described(receipt.last_version, created=known is None)


def _register(
    transaction: Transaction,
    owner: Organisation,
    department: str,
    described: Description,
    schemes: tuple[Scheme, ...],
    asker: Asker,
) -> None:
    """The stream begins: with what the department is, and the rulebooks it is under."""
    zone = ZoneInfo(owner.time_zone)
    joins_at = start_instant(described.from_on, zone)
    check_registration(described.from_on, joins_at, described.live, transaction.now())
    stream = department_stream(owner.organisation, department)
    registered = DepartmentRegistered(
        owner.organisation,
        department,
        described.title,
        described.group,
        described.tags,
        dict(described.facts),
        described.from_on,
        described.live,
    )
    events = [registered, *(scheme_applied(scheme) for scheme in schemes)]
    first_recorded_at = None if described.live else joins_at
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
            live=described.live,
            joined_on=described.from_on,
            joins_at=joins_at,
            changed_from=described.from_on,
            schemes=len(schemes),
            timetable=timetable,
            next_milestone_at=next_instant(timetable, schemes),
            last_recorded_at=recorded_at,
            now=recorded_at,
        )
    )


def _change(
    transaction: Transaction, known: Department, described: Description, schemes: tuple[Scheme, ...], asker: Asker
) -> bool:
    """Append what has changed, if anything has."""
    changed = not _same(known, described)
    if not changed and known.live == described.live:
        return False
    stream = department_stream(known.organisation, known.department)
    place = transaction.lock([stream])[stream]
    check_change(described.from_on if changed else None, place.changed_from, place.live, described.live)
    appends: list[Append] = []
    if place.live:
        found = due(place, schemes, asker.trace)
        appends.extend(found.appends)
        place = found.place
    if changed:
        event = DepartmentChanged(
            described.title, described.group, described.tags, dict(described.facts), described.from_on
        )
        recorded_at = place.now if place.live else place.last_recorded_at
        appends.append(Append(stream, TOPIC, [event], asker.trace, recorded_at=recorded_at))
        place = replace(place, changed_from=described.from_on)
    if described.live and not place.live:
        place = _go_live(place, schemes, asker, appends)
    transaction.append(appends)
    transaction.save([place])
    return True


def _go_live(place: Place, schemes: tuple[Scheme, ...], asker: Asker, appends: list[Append]) -> Place:
    """The past is complete: its milestones up to now stand before the department goes live."""
    found = due(place, schemes, asker.trace)
    appends.extend(found.appends)
    place = found.place
    appends.append(Append(place.stream, TOPIC, [DepartmentWentLive()], asker.trace, recorded_at=place.now))
    return replace(place, live=True)


def _same(known: Department, described: Description) -> bool:
    return (known.title, known.group, known.tags, dict(known.facts)) == (
        described.title,
        described.group,
        described.tags,
        dict(described.facts),
    )


def scheme_applied(scheme: Scheme) -> SchemeApplied:
    return SchemeApplied(scheme.name, scheme.version, scheme.digest, scheme.effective_from)
