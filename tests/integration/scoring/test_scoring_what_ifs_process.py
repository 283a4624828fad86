"""The process of what-ifs, as it runs beside the others: on a real broker, answering /readyz, stopping when told."""

import os
import signal
import subprocess
import sys
import urllib.request
from datetime import date
from urllib.error import URLError

import psycopg

from dev.ports import free_port
from services.scoring.adapters.what_ifs.store import ChangeFilter, PostgresWhatIfs, ask
from services.scoring.application.what_ifs.differences import LineChange
from services.scoring.application.what_ifs.questions import Draft, Question
from shared.operations.database import Pool
from tests.ending import ending
from tests.integration.scoring.topics import fold, recorded
from tests.reference.rulebooks import FIRST
from tests.waiting import wait_for


def test_the_process_answers_what_was_asked_and_stops_when_told(
    scoring_database: str, pool: Pool, own_broker: str
) -> None:
    # given what is recorded, and a draft under which reports count double
    writers = recorded(own_broker)
    fold(pool, own_broker, sum(len(writer.values) for writer in writers))
    draft = Draft("everything", FIRST.replace("total: reports +", "total: reports * 2 +"))
    first = date(2014, 1, 1)
    with psycopg.connect(scoring_database, autocommit=True) as conn, conn.transaction():
        asked = ask(conn, Question("district", "double", draft, first, date(2014, 1, 5)))

    # when the process runs
    port = free_port()
    with ending(
        [sys.executable, "-m", "services.scoring", "what-ifs"],
        env={
            **os.environ,
            "TONGBAO_DATABASE_URL": scoring_database,
            "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": own_broker,
            "TONGBAO_STATUS_PORT": str(port),
        },
        stdout=subprocess.DEVNULL,
    ) as process:
        wait_for("it is ready", lambda: _ready(port), seconds=60)
        what_ifs = PostgresWhatIfs(pool)
        wait_for("it is answered", lambda: _state(what_ifs, asked.id) == "done", seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    # then every department's first month has another total
    changes = [change for _, change in what_ifs.changes(asked.id, ChangeFilter(calendar="month"), 0, 100)]
    assert [(one.department, one.period) for one in changes] == [(writer.department, "2014-01") for writer in writers]
    for change in changes:
        (line,) = change.lines
        assert line == LineChange("total", line.before, 2 * line.before)  # type: ignore[operator]


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _state(what_ifs: PostgresWhatIfs, id: object) -> str:
    found = what_ifs.find("district", id)  # type: ignore[arg-type]
    assert found is not None
    assert found.state != "failed", found.told
    return found.state
