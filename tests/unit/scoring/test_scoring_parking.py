"""What cannot be folded parks its department, and no other; what is put right goes on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.scoring.application.ports import ItemsExist, Overtaken, StoreAway
from services.scoring.application.projector import Projector, WaitsForScheme
from services.scoring.domain.department import Parked
from shared.contracts.department_events import ItemReviewed, ItemSubmitted, ItemWithdrawn
from shared.contracts.scoring_events import DepartmentParked, DepartmentResumed
from shared.messaging import NotNow, Record
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter, altered
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of

FIRST, SECOND = everything()
PARKED_AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def written(department: str = "north", items: int = 3) -> StreamWriter:
    """Registered, under the first version, the running periods open, and so many items: versions 1, 2, 3, 4 …"""
    writer = StreamWriter("district", department)
    writer.register([FIRST], date(2014, 1, 1), tags=("key",))
    writer.pass_time(writer.now)
    for number in range(items):
        writer.append(ItemSubmitted(f"item-{number}", "everything", "report", "title"))
    return writer


def parked_of(store: MemoryDepartments, writer: StreamWriter) -> Parked | None:
    return store.states[writer.stream].parked


def parkings(store: MemoryDepartments) -> list[DepartmentParked | DepartmentResumed]:
    announced = [one.event for _, changes in store.written for one in changes.announced]
    return [one for one in announced if isinstance(one, DepartmentParked | DepartmentResumed)]


@pytest.fixture
def store() -> MemoryDepartments:
    return MemoryDepartments()


@pytest.fixture
def projector(store: MemoryDepartments) -> Projector:
    return Projector(store, rules_of(FIRST, SECOND), lambda: PARKED_AT)


def with_value(records: Sequence[Record], place: int, value: bytes) -> list[Record]:
    return [one._replace(value=value) if number == place else one for number, one in enumerate(records)]


def test_a_missing_version_parks_the_department_and_lets_the_others_go_on(
    store: MemoryDepartments, projector: Projector
) -> None:
    north, south = written("north"), written("south")
    gap = north.records(partition=2)
    del gap[4]
    projected = projector.project([*gap, *south.records()])
    assert projected.parked == {north.stream: "version 5 is missing: version 6 came after 4"}
    assert parked_of(store, north) == Parked(5, "gap", "version 5 is missing: version 6 came after 4", 2, 5, PARKED_AT)
    assert store.states[north.stream].version == 4
    assert store.states[south.stream].version == 6
    assert parkings(store) == [DepartmentParked("district", "north", 5, projected.parked[north.stream], PARKED_AT)]


def test_what_comes_behind_the_gap_is_held_back_and_announced_once(
    store: MemoryDepartments, projector: Projector
) -> None:
    north = written(items=5)
    records = north.records()
    projector.project([*records[:4], records[5]])
    projected = projector.project(records[6:])
    assert (projected.held_back, projected.folded) == (2, 0)
    assert len(parkings(store)) == 1


def test_a_gap_closes_by_itself_when_the_missing_event_comes(store: MemoryDepartments, projector: Projector) -> None:
    north = written(items=5)
    records = north.records()
    projector.project([*records[:4], records[5]])
    projected = projector.project(records)
    assert projected.resumed == [north.stream]
    assert parked_of(store, north) is None
    assert store.states[north.stream].version == 8
    assert [type(one) for one in parkings(store)] == [DepartmentParked, DepartmentResumed]


def test_an_event_that_follows_another_one_than_was_folded_parks(
    store: MemoryDepartments, projector: Projector
) -> None:
    north = written()
    other = altered(north.values[4], previousid="00000000-0000-7000-8000-000000000001")
    projector.project(with_value(north.records(), 4, other))
    parked = parked_of(store, north)
    assert parked is not None
    assert (parked.kind, parked.version) == ("fork", 5)


def test_a_second_event_under_the_last_version_parks(store: MemoryDepartments, projector: Projector) -> None:
    north = written()
    projector.project(north.records())
    other = altered(north.values[-1], id="00000000-0000-7000-8000-000000000001")
    projector.project(with_value(north.records(), 5, other)[5:])
    parked = parked_of(store, north)
    assert parked is not None
    assert (parked.kind, parked.version) == ("fork", 7)


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        (lambda value: altered(value, type="tongbao.item.eaten.v1"), "undecodable", "unknown event type"),
        (lambda value: altered(value, data={"item": 5}), "undecodable", "tongbao.item.submitted.v1"),
        (lambda value: value[:100], "undecodable", "not an event envelope"),
        (lambda value: b"\xff\xfe", "undecodable", "not an event envelope"),
        (
            lambda value: altered(
                value, type="tongbao.quota.met.v1", data=msgspec.json.decode(b'{"obligation": null}')
            ),
            "undecodable",
            "tongbao.quota.met.v1",
        ),
        (
            lambda value: altered(value, data={"item": "x", "scheme": "other", "kind": "report", "title": "t"}),
            "broken",
            "scheme other is not applied to the department",
        ),
        (
            lambda value: altered(value, data={"item": "x", "scheme": "everything", "kind": "song", "title": "t"}),
            "broken",
            "scheme everything has no kind song",
        ),
        (
            lambda value: altered(
                value, data={"item": "item-0", "scheme": "everything", "kind": "report", "title": "t"}
            ),
            "broken",
            "item item-0 is submitted a second time",
        ),
    ],
)
def test_an_event_that_cannot_be_folded_parks_before_it_and_keeps_what_came_before(
    store: MemoryDepartments, projector: Projector, value: object, kind: str, reason: str
) -> None:
    north = written()
    bad = value(north.values[4])  # type: ignore[operator]
    projector.project(with_value(north.records(), 4, bad))
    parked = parked_of(store, north)
    assert parked is not None
    assert (parked.kind, parked.version, parked.offset) == (kind, 5, 4)
    assert reason in parked.reason
    assert set(store.items[north.stream]) == {"item-0"}


def test_a_mistake_in_the_fold_itself_parks_too(store: MemoryDepartments, monkeypatch: pytest.MonkeyPatch) -> None:
    projector = Projector(store, rules_of(FIRST, SECOND))
    north = written()
    north.append(ItemWithdrawn("item-0"))
    monkeypatch.setattr("services.scoring.domain.items.review", lambda *_: 1 / 0)
    north.append(ItemReviewed("item-1", "office", "rejected", True))
    projector.project(north.records())
    parked = parked_of(store, north)
    assert parked is not None
    assert (parked.kind, parked.reason) == ("broken", "ZeroDivisionError: division by zero")
    assert store.items[north.stream]["item-0"].state == "withdrawn"


def test_a_request_tries_the_event_again_and_goes_on(store: MemoryDepartments, projector: Projector) -> None:
    north = written()
    bad = with_value(north.records(), 4, altered(north.values[4], type="tongbao.item.eaten.v1"))
    projector.project(bad)
    assert projector.project(north.records()).held_back == 2
    projector.resume(north.stream)
    assert projector.project(north.records()).resumed == [north.stream]
    assert store.states[north.stream].version == 6
    assert [type(one) for one in parkings(store)] == [DepartmentParked, DepartmentResumed]


def test_a_request_that_fails_again_is_announced_again_under_another_id(
    store: MemoryDepartments, projector: Projector
) -> None:
    north = written()
    bad = with_value(north.records(), 4, altered(north.values[4], type="tongbao.item.eaten.v1"))
    projector.project(bad)
    projector.resume(north.stream)
    projector.project(bad)
    ids = [one.id for _, changes in store.written for one in changes.announced]
    assert len(parkings(store)) == 2
    assert len(set(ids)) == len(ids)


def test_an_unknown_scheme_makes_the_batch_wait(store: MemoryDepartments) -> None:
    north, south = written("north"), written("south")
    with pytest.raises(WaitsForScheme, match="everything version 1"):
        Projector(store, rules_of()).project([*north.records(), *south.records()])
    assert not store.states
    Projector(store, rules_of(FIRST)).project([*north.records(), *south.records()])
    assert store.states[north.stream].version == 6


def test_another_text_of_an_applied_scheme_parks(store: MemoryDepartments) -> None:
    north = written()
    Projector(store, rules_of(replace(FIRST, digest="0" * 64))).project(north.records())
    parked = parked_of(store, north)
    assert parked is not None
    assert "is another than the one applied" in parked.reason


@pytest.mark.parametrize("refusal", [Overtaken("north"), StoreAway("gone"), ItemsExist("item-0")])
def test_a_refused_write_puts_the_batch_back_and_forgets_what_it_folded(
    store: MemoryDepartments, projector: Projector, refusal: Exception
) -> None:
    north = written()
    store.refuse = refusal
    with pytest.raises(NotNow):
        projector.project(north.records())
    projector.project(north.records())
    assert store.states[north.stream].version == 6
    assert len(store.entries[north.stream]) == 6


def test_a_record_that_names_no_department_is_counted_and_passed_over(
    store: MemoryDepartments, projector: Projector
) -> None:
    north = written()
    stray = Record("department-events", 0, 0, "what is this", b"nothing")
    projected = projector.project([stray, *north.records(first_offset=1)])
    assert (projected.strays, projected.folded) == (1, 6)


def test_an_item_submitted_again_long_after_it_left_the_memory_parks(store: MemoryDepartments) -> None:
    north = written()
    again = StreamWriter("district", "north")
    again.values, again.now, again._last_id = north.values, north.now, north.events()[-1].id
    again.append(ItemSubmitted("item-0", "everything", "report", "title"))
    records = again.records()
    Projector(store, rules_of(FIRST)).project(records[:6])
    forgetful = Projector(store, rules_of(FIRST))
    with pytest.raises(NotNow):
        forgetful.project(records[6:])
    forgetful.project(records[6:])
    parked = parked_of(store, north)
    assert parked is not None
    assert parked.reason == "item item-0 is submitted a second time"


def test_entries_that_reach_behind_the_resident_obligations_still_move_them(store: MemoryDepartments) -> None:
    north = written(items=0)
    at = north.now
    item = ItemSubmitted("early", "everything", "report", "title")
    north.tell(item, at)
    north.pass_time(at + 200 * DAY)
    Projector(store, rules_of(FIRST)).project(north.records())
    folded = len(north.values)
    north.append(ItemWithdrawn("early"))
    Projector(store, rules_of(FIRST)).project(north.records()[folded:])
    weeks = {key.period: one for key, one in store.states[north.stream].obligations.items() if key.quota == "weekly"}
    assert weeks["2014-W02"].actual == 0
    assert parked_of(store, north) is None
