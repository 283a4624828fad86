"""The command as an operator runs it: processes of its own, a real broker, Ctrl-C in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from shared.contracts.department_events import TOPIC
from shared.messaging.kafka_lag import KafkaGroupLag
from shared.messaging.topics import partitions
from shared.operations.database import Pool
from tests.ending import ending
from tests.integration.scoring.rebuilds import content
from tests.integration.scoring.topics import GROUP, fold, recorded
from tests.waiting import wait_for


@pytest.fixture
def conn(scoring_database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(scoring_database, autocommit=True) as connection:
        yield connection


def command(url: str, servers: str, *arguments: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    return ending(
        [sys.executable, "-m", "services.scoring", "rebuild", "--workers", "2", *arguments],
        env={**os.environ, "TONGBAO_DATABASE_URL": url, "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": servers},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_the_command_stops_at_ctrl_c_goes_on_and_reports_what_it_found(
    scoring_database: str, pool: Pool, conn: Connection[Any], own_broker: str
) -> None:
    # given what a consumer has folded, and how far behind it was
    writers = recorded(own_broker)
    events = sum(len(writer.values) for writer in writers)
    lag = KafkaGroupLag(own_broker, GROUP, partitions(TOPIC))
    assert lag() == events
    fold(pool, own_broker, events)
    wait_for("nothing is left", lambda: lag() == 0, seconds=10)
    lag.close()
    before = content(conn)
    conn.execute("UPDATE totals SET amount = amount + 1 WHERE department = 'department-3' AND calendar = 'year'")

    # when a rebuild is begun and stopped
    with command(scoring_database, own_broker) as stopped:
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
    with command(scoring_database, own_broker) as refusing:
        told, _ = refusing.communicate(timeout=120)
    assert refusing.returncode == 3, told
    assert "going on with the generation that was begun before" in told
    assert "differs: district/department-3: totals" in told
    with command(scoring_database, own_broker, "--accept-differences") as accepting:
        told, _ = accepting.communicate(timeout=120)
    assert accepting.returncode == 0, told
    assert "the rebuilt generation is live now" in told
    assert content(conn) == before
