"""Commands on persons, calls, adjustments and waivers of departments that are live."""

from collections.abc import Callable, Sequence

from services.submission.application.desk import Desk, check_live, check_open
from services.submission.application.errors import UnknownEntity
from services.submission.application.ports import (
    Asker,
    CheckVersion,
    Ports,
    StoredRecord,
    Transaction,
)
from services.submission.domain.record_commands import (
    CancelCall,
    DescribePerson,
    IssueCall,
    RecordCommand,
    RetractAdjustment,
    concerned,
)
from services.submission.domain.records import RecordKey, RecordKind
from services.submission.domain.refusals import FieldMistake, UnfitDepartments

NamedIn = Callable[[int], str]
"""Which field of the request names the n-th department."""


def describe_person(
    ports: Ports,
    transaction: Transaction,
    organisation: str,
    department: str,
    command: DescribePerson,
    asker: Asker,
    check_version: CheckVersion,
) -> tuple[StoredRecord, bool]:
    """The person as described now, and whether it is new. The same description once more changes nothing.

    Persons may be described while the department's past is imported: what is told then stands where its stream does.
    Raises UnknownEntity, ChangeBeforeLast, Invalid, WorkdaysUnknown.
    """
    desk = Desk.over(ports, transaction, organisation, [department], asker.trace)
    place = desk.places.get(department)
    if place is None:
        raise UnknownEntity(department)
    key = RecordKey("person", command.person, department)
    desk.read([key])
    known = desk.stored.get(key)
    check_version(None if known is None else known.version)
    at = place.now if place.live else place.last_recorded_at
    desk.advance([department], at)
    if desk.carry_out(department, command, at):
        desk.write()
    return desk.stored[key], known is None


def record(
    ports: Ports,
    transaction: Transaction,
    organisation: str,
    departments: Sequence[str],
    commands: Sequence[RecordCommand],
    asker: Asker,
    named_in: NamedIn = lambda _: "department",
) -> list[StoredRecord]:
    """Carry out the commands in each of the departments, all or none; the records that are new or changed.

    Raises a Refused.
    """
    _check_named_once(departments, named_in)
    desk = Desk.over(ports, transaction, organisation, departments, asker.trace)
    for number, name in enumerate(departments):
        place = desk.place(name, named_in(number))
        if any(isinstance(command, IssueCall) for command in commands):
            check_open(place, named_in(number))
        else:
            check_live(place, named_in(number))
    both = [(name, command) for name in departments for command in commands]
    desk.read({key for name, command in both for key in concerned(command, name, desk.schemes(name))})
    before = dict(desk.stored)
    now = desk.now(departments)
    desk.advance(departments, now)
    for name, command in both:
        desk.carry_out(name, command, now)
    desk.write()
    return [stored for key, stored in desk.stored.items() if before.get(key) != stored]


def take_back(
    ports: Ports, transaction: Transaction, organisation: str, command: CancelCall | RetractAdjustment, asker: Asker
) -> None:
    """Cancel a call, or retract an adjustment, wherever it is. Once more changes nothing.

    Raises UnknownEntity, also for one of another department than the only one that may be changed; a Refused.
    """
    kind, name = _named(command)
    departments = sorted(key.department for key in transaction.records_named(organisation, kind, [name]))
    if not departments or (asker.department is not None and departments != [asker.department]):
        raise UnknownEntity(name)
    record(ports, transaction, organisation, departments, [command], asker)


def _named(command: CancelCall | RetractAdjustment) -> tuple[RecordKind, str]:
    if isinstance(command, CancelCall):
        return "call", command.call
    return "adjustment", command.adjustment


def _check_named_once(departments: Sequence[str], named_in: NamedIn) -> None:
    mistakes = [
        FieldMistake(named_in(number), f"“{name}” is named already")
        for number, name in enumerate(departments)
        if name in departments[:number]
    ]
    if mistakes:
        raise UnfitDepartments(*mistakes)
