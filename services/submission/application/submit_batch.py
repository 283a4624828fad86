"""Up to a thousand new items in one transaction: the good ones are kept, each of the others hears why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.submission.application.keep_time import due, rulebook_of
from services.submission.application.ports import Asker, NewItems, Place, Ports, StoredItem, Transaction
from services.submission.domain.commands import Submit
from services.submission.domain.items import ItemState, begin, submit
from services.submission.domain.refusals import (
    DepartmentImporting,
    FieldMistake,
    NotJoined,
    Refused,
    UnknownDepartment,
)
from services.submission.domain.rulebooks import choose_scheme, in_force, today_of
from shared.contracts.department_events import ItemSubmitted
from shared.contracts.identifiers import department_stream
from shared.eventstore import Append
from shared.schemes.model import Scheme

BATCH_ITEMS_MAX = 1_000


Decided = tuple[ItemSubmitted, ItemState]


@dataclass(frozen=True, slots=True)
class Present:
    """A department, locked, with its milestones up to now written, and what is in force there."""

    place: Place
    in_force: dict[str, Scheme]


def submit_batch(
    ports: Ports, transaction: Transaction, organisation: str, commands: Sequence[Submit], asker: Asker
) -> list[StoredItem | Refused]:
    """Take in new items; one result for each command, in their order. Written when the transaction ends."""
    present = _lock(ports, transaction, organisation, commands, asker)
    decided = [_decide(present.get(command.department), command, asker) for command in commands]
    taken = _take(transaction, present, [each for each in decided if not isinstance(each, Refused)], asker)
    return [each if isinstance(each, Refused) else next(taken[each[1].department]) for each in decided]


def _lock(
    ports: Ports, transaction: Transaction, organisation: str, commands: Sequence[Submit], asker: Asker
) -> dict[str, Present]:
    """The departments as they are now, with their milestones up to now written."""
    appends: list[Append] = []
    present: dict[str, Present] = {}
    streams = {department_stream(organisation, command.department) for command in commands}
    for place in transaction.lock(streams).values():
        schemes = rulebook_of(ports, place)
        found = due(place, schemes, asker.trace)
        appends.extend(found.appends)
        present[place.department] = Present(found.place, in_force(schemes, place.now))
    if appends:
        transaction.append(appends)
        transaction.save([each.place for each in present.values()])
    return present


def _take(
    transaction: Transaction, present: dict[str, Present], decided: Sequence[Decided], asker: Asker
) -> dict[str, Iterator[StoredItem]]:
    """Write the new items; by department as they are stored, in their order."""
    by_department: dict[str, list[Decided]] = {}
    for each in decided:
        by_department.setdefault(each[1].department, []).append(each)
    new = [NewItems(present[name].place, by_department[name], asker.trace) for name in sorted(by_department)]
    versions = transaction.take_items(new) if new else []
    return {each.place.department: _stored(each, version) for each, version in zip(new, versions, strict=True)}


def _stored(new: NewItems, first_version: int) -> Iterator[StoredItem]:
    at = new.place.now
    return (StoredItem(state, at, at, version) for version, (_, state) in enumerate(new.items, first_version))


def _decide(present: Present | None, command: Submit, asker: Asker) -> Decided | Refused:
    try:
        if present is None:
            raise UnknownDepartment(FieldMistake("department", f"there is no department “{command.department}”"))
        check_open(present.place)
        scheme, kind = choose_scheme(present.in_force, command.kind, command.scheme)
        event = submit(command, scheme, kind, today_of(scheme, present.place.now))
    except Refused as refused:
        return refused
    return event, begin(event, command.department, scheme, asker.trace.actor)


def check_open(place: Place) -> None:
    """Whether the department takes commands that happen now. Raises DepartmentImporting or NotJoined."""
    if not place.live:
        detail = f"the past of “{place.department}” is being imported; it takes imports only, until it goes live"
        raise DepartmentImporting(FieldMistake("department", detail))
    if place.now < place.joins_at:
        raise NotJoined(FieldMistake("department", f"“{place.department}” joins on {place.joined_on}"))
