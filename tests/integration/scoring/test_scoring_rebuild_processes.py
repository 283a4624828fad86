"""The command as an operator runs it: processes of its own, a real broker, Ctrl-C in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from dev.kafka import Kafka
from dev.ports import free_port
from services.scoring import bootstrap
from shared.contracts.department_events import TOPIC, ItemSubmitted
from shared.messaging.kafka_lag import KafkaGroupLag
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import ensure_topics, partitions
from shared.operations.database import Pool
from tests.integration.scoring.rebuilds import content
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.waiting import wait_for

GROUP = "scoring"


@pytest.fixture(scope="module")
def servers(engine_directory: Path) -> Iterator[str]:
    """A broker whose topics nobody else writes to."""
    with Kafka(engine_directory / "kafka-of-rebuilds", port=free_port()) as broker:
        ensure_topics(broker.bootstrap_servers)
        yield broker.bootstrap_servers


@pytest.fixture
def conn(scoring_database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(scoring_database, autocommit=True) as connection:
        yield connection


def recorded(servers: str) -> list[StreamWriter]:
    """Some departments, on the topic."""
    writers = []
    producer = KafkaProducerAdapter(servers)
    for number in range(8):
        writer = StreamWriter("district", f"department-{number}")
        writer.register([everything()[0]], date(2014, 1, 1), tags=("key",))
        for item in range(60):
            report = ItemSubmitted(f"item-{item}", "everything", "report", "标题", attributes={"topic": "progress"})
            writer.tell(report, writer.now + timedelta(hours=9))
        for value in writer.values:
            producer.send(TOPIC, writer.stream, value)
        writers.append(writer)
    producer.flush()
    producer.close()
    return writers


def fold(pool: Pool, servers: str, events: int) -> None:
    """As a member of the group does it, offsets committed."""
    projection = bootstrap.projection(pool)
    source = KafkaSource(servers, GROUP, [TOPIC])
    source.start(lambda _: None)
    folded = 0

    def all_folded() -> bool:
        nonlocal folded
        folded += projection.projector.project(source.poll(100, 1000)).folded
        projection.projector.settle()
        source.commit()
        return folded == events

    wait_for("everything is folded", all_folded, seconds=60)
    source.close()
    projection.close()


def command(url: str, servers: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "services.scoring", "rebuild", "--workers", "2", *arguments],
        env={**os.environ, "TONGBAO_DATABASE_URL": url, "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": servers},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_command_stops_at_ctrl_c_goes_on_and_reports_what_it_found(
    scoring_database: str, pool: Pool, conn: Connection[Any], servers: str
) -> None:
    # given what a consumer has folded, and how far behind it was
    writers = recorded(servers)
    events = sum(len(writer.values) for writer in writers)
    lag = KafkaGroupLag(servers, GROUP, partitions(TOPIC))
    assert lag() == events
    fold(pool, servers, events)
    wait_for("nothing is left", lambda: lag() == 0, seconds=10)
    lag.close()
    before = content(conn)
    conn.execute("UPDATE totals SET amount = amount + 1 WHERE department = 'department-3' AND calendar = 'year'")

    # when a rebuild is begun and stopped
    stopped = command(scoring_database, servers)
    wait_for(
        "it is begun",
        lambda: conn.execute("SELECT to_regclass('rebuilding.bookmarks')").fetchone() != (None,),
        seconds=60,
    )
    stopped.send_signal(signal.SIGINT)
    told, _ = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, told
    assert "the next run goes on from here" in told

    # then the next one goes on, says what differs, and takes over only when that is accepted
    refusing = command(scoring_database, servers)
    told, _ = refusing.communicate(timeout=120)
    assert refusing.returncode == 3, told
    assert "going on with the generation that was begun before" in told
    assert "differs: district/department-3: totals" in told
    accepting = command(scoring_database, servers, "--accept-differences")
    told, _ = accepting.communicate(timeout=120)
    assert accepting.returncode == 0, told
    assert "the rebuilt generation is live now" in told
    assert content(conn) == before
