"""What may be folded next, and what parks a stream."""

from uuid import uuid4

from services.notify.domain.positions import Arrival, Position, Whereabouts, place
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMissed
from tests.unit.notify.building import OBLIGATION, announced

STREAM = "haidian/street-1"
FIRST = announced(QuotaMissed(OBLIGATION), 1)
SECOND = announced(QuotaMissed(OBLIGATION), 2, FIRST.id)
THIRD = announced(QuotaMissed(OBLIGATION), 3, SECOND.id)


def arriving(event: Event, offset: int = 0) -> Arrival:
    return Arrival(STREAM, event.version, event, "", Whereabouts(0, offset))


def undecodable(version: int | None, offset: int = 0) -> Arrival:
    return Arrival(STREAM, version, None, "unknown event type", Whereabouts(0, offset))


def placed(*arrivals: Arrival) -> tuple[list[str], Position]:
    position = Position(STREAM)
    placements: list[str] = []
    for arrival in arrivals:
        placement, position = place(position, arrival)
        placements.append(placement)
    return placements, position


def test_events_are_folded_in_their_order() -> None:
    placements, position = placed(arriving(FIRST), arriving(SECOND))

    assert placements == ["next", "next"]
    assert (position.version, position.last_event_id) == (2, SECOND.id)


def test_what_comes_twice_is_dropped() -> None:
    assert placed(arriving(FIRST), arriving(FIRST), arriving(SECOND), arriving(FIRST))[0] == [
        "next",
        "duplicate",
        "next",
        "duplicate",
    ]


def test_a_gap_parks_the_stream_and_says_which_version_is_missing() -> None:
    placements, position = placed(arriving(FIRST), arriving(THIRD, offset=7))

    assert placements == ["next", "parked"]
    assert position.parked is not None
    assert position.parked.reason == "version 2 is missing: version 3 came after version 1"
    assert position.parked.whereabouts == Whereabouts(0, 7)


def test_another_predecessor_parks_the_stream() -> None:
    other = announced(QuotaMissed(OBLIGATION), 2, uuid4())

    placements, position = placed(arriving(FIRST), arriving(other))

    assert placements == ["next", "parked"]
    assert position.parked is not None
    assert "the last one folded is" in position.parked.reason


def test_an_undecodable_event_parks_the_stream() -> None:
    placements, position = placed(arriving(FIRST), undecodable(2))

    assert placements == ["next", "parked"]
    assert position.parked is not None
    assert (position.parked.version, position.parked.reason) == (2, "unknown event type")


def test_an_undecodable_event_that_was_folded_long_ago_is_dropped() -> None:
    assert placed(arriving(FIRST), undecodable(1))[0] == ["next", "duplicate"]


def test_what_follows_a_parked_event_is_held_back() -> None:
    placements, position = placed(arriving(FIRST), undecodable(2, 1), arriving(THIRD, 2))

    assert placements == ["next", "parked", "held"]
    assert position.parked is not None
    assert position.parked.whereabouts == Whereabouts(0, 1)


def test_the_awaited_event_lets_a_parked_stream_go_on() -> None:
    placements, position = placed(arriving(FIRST), arriving(THIRD, 1), arriving(SECOND, 2), arriving(THIRD, 3))

    assert placements == ["next", "parked", "next", "next"]
    assert position.parked is None


def test_a_resumption_in_vain_is_over_when_the_same_record_fails_again() -> None:
    _, position = placed(arriving(FIRST), arriving(THIRD, 1))
    asked = Position(STREAM, position.version, position.last_event_id, position.recorded_at, position.parked, True)

    placement, after = place(asked, arriving(THIRD, 1))

    assert placement == "parked"
    assert not after.resume_requested
