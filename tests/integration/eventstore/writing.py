"""What these tests write, and the rule that every stream must keep."""

from collections.abc import Iterable

from shared.contracts.department_events import ItemWithdrawn
from shared.contracts.envelope import Event
from shared.eventstore import StoredEvent, Trace

TOPIC = "department-events"
TRACE = Trace("a-request", None, "token:a")


def events(count: int) -> list[object]:
    return [ItemWithdrawn(f"item-{number}") for number in range(count)]


def assert_whole(stored: Iterable[StoredEvent | Event], *, first: int = 1) -> None:
    """Dense versions, each naming the event before it, at instants that never go back."""
    before: StoredEvent | Event | None = None
    for version, event in enumerate(stored, first):
        assert event.version == version
        if before is None:
            assert (event.previous_id is None) == (version == 1)
        else:
            assert event.previous_id == before.id
            assert event.recorded_at >= before.recorded_at
        before = event
