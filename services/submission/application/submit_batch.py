"""Up to a thousand new items in one transaction: the good ones are kept, each of the others hears why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from services.submission.application.desk import Desk, check_open
from services.submission.application.ports import Asker, ItemRow, NewItems, Ports, StoredItem, Transaction
from services.submission.domain.commands import Submit
from services.submission.domain.item_state import ItemState, begin
from services.submission.domain.items import submit
from services.submission.domain.known import Known, named_in
from services.submission.domain.records import RecordKey
from services.submission.domain.refusals import Refused, WorkdaysUnknown
from services.submission.domain.rulebooks import choose_scheme, in_force, today_of
from shared.contracts.department_events import ItemSubmitted
from shared.schemes.model import Scheme

BATCH_ITEMS_MAX = 1_000

Decided = tuple[ItemSubmitted, ItemState]


@dataclass(frozen=True, slots=True)
class _Present:
    """The instant of the batch, what is in force in each department then, and where time stands still."""

    now: datetime
    in_force: dict[str, dict[str, Scheme]]
    standing_still: dict[str, WorkdaysUnknown]


def submit_batch(
    ports: Ports, transaction: Transaction, organisation: str, commands: Sequence[Submit], asker: Asker
) -> list[StoredItem | Refused]:
    """Take in new items; one result for each command, in their order. Written when the transaction ends."""
    named = {name for command in commands for name in (command.department, *command.departments)}
    desk = Desk.over(ports, transaction, organisation, named, asker.trace)
    desk.read({key for command in commands for key in _named_by(command)})
    present = _advance(desk)
    decided = [_decide(desk, present, command) for command in commands]
    good = [each for each in decided if not isinstance(each, Refused)]
    if any(state.departments for _, state in good):
        taken = iter(_take_jointly(desk, good, present.now))
    else:
        taken = iter(_take(desk, good, present.now))
    return [each if isinstance(each, Refused) else next(taken) for each in decided]


def _advance(desk: Desk) -> _Present:
    """The departments as they are now, with their milestones up to now written."""
    standing_still: dict[str, WorkdaysUnknown] = {}
    now = desk.now(desk.places) if desk.places else desk.transaction.now()
    for name, place in list(desk.places.items()):
        try:
            if place.live:
                desk.advance([name], now)
        except WorkdaysUnknown as unknown:
            standing_still[name] = unknown
    return _Present(now, {name: in_force(desk.schemes(name), now) for name in desk.places}, standing_still)


def _decide(desk: Desk, present: _Present, command: Submit) -> Decided | Refused:
    try:
        departments = (command.department, *command.departments)
        for number, name in enumerate(departments):
            check_open(desk.place(name, _field(number)), _field(number))
            if name in present.standing_still:
                return present.standing_still[name]
        scheme, kind = choose_scheme(present.in_force[command.department], command.kind, command.scheme)
        known = Known.of(desk.known(_named_by(command)))
        event = submit(command, scheme, kind, today_of(scheme, present.now), known)
    except Refused as refused:
        return refused
    return event, begin(event, command.department, scheme, desk.trace.actor)


def _take(desk: Desk, good: Sequence[Decided], now: datetime) -> list[StoredItem]:
    """Write the new items of single departments; as they are stored, in their order."""
    desk.write()
    by_department: dict[str, list[Decided]] = {}
    for each in good:
        by_department.setdefault(each[1].department, []).append(each)
    new = [NewItems(desk.places[name], now, by_department[name], desk.trace) for name in sorted(by_department)]
    first_versions = desk.transaction.take_items(new) if new else []
    versions = {each.place.department: count(first) for each, first in zip(new, first_versions, strict=True)}
    return [StoredItem(state, now, now, next(versions[state.department])) for _, state in good]


def _take_jointly(desk: Desk, good: Sequence[Decided], now: datetime) -> list[StoredItem]:
    """Write new items of which some are joint, each into the streams of all its departments."""
    appends = [desk.append_in_all(state.contributing, event, now, UUID(state.item)) for event, state in good]
    receipts = desk.write()
    stored = [
        StoredItem(state, now, now, receipts[append].last_version)
        for (_, state), append in zip(good, appends, strict=True)
    ]
    rows = [ItemRow(desk.organisation, each.state, now, now, (each.version,)) for each in stored]
    desk.transaction.save_items(rows)
    return stored


def _named_by(command: Submit) -> set[RecordKey]:
    return named_in(command.content, (command.department, *command.departments), command.answers)


def _field(number: int) -> str:
    return "department" if number == 0 else f"departments.{number - 1}"
