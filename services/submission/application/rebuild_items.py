"""The items, worked out again from the events alone: compared with what the store holds, and put in its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.submission.application.ports import ItemRow, Ports, Transaction
from services.submission.domain.item_state import ItemState, begin, evolve
from services.submission.domain.rulebooks import in_force, version_of
from shared.contracts.department_events import DepartmentRegistered, DepartmentWentLive, ItemSubmitted
from shared.contracts.envelope import Event
from shared.schemes.model import Scheme

EVENTS_AT_ONCE = 1_000
_ITEM_TYPES = "tongbao.item."


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found in one department. ``differing`` are the items that the store holds otherwise, or not at all."""

    stream: str
    items: int
    differing: tuple[str, ...]


@dataclass(slots=True)
class _Fold:
    """The items that a department submitted, as its stream goes on. Those of others it contributed to are theirs."""

    organisation: str
    department: str
    schemes: tuple[Scheme, ...]
    live: bool = True
    items: dict[str, ItemRow] = field(default_factory=dict)
    of_others: set[str] = field(default_factory=set)

    def take(self, event: Event) -> None:
        match event.data:
            case DepartmentRegistered(live=live):
                self.live = live
            case DepartmentWentLive():
                self.live = True
            case ItemSubmitted(departments=(first, *_)) if first != self.department:
                self.of_others.add(event.data.item)
            case ItemSubmitted():
                self._begin(event, event.data)
            case _ if event.type.startswith(_ITEM_TYPES) and event.data.item not in self.of_others:
                self._evolve(event)

    def _begin(self, event: Event, submitted: ItemSubmitted) -> None:
        scheme = in_force(self.schemes, event.recorded_at)[submitted.scheme]
        state = begin(submitted, self.department, scheme, event.actor if self.live else None)
        at = event.recorded_at
        self.items[submitted.item] = ItemRow(self.organisation, state, at, at, (event.version,))

    def _evolve(self, event: Event) -> None:
        before = self.items[event.data.item]
        scheme = version_of(self.schemes, before.state.scheme, before.state.scheme_version)
        if scheme is None:
            raise LookupError(f"{self.organisation} has no {before.state.scheme} version {before.state.scheme_version}")
        state: ItemState = evolve(before.state, event.data, scheme.kinds[before.state.kind])
        versions = (*before.versions, event.version)
        self.items[state.item] = ItemRow(self.organisation, state, before.submitted_at, event.recorded_at, versions)


def rebuild_items(ports: Ports, *, repair: bool) -> Iterator[Rebuilt]:
    """Department by department, each locked while it is compared; with ``repair`` the events' version is written."""
    with ports.transactions.begin() as transaction:
        streams = transaction.departments_of(None)
    for stream in streams:
        with ports.transactions.begin() as transaction:
            yield _rebuild(ports, transaction, stream, repair)


def _rebuild(ports: Ports, transaction: Transaction, stream: str, repair: bool) -> Rebuilt:
    place = transaction.lock([stream])[stream]
    fold = _Fold(place.organisation, place.department, ports.rulebooks.of(place.organisation).schemes)
    version = 0
    while events := transaction.events(stream, version, EVENTS_AT_ONCE):
        for event in events:
            fold.take(event.opened())
        version = events[-1].version
    held = {row.state.item: row for row in transaction.items_of(place.organisation, place.department)}
    differing = [item for item, row in fold.items.items() if held.get(item) != row]
    surplus = [item for item in held if item not in fold.items]
    if repair and (differing or surplus):
        transaction.replace_items([fold.items[item] for item in differing], surplus)
    return Rebuilt(stream, len(fold.items), (*differing, *surplus))
