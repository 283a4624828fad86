"""The past of departments that are not live yet: dated commands, some hundreds in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.submission.application.closings import close
from services.submission.application.departments import change_department
from services.submission.application.desk import Desk, check_not_left
from services.submission.application.leaving import leave
from services.submission.application.outlets import with_standings
from services.submission.application.ports import Asker, ImportedLine, ItemRow, Ports, Transaction
from services.submission.domain.commands import Adopt, ItemCommand, RetractFact, Submit
from services.submission.domain.departments import Change, Leave
from services.submission.domain.imports import NO_HAND, Line, check_instant, event_of
from services.submission.domain.item_state import ItemEvent, ItemState, begin, evolve, holds_fact
from services.submission.domain.items import decide, submit
from services.submission.domain.joint import id_in
from services.submission.domain.known import Known, named_by, named_in
from services.submission.domain.record_commands import (
    Adjust,
    CancelCall,
    DescribePerson,
    IssueCall,
    RecordCommand,
    RetractAdjustment,
    Waive,
    concerned,
)
from services.submission.domain.records import RecordKey
from services.submission.domain.refusals import (
    FieldMistake,
    ImportKeyReused,
    Refused,
    UnknownReference,
    WrongState,
)
from services.submission.domain.rulebooks import Closing, choose_scheme, in_force, today_of, version_of
from shared.directory.entities import Standing
from shared.eventstore import Receipt

IMPORT_BATCH_LINES = 500

_RECORD_COMMANDS = (Adjust, CancelCall, DescribePerson, IssueCall, RetractAdjustment, Waive)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line."""

    status: Literal["imported", "already_imported"]
    item: UUID | None
    """That the line was about, if it was about one."""


@dataclass(slots=True)
class _Item:
    """An item as the batch goes on. ``appends`` are the places of its new events among the desk's."""

    state: ItemState
    submitted_at: datetime
    changed_at: datetime
    appends: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """What is known and what is to be written; grows line by line."""

    ports: Ports
    zone: ZoneInfo
    desk: Desk
    standings: Mapping[str, Sequence[Standing]]
    items: dict[UUID, _Item]
    calls: dict[str, set[str]]
    """By call, the departments that it was issued to."""
    imported: dict[str, ImportedLine]
    new_lines: list[ImportedLine] = field(default_factory=list)


def import_lines(
    ports: Ports, transaction: Transaction, organisation: str, lines: Sequence[Line], asker: Asker
) -> list[Result | Refused]:
    """Carry out the lines in their order; one result each. Written when the transaction ends.

    Imports of one organisation follow one another, for a line's key is the organisation's.
    """
    batch = _open(ports, transaction, organisation, lines, asker)
    results: list[Result | Refused] = []
    for line in lines:
        try:
            with batch.desk.all_or_nothing():
                results.append(_take(batch, line))
        except Refused as refused:
            results.append(refused)
    _write(batch)
    return results


def _open(ports: Ports, transaction: Transaction, organisation: str, lines: Sequence[Line], asker: Asker) -> _Batch:
    """Items and calls are read before the departments are locked, to know which: in a past that is imported they are
    changed by imports only, which wait for one another."""
    owner = transaction.lock_organisation(organisation)
    stored = transaction.items(organisation, {line.item for line in lines if line.item is not None})
    calls: dict[str, set[str]] = {}
    cancelled = {line.command.call for line in lines if isinstance(line.command, CancelCall)}
    for key in transaction.records_named(organisation, "call", cancelled) if cancelled else ():
        calls.setdefault(key.name, set()).add(key.department)
    if any(isinstance(line.command, Closing) for line in lines):
        desk = Desk.over_all(ports, transaction, organisation, asker.trace)
    else:
        named = {name for line in lines for name in line.departments}
        of_items = {name for each in stored.values() for name in each.state.contributing}
        departments = named.union(of_items, *calls.values())
        desk = Desk.over(ports, transaction, organisation, departments, asker.trace)
    outlets = {line.command.outlet for line in lines if isinstance(line.command, Adopt)}
    batch = _Batch(
        ports,
        ZoneInfo(owner.time_zone),
        desk,
        transaction.standings(organisation, outlets) if outlets else {},
        {item: _Item(each.state, each.submitted_at, each.changed_at) for item, each in stored.items()},
        calls,
        dict(transaction.imported(organisation, {line.key for line in lines})),
    )
    desk.read({key for line in lines for key in _looked_up(batch, line)})
    return batch


def _looked_up(batch: _Batch, line: Line) -> set[RecordKey]:
    """The records that the line speaks of, as far as its departments are there."""
    departments = [name for name in _departments(batch, line) if name in batch.desk.places]
    match line.command:
        case Submit() as command:
            return named_in(command.content, line.departments, command.answers)
        case Closing() | Change() | Leave():
            return set()
        case command if isinstance(command, _RECORD_COMMANDS):
            return {key for name in departments for key in concerned(command, name, batch.desk.schemes(name))}
        case command:
            return named_by(command, departments) if departments else set()


def _departments(batch: _Batch, line: Line) -> tuple[str, ...]:
    """Those into whose streams the line's event goes."""
    if isinstance(line.command, CancelCall):
        return tuple(sorted(batch.calls.get(line.command.call, ()))) or line.departments
    item = None if line.item is None else batch.items.get(line.item)
    if item is None or isinstance(line.command, Submit) or item.state.department != line.departments[0]:
        return line.departments
    return item.state.contributing


