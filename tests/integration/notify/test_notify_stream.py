"""The stream of alerts' changes, as server-sent events."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask

from services.notify.http import stream
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMissed
from shared.operations.database import Pool
from tests.integration.notify.calling import Caller, revoke
from tests.unit.notify.building import announced_in_order, obligation

Fold = Callable[[Sequence[Event]], None]


def events(answer: Any) -> Iterator[dict[str, str]]:
    """The server-sent events of a streamed answer, as they come."""
    text = ""
    for piece in answer.response:
        text += piece.decode()
        while "\n\n" in text:
            block, text = text.split("\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "data" in fields:
                yield fields


@pytest.fixture
def quick_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "POLL_S", 0.01)


@pytest.mark.usefixtures("missed", "quick_stream")
def test_the_stream_goes_on_behind_the_last_event_that_was_seen(caller: Callable[..., Caller], fold: Fold) -> None:
    answer = caller("reader")("GET", "alerts/stream", Last_Event_ID="1")
    told = events(answer)

    seen = [next(told), next(told)]
    fold(list(announced_in_order(QuotaMissed(obligation(department="street-9")))))
    seen.append(next(told))
    answer.close()

    assert answer.mimetype == "text/event-stream"
    assert [each["id"] for each in seen] == ["2", "3", "4"]
    assert seen[2]["event"] == "alert.opened"
    assert json.loads(seen[2]["data"])["data"]["department"] == "street-9"


@pytest.mark.usefixtures("missed", "quick_stream")
def test_the_stream_begins_with_what_happens_next(caller: Callable[..., Caller], fold: Fold) -> None:
    answer = caller("reader")("GET", "alerts/stream")
    fold(list(announced_in_order(QuotaMissed(obligation(department="street-9")))))

    assert next(events(answer))["id"] == "4"
    answer.close()


@pytest.mark.usefixtures("missed", "quick_stream")
def test_a_token_of_a_department_follows_its_own_changes_only(caller: Callable[..., Caller]) -> None:
    answer = caller("reader", department="street-2")("GET", "alerts/stream", Last_Event_ID="0")

    assert json.loads(next(events(answer))["data"])["data"]["department"] == "street-2"
    answer.close()


@pytest.mark.usefixtures("missed", "quick_stream")
def test_a_revoked_token_ends_its_stream(caller: Callable[..., Caller], pool: Pool) -> None:
    asking = caller("operator")
    answer = asking("GET", "alerts/stream", Last_Event_ID="2")
    told = events(answer)
    assert next(told)["id"] == "3"

    revoke(pool, asking)

    assert list(told) == []


@pytest.mark.usefixtures("quick_stream")
def test_more_streams_than_possible_are_asked_to_come_back(caller: Callable[..., Caller]) -> None:
    reader = caller("reader")
    first, second, third = (reader("GET", "alerts/stream") for _ in range(3))

    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 503)
    assert third.headers["Retry-After"] == "10"
    first.close()
    again = reader("GET", "alerts/stream")
    assert again.status_code == 200
    for each in (second, again):
        each.close()


@pytest.mark.usefixtures("quick_stream")
def test_a_quiet_stream_sends_heartbeats_that_move_the_last_event_id(
    caller: Callable[..., Caller], missed: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.0)
    answer = caller("reader", department="street-7")("GET", "alerts/stream", Last_Event_ID="0")

    pieces = iter(answer.response)
    heartbeat = [next(pieces), next(pieces)][1].decode()
    answer.close()

    assert heartbeat.startswith(":")
    assert f"id: {len(missed)}\n\n" in heartbeat


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "9" * 30])
def test_a_last_event_id_that_makes_no_sense_is_refused(caller: Callable[..., Caller], text: str) -> None:
    answer = caller("reader")("GET", "alerts/stream", Last_Event_ID=text)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Last-Event-ID"


def test_a_process_that_is_told_to_stop_ends_its_streams(app: Flask, caller: Callable[..., Caller]) -> None:
    answer = caller("reader")("GET", "alerts/stream")
    app.extensions["notify"].stopping.set()

    assert list(events(answer)) == []
