"""An event that contradicts what its stream or its scheme says parks the department, which says what is wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.scoring.application.projector import Projector
from shared.contracts import department_events as happened
from shared.contracts.department_events import Milestone, MilestonesReached
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of

FIRST, SECOND = everything()
NAME, DAY = FIRST.name, date(2014, 1, 10)
QUOTA = next(iter(FIRST.quotas.values()))


def written() -> StreamWriter:
    """Registered, under the first version, with one item."""
    writer = StreamWriter("district", "north")
    writer.register([FIRST], date(2014, 1, 1), tags=("key",))
    item = happened.ItemSubmitted("item", NAME, "report", "title", attributes={"topic": "progress"})
    writer.tell(item, writer.now + timedelta(hours=5))
    return writer


def reached(**said: object) -> MilestonesReached:
    milestone: dict[str, object] = {
        "kind": "period_opened",
        "scheme": NAME,
        "version": 1,
        "calendar": "month",
        "period": "2014-02",
    }
    return MilestonesReached(written().now, (Milestone(**{**milestone, **said}),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            happened.DepartmentRegistered("district", "north", "North", None, (), {"staff": Decimal(1)}, DAY, True),
            "the department is registered a second time",
        ),
        (happened.SchemeApplied(NAME, 1, FIRST.digest, DAY), "version 1 is applied a second time"),
        (happened.SchemeBackdated(NAME, 2, DAY, "agreed"), "version 2 is not applied to the department"),
        (happened.CalendarClosed("other", "month", DAY), "scheme other is not applied to the department"),
        (happened.CalendarClosed(NAME, "month", DAY), "month"),
        (happened.ItemWithdrawn("nothing"), "item nothing was never submitted"),
        (happened.ItemFactRetracted("item", "x", "mistake"), "has no adoption, instruction or measurement x"),
        (happened.ObligationWaived(NAME, "unheard_of", "2014-02", "flood"), "has no quota unheard_of"),
        (happened.ObligationWaived(NAME, QUOTA.name, "2014-99", "flood"), '"2014-99"'),
        (reached(version=2), "version 2 is not applied to the department"),
        (reached(calendar="moon"), "has no calendar moon"),
        (reached(period="2014-99"), '"2014-99"'),
        (reached(kind="quota_due"), "a quota_due milestone names no quota"),
    ],
)
def test_what_contradicts_the_stream_or_the_scheme_parks_the_department_and_says_so(event: object, reason: str) -> None:
    writer = written()
    before = len(writer.values)
    writer.append(event)
    store = MemoryDepartments()

    Projector(store, rules_of(FIRST, SECOND)).project(writer.records())

    state = store.states[writer.stream]
    assert state.parked is not None
    assert (state.parked.kind, state.parked.version, state.version) == ("broken", before + 1, before)
    assert reason in state.parked.reason


def test_a_stream_that_does_not_begin_with_the_registration_is_parked_at_once() -> None:
    writer = StreamWriter("district", "north")
    writer.append(happened.ItemWithdrawn("item"))
    store = MemoryDepartments()

    Projector(store, rules_of(FIRST)).project(writer.records())

    parked = store.states[writer.stream].parked
    assert parked is not None
    assert parked.reason == "the stream begins with tongbao.item.withdrawn.v1"


def test_a_fact_told_twice_of_an_item_parks_the_department() -> None:
    writer = written()
    adopted = happened.ItemAdopted("item", "adoption", "daily", "Daily", "city", "paper", "whole", DAY)
    writer.append(adopted)
    writer.append(adopted)
    store = MemoryDepartments()

    Projector(store, rules_of(FIRST)).project(writer.records())

    parked = store.states[writer.stream].parked
    assert parked is not None
    assert parked.reason == "item item has a fact adoption already"
