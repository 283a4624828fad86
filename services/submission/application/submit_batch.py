"""Up to a thousand new items in one transaction: the good ones are kept, each of the others hears why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.submission.application.keep_time import due, rulebook_of
from services.submission.application.ports import Asker, ItemRow, Place, Ports, StoredItem, Transaction
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
from shared.contracts.department_events import TOPIC, ItemSubmitted
from shared.contracts.identifiers import department_stream
from shared.eventstore import Append
from shared.schemes.model import Scheme

BATCH_ITEMS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Present:
    """A department, locked, with its milestones up to now written, and what is in force there."""

    place: Place
    in_force: dict[str, Scheme]


def submit_batch(
    ports: Ports, transaction: Transaction, organisation: str, commands: Sequence[Submit], asker: Asker
) -> list[StoredItem | Refused]:
    """Take in new items; one result for each command, in their order. Written when the transaction ends."""
    streams = {department_stream(organisation, command.department) for command in commands}
    appends: list[Append] = []
    present: dict[str, Present] = {}
    for place in transaction.lock(streams).values():
        schemes = rulebook_of(ports, place)
        found = due(place, schemes, asker.trace)
        appends.extend(found.appends)
        present[place.department] = Present(found.place, in_force(schemes, place.now))
    milestones = len(appends)
    decided = [_decide(present.get(command.department), command, asker) for command in commands]
    for each in decided:
        if not isinstance(each, Refused):
            event, state = each
            place = present[state.department].place
            appends.append(
                Append(place.stream, TOPIC, [event], asker.trace, recorded_at=place.now, ids=[UUID(state.item)])
            )
    if milestones:
        transaction.save([each.place for each in present.values()])
    receipts = iter(transaction.append(appends)[milestones:]) if appends else iter(())
    results: list[StoredItem | Refused] = []
    for each in decided:
        if isinstance(each, Refused):
            results.append(each)
        else:
            receipt = next(receipts)
            results.append(StoredItem(each[1], receipt.recorded_at, receipt.recorded_at, receipt.last_version))
    _save(transaction, organisation, [each for each in results if isinstance(each, StoredItem)])
    return results


def _decide(present: Present | None, command: Submit, asker: Asker) -> tuple[ItemSubmitted, ItemState] | Refused:
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


def _save(transaction: Transaction, organisation: str, items: Sequence[StoredItem]) -> None:
    if items:
        transaction.insert_items(
            [ItemRow(organisation, each.state, each.submitted_at, each.changed_at, (each.version,)) for each in items]
        )
