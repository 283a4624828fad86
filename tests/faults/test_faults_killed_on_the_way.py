"""The district's quarter again, while processes are killed and the broker is away: the same cells, the same alerts."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack import Stack
from tests.acceptance import district, story
from tests.acceptance.webhook_endpoint import WebhookEndpoint

KILLS = 10
VICTIMS = ("submission-relay", "scoring-consumer", "notify-dispatcher")
PAUSE_SECONDS_MAX = 0.8
BROKER_AWAY_SECONDS = 20.0
LINES_A_REQUEST = 40
APRIL_ITEMS = 20


@pytest.fixture
def endpoint() -> Iterator[WebhookEndpoint]:
    with WebhookEndpoint(story.SECRET) as listening:
        yield listening


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path, clock_shift=district.clock_shift_seconds()) as running:
        yield running


def _kill_at_random(stack: Stack, seed: int, stop: threading.Event, killed: dict[str, int]) -> None:
    chance = random.Random(seed)
    deaths = [victim for victim in VICTIMS for _ in range(KILLS)]
    chance.shuffle(deaths)
    for victim in deaths:
        if stop.wait(chance.uniform(0, PAUSE_SECONDS_MAX)):
            return
        stack.wait_running(victim)
        stack.kill(victim)
        killed[victim] = killed.get(victim, 0) + 1


def test_nothing_is_lost_or_doubled_when_processes_are_killed(stack: Stack, endpoint: WebhookEndpoint) -> None:
    services = story.Services.of(stack)
    district.describe(services.submission)
    story.subscribe(services.notify, endpoint)
    stop, killed = threading.Event(), dict[str, int]()
    killer = threading.Thread(target=_kill_at_random, args=(stack, 20140102, stop, killed))
    killer.start()
    try:
        lines = district.history()
        for start in range(0, len(lines), LINES_A_REQUEST):
            answers = services.submission.post_lines(f"{district.PATH}/imports", lines[start : start + LINES_A_REQUEST])
            assert answers[-1]["refused"] == 0
        district.go_live(services.submission)
        killer.join()
    finally:
        stop.set()
        killer.join()
    assert killed == dict.fromkeys(VICTIMS, KILLS)
    story.check_quarter(services, endpoint)


def test_clients_are_served_while_the_broker_is_away(stack: Stack, endpoint: WebhookEndpoint) -> None:
    services = story.Services.of(stack)
    district.describe(services.submission)
    story.subscribe(services.notify, endpoint)
    stack.stop_broker()
    back = threading.Timer(BROKER_AWAY_SECONDS, stack.start_broker)
    back.start()
    try:
        story.import_history(services.submission)
        district.go_live(services.submission)
        item = {"department": "publicity", "kind": "report", "title": "清明", "attributes": {"topic": "progress"}}
        for _ in range(APRIL_ITEMS):
            services.submission.post(f"{district.PATH}/items", item).expect(201)
        assert back.is_alive(), "the broker was back before the clients were served"
    finally:
        back.join()
    story.check_quarter(services, endpoint, april={"publicity": APRIL_ITEMS})
    assert int(story.totals(services.scoring, "month", "2014-04")["publicity"][0]) == APRIL_ITEMS
