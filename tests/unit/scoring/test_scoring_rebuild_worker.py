"""A worker folds as far as the live tables are and no further, from where the last one stopped, whatever refuses it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.application.generations.ports import Targets
from services.scoring.application.generations.worker import REFUSALS_MAX, Worker
from services.scoring.application.hot_states import HotStates
from services.scoring.application.ports import StoreAway
from services.scoring.application.projector import Projector
from services.scoring.domain.department import DepartmentState
from shared.messaging import NotNow, Record
from shared.messaging.consuming import Backoff
from tests.reference import plain
from tests.reference.batches import sizes
from tests.reference.examples import share
from tests.reference.plays import Draw, Play, draws
from tests.reference.portions import Portion
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.unit.scoring.agreeing import agree
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of

BATCH_MAX = 7
AT_ONCE = Backoff(0.0, 0.0)


@dataclass
class MemoryBookmarks:
    """Implements Bookmarks."""

    aimed: Targets = field(default_factory=lambda: Targets(0, {}))
    kept: Mapping[int, int] = field(default_factory=dict)

    def aim(self, versions: Mapping[str, int]) -> None:
        self.aimed = Targets(self.aimed.round + 1, versions)

    def round(self) -> int:
        return self.aimed.round

    def targets(self) -> Targets:
        return self.aimed

    def offsets(self) -> Mapping[int, int]:
        return self.kept

    def save(self, offsets: Mapping[int, int]) -> None:
        self.kept = dict(offsets)


def mixed(writers: Sequence[StreamWriter]) -> list[Record]:
    """The streams' records on one partition, in turns."""
    streams, found = [writer.records() for writer in writers], list[Record]()
    for place in range(max(map(len, streams))):
        for stream in streams:
            found += [one._replace(offset=len(found)) for one in stream[place : place + 1]]
    return found


def work(records: Sequence[Record], size: int, again: int, projector: Projector, bookmarks: MemoryBookmarks) -> None:
    worker = Worker(Portion(records, size, again), projector, bookmarks, BATCH_MAX, AT_ONCE)
    worker.run_to_the_end(threading.Event())


@settings(max_examples=share(40))
@given(st.lists(draws, min_size=2, max_size=3), sizes, st.floats(0, 1))
def test_it_folds_up_to_its_targets_and_when_they_rise_what_lay_beyond(
    drawn: list[list[Draw]], cut: list[tuple[int, int, bool]], share: float
) -> None:
    # given streams, mixed on one partition, of which the live tables have folded a part
    writers = [Play(f"north-{place}", date(2014, 1, 1)).act(one) for place, one in enumerate(drawn)]
    records, versions = mixed(writers), {writer.stream: len(writer.values) for writer in writers}
    store, rules, bookmarks = MemoryDepartments(), rules_of(*everything()), MemoryBookmarks()
    partly = {stream: round(share * version) for stream, version in versions.items()}

    for targets in (partly, versions):
        # when workers follow one another, each with a portion, some of them with nothing in memory
        bookmarks.aim(targets)
        projector = Projector(store, rules)
        for size, again, forgets in cut:
            work(records, size, again, projector, bookmarks)
            projector = Projector(store, rules) if forgets else projector
        work(records, len(records), 0, projector, bookmarks)

        # then each department stands at its target
        assert {stream: one.version for stream, one in store.states.items()} == {
            stream: version for stream, version in targets.items() if version
        }

    # and in the end at what the plain implementation comes to
    for writer in writers:
        agree(store, writer.stream, plain.score(writer.events(), lambda _, version: everything()[version - 1]))


def written(department: str, waits: int = 40) -> StreamWriter:
    return Play(department, date(2014, 1, 1)).act([("submit", 5, 1, 1)] * waits)


def test_what_the_store_refuses_is_folded_when_it_comes_again() -> None:
    # given a store that refuses what it is given first
    writer = written("north")
    records = writer.records()
    store, bookmarks = MemoryDepartments(), MemoryBookmarks()
    bookmarks.aim({writer.stream: len(records)})
    store.refuse = StoreAway("restarting")

    # when the worker has come to the end
    work(records, 1_000, 0, Projector(store, rules_of(*everything())), bookmarks)

    # then it was refused, and the department stands at its target all the same, with the bookmark behind it
    assert store.refuse is None
    assert store.states[writer.stream].version == len(records)
    assert bookmarks.kept == {records[0].partition: records[-1].offset + 1}
    agree(store, writer.stream, plain.score(writer.events(), lambda _, version: everything()[version - 1]))


class Away(MemoryDepartments):
    """A store that never comes back."""

    asked = 0

    def load(self, streams: Mapping[str, date]) -> list[DepartmentState]:
        self.asked += 1
        raise StoreAway("gone")


def test_a_store_that_refuses_time_and_again_ends_the_worker() -> None:
    writer = written("north")
    store, bookmarks = Away(), MemoryBookmarks()
    bookmarks.aim({writer.stream: len(writer.values)})

    with pytest.raises(NotNow):
        work(writer.records(), 1_000, 0, Projector(store, rules_of(*everything())), bookmarks)
    assert store.asked == REFUSALS_MAX + 1
    assert bookmarks.kept == {}


def test_it_remembers_no_more_departments_and_items_than_it_may() -> None:
    # given five departments, taking turns, and a memory for two of them and a few of their items
    writers = [written(f"north-{number}") for number in range(5)]
    records, bookmarks = mixed(writers), MemoryBookmarks()
    bookmarks.aim({writer.stream: len(writer.values) for writer in writers})
    store, hot = MemoryDepartments(), HotStates(departments_max=2, items_max=10)

    # when they are folded
    work(records, len(records), 0, Projector(store, rules_of(*everything()), hot=hot), bookmarks)

    # then it is kept to that, and nothing is lost by it
    remembered = [state for writer in writers if (state := hot.get(writer.stream)) is not None]
    assert len(remembered) == 2
    assert sum(len(state.items) for state in remembered) <= 10 + BATCH_MAX
    for writer in writers:
        agree(store, writer.stream, plain.score(writer.events(), lambda _, version: everything()[version - 1]))
