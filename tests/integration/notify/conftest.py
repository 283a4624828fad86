"""A notify database, with scoring's announcements folded into it."""

import itertools
from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest

from dev.postgres import Postgres
from services.notify import bootstrap
from services.notify.consumer import Folding
from shared.contracts.envelope import Envelope, Event, encode, encode_data
from shared.messaging import Record
from shared.operations.database import Pool, open_pool

SCORING_URL = "http://127.0.0.1:8102"


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def notify_template(postgres_server: Postgres) -> str:
    """The name of a migrated database, to be copied."""
    name = "notify_template"
    bootstrap.migrate(postgres_server.create_database(name), report=lambda _: None)
    return name


@pytest.fixture
def database(postgres_server: Postgres, notify_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database of notify, dropped after the test."""
    name = f"notify_{next(_numbers)}"
    url = postgres_server.create_database(name, template=notify_template)
    try:
        yield url
    finally:
        postgres_server.drop_database(name)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database, 8, "notify-test") as opened:
        yield opened


@pytest.fixture
def folding(pool: Pool) -> Folding:
    return Folding(pool, SCORING_URL)


@pytest.fixture
def fold(folding: Folding) -> Callable[[Sequence[Event]], None]:
    """Folds events as one batch of the consumer."""
    return lambda events: folding([record(event) for event in events])


def record(event: Event, offset: int = 0) -> Record:
    """The event as it lies in scoring-events."""
    return Record("scoring-events", 0, offset, event.stream, envelope(event))


def envelope(event: Event) -> bytes:
    return encode(
        Envelope(
            id=event.id,
            source="/scoring",
            type=event.type,
            subject=event.stream,
            time=event.recorded_at,
            version=event.version,
            previousid=event.previous_id,
            correlationid=event.correlation_id,
            causationid=event.causation_id,
            actor=event.actor,
            data=msgspec.Raw(encode_data(event.data)),
        )
    )
