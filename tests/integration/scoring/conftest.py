"""Scoring's own database, with the rulebooks of the tests in its directory."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from dev.kafka import Kafka
from dev.ports import free_port
from services.scoring import bootstrap
from shared.contracts.directory_events import SchemePublished
from shared.directory.apply import describe
from shared.messaging.topics import ensure_topics
from shared.operations.database import Pool, open_pool
from shared.schemes import read_scheme
from tests.reference.rulebooks import FIRST, SECOND

ORGANISATION = "district"


@pytest.fixture(scope="session")
def scoring_template(postgres_server: object) -> str:
    """The name of a migrated database, from which each test's is copied."""
    name = "scoring_template"
    bootstrap.migrate(postgres_server.create_database(name), report=lambda _: None)  # type: ignore[attr-defined]
    return name


@pytest.fixture
def own_broker(engine_directory: Path) -> Iterator[str]:
    """The bootstrap servers of a broker with the declared topics, to which nobody else writes."""
    with Kafka(engine_directory / "kafka-of-scoring", port=free_port()) as broker:
        ensure_topics(broker.bootstrap_servers)
        yield broker.bootstrap_servers
    shutil.rmtree(engine_directory / "kafka-of-scoring")


@pytest.fixture
def scoring_database(postgres_server: object, scoring_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database whose directory knows both versions of the rulebook."""
    name = f"scoring_{abs(hash(request.node.name))}"
    url = postgres_server.create_database(name, template=scoring_template)  # type: ignore[attr-defined]
    publish(url, 1, 2)
    yield url
    postgres_server.drop_database(name)  # type: ignore[attr-defined]


@pytest.fixture
def pool(scoring_database: str) -> Iterator[Pool]:
    with open_pool(scoring_database, 6, "scoring-tests") as pool:
        yield pool


def publish(url: str, *versions: int) -> None:
    """Put versions of the rulebook into the directory."""
    for version in versions:
        publish_text(url, (FIRST, SECOND)[version - 1])


def publish_text(url: str, text: str, organisation: str = ORGANISATION) -> None:
    """Put a scheme into the directory."""
    scheme = read_scheme(text)
    digest = sha256(text.encode()).hexdigest()
    published = SchemePublished(
        organisation, scheme.name, scheme.version, scheme.title, scheme.effective_from, text, digest
    )
    with psycopg.connect(url, autocommit=True) as conn:
        describe(conn, 1, published)
