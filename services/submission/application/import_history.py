"""The past of departments that are not live yet: dated commands, some hundreds in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.submission.application.keep_time import due, rulebook_of
from services.submission.application.outlets import with_standings
from services.submission.application.ports import (
    Asker,
    ImportedLine,
    ItemRow,
    Place,
    Ports,
    Transaction,
)
from services.submission.domain.commands import Adopt, RetractFact, Submit
from services.submission.domain.imports import NO_HAND, Line, check_instant, event_of
from services.submission.domain.items import ItemEvent, ItemState, begin, decide, evolve, holds_fact, submit
from services.submission.domain.refusals import (
    FieldMistake,
    ImportKeyReused,
    Refused,
    UnknownDepartment,
    UnknownReference,
    WrongState,
)
from services.submission.domain.rulebooks import choose_scheme, in_force, today_of, version_of
from shared.contracts.department_events import TOPIC
from shared.contracts.identifiers import department_stream
from shared.directory.entities import Standing
from shared.eventstore import Append, Receipt
from shared.schemes.model import Scheme

IMPORT_BATCH_LINES = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line."""

    status: Literal["imported", "already_imported"]
    item: UUID


@dataclass(slots=True)
class _Item:
    """An item as the batch goes on. ``appends`` are the places of its new events among the batch's."""

    state: ItemState
    submitted_at: datetime
    changed_at: datetime
    appends: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """What is known and what is to be written; grows line by line."""

    organisation: str
    asker: Asker
    places: dict[str, Place]
    schemes: dict[str, tuple[Scheme, ...]]
    standings: Mapping[str, Sequence[Standing]]
    items: dict[UUID, _Item]
    imported: dict[str, ImportedLine]
    appends: list[Append] = field(default_factory=list)
    new_lines: list[ImportedLine] = field(default_factory=list)


def import_lines(
    ports: Ports, transaction: Transaction, organisation: str, lines: Sequence[Line], asker: Asker
) -> list[Result | Refused]:
    """Carry out the lines in their order; one result each. Written when the transaction ends.

    Imports of one organisation follow one another, for a line's key is the organisation's.
    """
    transaction.lock_organisation(organisation)
    batch = _open(ports, transaction, organisation, lines, asker)
    results: list[Result | Refused] = []
    for line in lines:
        try:
            results.append(_take(batch, line))
        except Refused as refused:
            results.append(refused)
    _write(transaction, batch)
    return results


def _open(ports: Ports, transaction: Transaction, organisation: str, lines: Sequence[Line], asker: Asker) -> _Batch:
    streams = {department_stream(organisation, line.department) for line in lines}
    places = {place.department: place for place in transaction.lock(streams).values()}
    stored = transaction.items(organisation, {line.item for line in lines})
    outlets = {line.command.outlet for line in lines if isinstance(line.command, Adopt)}
    return _Batch(
        organisation,
        asker,
        places,
        {name: rulebook_of(ports, place) for name, place in places.items()},
        transaction.standings(organisation, outlets) if outlets else {},
        {item: _Item(each.state, each.submitted_at, each.changed_at) for item, each in stored.items()},
        transaction.imported(organisation, {line.key for line in lines}),
    )


def _take(batch: _Batch, line: Line) -> Result:
    before = batch.imported.get(line.key)
    if before is not None:
        if before.digest != line.digest:
            raise ImportKeyReused(FieldMistake("key", "was imported before, with a line that said something else"))
        return Result("already_imported", before.item)
    place = batch.places.get(line.department)
    if place is None:
        raise UnknownDepartment(FieldMistake("department", f"there is no department “{line.department}”"))
    check_instant(line.department, line.at, place.live, place.joins_at, place.last_recorded_at, place.now)
    event, state = _decide(batch, line)
    found = due(replace(place, now=line.at), batch.schemes[line.department], batch.asker.trace)
    batch.appends.extend(found.appends)
    batch.places[line.department] = replace(found.place, now=place.now, last_recorded_at=line.at)
    item = batch.items.get(line.item)
    if item is None:
        item = batch.items[line.item] = _Item(state, line.at, line.at)
    item.state, item.changed_at = state, line.at
    item.appends.append(len(batch.appends))
    ids = [event_of(batch.organisation, line.key)]
    batch.appends.append(Append(place.stream, TOPIC, [event], batch.asker.trace, recorded_at=line.at, ids=ids))
    taken = ImportedLine(line.key, line.digest, line.item)
    batch.imported[line.key] = taken
    batch.new_lines.append(taken)
    return Result("imported", line.item)


def _decide(batch: _Batch, line: Line) -> tuple[ItemEvent, ItemState]:
    command, item = line.command, batch.items.get(line.item)
    schemes = batch.schemes[line.department]
    if isinstance(command, Submit):
        if item is not None:
            raise WrongState(FieldMistake("item", "this reference has been submitted already"))
        scheme, kind = choose_scheme(in_force(schemes, line.at), command.kind, command.scheme)
        submitted = submit(command, scheme, kind, today_of(scheme, line.at))
        return submitted, begin(submitted, line.department, scheme, None)
    if item is None or item.state.department != line.department:
        raise UnknownReference(FieldMistake("item", f"“{line.department}” has no imported item of this reference"))
    state = item.state
    if isinstance(command, Adopt):
        command = with_standings(command, batch.standings.get(command.outlet, ()))
    if isinstance(command, RetractFact) and not holds_fact(state, command.fact):
        raise UnknownReference(FieldMistake("fact", "the item has no fact that a line with this key recorded"))
    scheme_of_item = version_of(schemes, state.scheme, state.scheme_version)
    if scheme_of_item is None:
        raise LookupError(f"{state.scheme} version {state.scheme_version} is not applied to {line.department}")
    kind = scheme_of_item.kinds[state.kind]
    event = decide(state, command, kind, NO_HAND, today_of(scheme_of_item, line.at))
    if event is None:
        raise WrongState(FieldMistake("fact", "has been retracted already"))
    return event, evolve(state, event, kind)


def _write(transaction: Transaction, batch: _Batch) -> None:
    if not batch.appends:
        return
    receipts = transaction.append(batch.appends)
    transaction.save(list(batch.places.values()))
    transaction.save_items([_row(batch.organisation, item, receipts) for item in batch.items.values() if item.appends])
    transaction.save_imported(batch.organisation, batch.new_lines)


def _row(organisation: str, item: _Item, receipts: Sequence[Receipt]) -> ItemRow:
    versions = tuple(receipts[position].last_version for position in item.appends)
    return ItemRow(organisation, item.state, item.submitted_at, item.changed_at, versions)
