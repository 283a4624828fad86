"""A notify database, with scoring's announcements folded into it."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from uuid import uuid4

import msgspec
import pytest
from flask import Flask

from dev.postgres import Postgres
from services.notify import bootstrap
from services.notify.config import NotifyWebSettings
from services.notify.consumer import Folding
from services.notify.http.app import assemble
from shared.contracts.directory_events import Role, TokenDescribed
from shared.contracts.envelope import Envelope, Event, encode, encode_data
from shared.contracts.scoring_events import QuotaMissed
from shared.directory.apply import describe
from shared.directory.tokens import secret_sha256
from shared.messaging import Record
from shared.operations.database import Pool, open_pool
from tests.integration.notify.calling import Caller
from tests.unit.notify.building import announced_in_order, obligation

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


@pytest.fixture
def app(pool: Pool) -> Flask:
    settings = NotifyWebSettings(
        database_url="", webhook_allowed_networks=(ip_network("127.0.0.0/8"),), alert_streams_max=2
    )
    made = assemble(settings, pool)
    made.testing = True
    return made


@pytest.fixture
def caller(app: Flask, pool: Pool) -> Callable[..., Caller]:
    """Makes tokens, and clients that use them."""

    def make(role: Role = "operator", organisation: str = "haidian", department: str | None = None) -> Caller:
        secret = f"tongbao_{uuid4().hex}"
        token = TokenDescribed(secret, secret_sha256(secret), "test", role, organisation, department, None, None)
        with pool.connection() as conn:
            describe(conn, 1, token)
        return Caller(app.test_client(), secret)

    return make


@pytest.fixture
def missed(fold: Callable[[Sequence[Event]], None]) -> list[Event]:
    """Three departments have missed a quota; the alerts are open."""
    events = list(announced_in_order(*(QuotaMissed(obligation(department=f"street-{n}")) for n in (1, 2, 3))))
    fold(events)
    return events
