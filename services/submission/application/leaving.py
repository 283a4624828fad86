"""A department that is no more: merged into others, split, or dissolved."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from services.submission.application.departments import described_as
from services.submission.application.desk import Desk
from services.submission.application.errors import UnknownEntity
from services.submission.application.ports import (
    Asker,
    Ports,
    Transaction,
)
from services.submission.domain.departments import Leave
from services.submission.domain.refusals import (
    DepartmentHasLeft,
    FieldMistake,
    Invalid,
    UnknownDepartment,
)
from shared.calendars import start_instant
from shared.contracts.department_events import DepartmentLeft


def leave_department(
    ports: Ports, transaction: Transaction, organisation: str, department: str, command: Leave, asker: Asker
) -> None:
    """From the day after on it takes nothing new, and owes nothing for periods that begin then.

    The same once more changes nothing. Raises UnknownOrganisation, UnknownEntity, DepartmentHasLeft,
    UnknownDepartment, Invalid, WorkdaysUnknown.
    """
    owner = transaction.lock_organisation(organisation)
    desk = Desk.over(ports, transaction, organisation, [department], asker.trace)
    if department not in desk.places:
        raise UnknownEntity(department)
    leave(desk, department, command, ZoneInfo(owner.time_zone))
    desk.write()


def leave(desk: Desk, department: str, command: Leave, zone: ZoneInfo) -> None:
    """As ``leave_department``, at a desk over the department whose organisation is locked."""
    place = desk.places[department]
    if place.last_on == command.last_on:
        return
    if place.last_on is not None:
        raise DepartmentHasLeft(FieldMistake("last_on", f"the last day of “{department}” is {place.last_on} already"))
    if command.last_on < place.joined_on:
        raise Invalid(FieldMistake("last_on", f"must not be before {place.joined_on}, the department's first day"))
    known = desk.transaction.department(desk.organisation, department)
    assert known is not None, "every department that has a stream is in the directory"
    for number, name in enumerate(command.into):
        if name == department or desk.transaction.department(desk.organisation, name) is None:
            raise UnknownDepartment(FieldMistake(f"into.{number}", f"there is no other department “{name}”"))
    desk.tell(department, DepartmentLeft(command.last_on, command.into, command.reason))
    leaves = start_instant(date.fromordinal(command.last_on.toordinal() + 1), zone)
    desk.change(
        department, last_on=command.last_on, timetable=replace(desk.places[department].timetable, leaves=leaves)
    )
    described_as(desk.transaction, replace(known, last_on=command.last_on), desk.trace)