def _take(batch: _Batch, line: Line) -> Result:
    before = batch.imported.get(line.key)
    if before is not None:
        if before.digest != line.digest:
            raise ImportKeyReused(FieldMistake("key", "was imported before, with a line that said something else"))
        return Result("already_imported", before.item)
    if isinstance(line.command, Closing):
        close(batch.ports, batch.desk, line.command)
    else:
        departments = _departments(batch, line)
        _check_instants(batch.desk, line, departments)
        batch.desk.advance(departments, line.at)
        _carry_out(batch, line, departments)
    taken = ImportedLine(line.key, line.digest, line.item)
    batch.imported[line.key] = taken
    batch.new_lines.append(taken)
    return Result("imported", line.item)


def _check_instants(desk: Desk, line: Line, departments: Sequence[str]) -> None:
    for number, name in enumerate(departments):
        named_in_line = line.field_of(number)
        place = desk.place(name, named_in_line)
        check_instant(
            name, line.at, place.live, place.joins_at, place.last_recorded_at, place.now, named_in=named_in_line
        )


def _carry_out(batch: _Batch, line: Line, departments: tuple[str, ...]) -> None:
    """In departments whose time has come to the line's instant."""
    desk, command = batch.desk, line.command
    match command:
        case Change():
            known = desk.transaction.department(desk.organisation, departments[0])
            assert known is not None, "every department that has a stream is in the directory"
            change_department(desk, known, command)
        case Leave():
            leave(desk, departments[0], command, batch.zone)
        case _ if isinstance(command, _RECORD_COMMANDS):
            _record(batch, line, command, departments)
        case _:
            assert not isinstance(command, Closing | Change | Leave)
            _change_item(batch, line, command)


def _record(batch: _Batch, line: Line, command: RecordCommand, departments: tuple[str, ...]) -> None:
    if not departments:
        raise UnknownReference(FieldMistake("call", "no line before this one issued a call of this reference"))
    if isinstance(command, IssueCall):
        _check_present(batch.desk, line)
    first = event_of(batch.desk.organisation, line.key)
    for name in departments:
        batch.desk.carry_out(name, command, line.at, id_in(first, name, departments))
    if isinstance(command, IssueCall):
        batch.calls[command.call] = set(departments)


def _change_item(batch: _Batch, line: Line, command: Submit | ItemCommand) -> None:
    assert line.item is not None, "a line about an item names it"
    event, state = _decide(batch, line, line.item, command)
    item = batch.items.get(line.item)
    if item is None:
        item = batch.items[line.item] = _Item(state, line.at, line.at)
    item.state, item.changed_at = state, line.at
    id = event_of(batch.desk.organisation, line.key)
    item.appends.append(batch.desk.append_in_all(state.contributing, event, line.at, id))


def _decide(batch: _Batch, line: Line, reference: UUID, command: Submit | ItemCommand) -> tuple[ItemEvent, ItemState]:
    department, item = line.departments[0], batch.items.get(reference)
    schemes = batch.desk.schemes(department)
    if isinstance(command, Submit):
        if item is not None:
            raise WrongState(FieldMistake("item", "this reference has been submitted already"))
        _check_present(batch.desk, line)
        scheme, kind = choose_scheme(in_force(schemes, line.at), command.kind, command.scheme)
        known = Known.of(batch.desk.known(named_in(command.content, line.departments, command.answers)))
        submitted = submit(command, scheme, kind, today_of(scheme, line.at), known)
        return submitted, begin(submitted, department, scheme, None)
    if item is None or item.state.department != department:
        raise UnknownReference(FieldMistake("item", f"“{department}” has no imported item of this reference"))
    state = item.state
    if isinstance(command, Adopt):
        command = with_standings(command, batch.standings.get(command.outlet, ()))
    if isinstance(command, RetractFact) and not holds_fact(state, command.fact):
        raise UnknownReference(FieldMistake("fact", "the item has no fact that a line with this key recorded"))
    scheme_of_item = version_of(schemes, state.scheme, state.scheme_version)
    if scheme_of_item is None:
        raise LookupError(f"{state.scheme} version {state.scheme_version} is not applied to {department}")
    kind = scheme_of_item.kinds[state.kind]
    known = Known.of(batch.desk.known(named_by(command, state.contributing)))
    event = decide(state, command, kind, NO_HAND, today_of(scheme_of_item, line.at), known)
    if event is None:
        raise WrongState(FieldMistake("fact", "has been retracted already"))
    return event, evolve(state, event, kind)


def _check_present(desk: Desk, line: Line) -> None:
    """Whether all departments that something new is for are there still. Raises DepartmentHasLeft."""
    for number, name in enumerate(line.departments):
        check_not_left(desk.places[name], line.at, line.field_of(number))


def _write(batch: _Batch) -> None:
    desk = batch.desk
    receipts = desk.write()
    rows = [_row(desk.organisation, item, receipts) for item in batch.items.values() if item.appends]
    if rows:
        desk.transaction.save_items(rows)
    if batch.new_lines:
        desk.transaction.save_imported(desk.organisation, batch.new_lines)


def _row(organisation: str, item: _Item, receipts: Sequence[Receipt]) -> ItemRow:
    versions = tuple(receipts[position].last_version for position in item.appends)
    return ItemRow(organisation, item.state, item.submitted_at, item.changed_at, versions)
