"""One command on one item: submit it, or do something with one that exists."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from services.submission.application.errors import (
    AnotherDay,
    ItemChanged,
    KeyUsed,
    MilestonesDue,
    Overtaken,
    SchemesChanged,
    UnknownItem,
)
from services.submission.application.keep_time import catch_up
from services.submission.application.outlets import with_standings
from services.submission.application.ports import (
    Asker,
    Attempt,
    Outcome,
    Ports,
    StoredItem,
)
from services.submission.domain.commands import Adopt, ItemCommand, RetractFact, Submit
from services.submission.domain.item_state import begin, evolve, holds_fact
from services.submission.domain.items import decide, submit
from services.submission.domain.known import NOTHING_KNOWN, Known, named_by, named_in
from services.submission.domain.records import RecordKey
from services.submission.domain.refusals import Refused
from services.submission.domain.rulebooks import Rulebook, choose_scheme, day_of, in_force, today_of, version_of
from shared.contracts.identifiers import new_id
from shared.schemes.model import Scheme

ATTEMPTS_MAX = 20

Decided = TypeVar("Decided")


def submit_item(ports: Ports, organisation: str, command: Submit, asker: Asker) -> Outcome:
    """Take in a new item; its id is also that of its first event. Raises a Refused, KeyReused, Overtaken."""
    departments = (command.department, *command.departments)
    known = _known(ports, organisation, named_in(command.content, departments, command.answers))

    def decided(rulebook: Rulebook) -> Attempt:
        now = ports.clock.now()
        scheme, kind = choose_scheme(in_force(rulebook.schemes, now), command.kind, command.scheme)
        today = today_of(scheme, now)
        event = submit(command, scheme, kind, today, known)
        after = begin(event, command.department, scheme, asker.trace.actor)
        return Attempt(
            organisation,
            command.department,
            UUID(command.item),
            event,
            after,
            None,
            rulebook.edition,
            *day_of(scheme, today),
            asker,
        )

    return _carry_out(ports, organisation, asker, lambda: _with_rulebook(ports, organisation, decided))


def change_item(ports: Ports, organisation: str, item: UUID, command: ItemCommand, asker: Asker) -> Outcome:
    """Carry out a command on an item that exists. What it asks for being so already changes nothing.

    Raises UnknownItem, a Refused, KeyReused, Overtaken.
    """

    if isinstance(command, Adopt):
        command = with_standings(command, ports.items.standings(organisation, command.outlet))

    def decided() -> Attempt | StoredItem:
        stored = find_item(ports, organisation, item, asker.department)
        state = stored.state
        if isinstance(command, RetractFact) and not holds_fact(state, command.fact):
            raise UnknownItem(command.fact)
        rulebook, scheme = _rulebook_with(ports, organisation, state.scheme, state.scheme_version)
        kind = scheme.kinds[state.kind]
        today = today_of(scheme, ports.clock.now())
        known = _known(ports, organisation, named_by(command, state.contributing))
        event = decide(state, command, kind, asker.trace.actor, today, known)
        if event is None:
            return stored
        return Attempt(
            organisation,
            state.department,
            new_id(),
            event,
            evolve(state, event, kind),
            stored.version,
            rulebook.edition,
            *day_of(scheme, today),
            asker,
        )

    return _carry_out(ports, organisation, asker, decided)


def find_item(ports: Ports, organisation: str, item: UUID, department: str | None) -> StoredItem:
    """The item as it is now. Raises UnknownItem, also for one of another department than the only one to be changed."""
    stored = ports.items.find(organisation, item)
    if stored is None or department not in (None, stored.state.department):
        raise UnknownItem(str(item))
    return stored


def read_item(ports: Ports, organisation: str, item: UUID, department: str | None) -> StoredItem:
    """The item as it is now.

    Raises UnknownItem, also for one to which the only department that may be seen did not contribute.
    """
    stored = ports.items.find(organisation, item)
    if stored is None or (department is not None and department not in stored.state.contributing):
        raise UnknownItem(str(item))
    return stored


def _known(ports: Ports, organisation: str, keys: set[RecordKey]) -> Known:
    if not keys:
        return NOTHING_KNOWN
    stored = ports.records.of(organisation, keys)
    return Known.of({key: each.record for key, each in stored.items()})


def _carry_out(ports: Ports, organisation: str, asker: Asker, decided: Callable[[], Attempt | StoredItem]) -> Outcome:
    """Decide and append until both fit together. A request that was carried out before gets its answer again."""
    for _ in range(ATTEMPTS_MAX):
        try:
            attempt = decided()
            return Outcome(attempt if isinstance(attempt, StoredItem) else ports.items.append(attempt))
        except (Refused, KeyUsed) as no:
            answered = ports.items.answered(asker.key) if asker.key is not None else None
            if answered is not None:
                return Outcome(answered, replayed=True)
            if isinstance(no, Refused):
                raise
        except SchemesChanged:
            ports.rulebooks.reread(organisation)
        except MilestonesDue as due:
            catch_up(ports, due.stream)
        except AnotherDay as another:
            ports.clock.correct(another.now)
        except ItemChanged:
            continue
    raise Overtaken(f"{ATTEMPTS_MAX} attempts in a row were overtaken by others")


def _with_rulebook(ports: Ports, organisation: str, decided: Callable[[Rulebook], Decided]) -> Decided:
    """Decide by the remembered rulebook; refuse only by what is published now."""
    remembered = ports.rulebooks.of(organisation)
    try:
        return decided(remembered)
    except Refused:
        published = ports.rulebooks.reread(organisation)
        if published == remembered:
            raise
        return decided(published)


def _rulebook_with(ports: Ports, organisation: str, name: str, version: int) -> tuple[Rulebook, Scheme]:
    rulebook = ports.rulebooks.of(organisation)
    scheme = version_of(rulebook.schemes, name, version)
    if scheme is None:
        rulebook = ports.rulebooks.reread(organisation)
        scheme = version_of(rulebook.schemes, name, version)
    if scheme is None:
        raise LookupError(f"{organisation} has items of {name} version {version}, which is not in its directory")
    return rulebook, scheme
