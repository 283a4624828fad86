"""The process ``web`` as it runs: gunicorn with two workers of four threads, over real sockets."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.ports import free_port
from dev.postgres import Postgres
from shared.eventstore.migrate import migrate
from shared.operations.database import Pool, open_pool
from tests.integration.web.conftest import MIGRATIONS, IssueToken
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[3]
START_S, STOP_S = 90, 60
NOTES = "/v1/organisations/haidian/notes"
SERVE = (
    "from shared.operations.settings import WebSettings, read;"
    "from shared.operations.lifecycle import run_process;"
    "from shared.web.server import serve;"
    "run_process('example web',"
    " lambda: serve('tests.integration.web.example_service:create_from_environment()', read(WebSettings)))"
)


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[str]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)

    def get(self, path: str) -> tuple[int, str]:
        connection = self.connect()
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


def start(port: int, database: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "TONGBAO_DATABASE_URL": database, "TONGBAO_HTTP_PORT": str(port), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=environ,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextmanager
def serving(database: str) -> Iterator[Served]:
    port = free_port()
    server = Served(port, start(port, database))

    def answers() -> bool:
        assert server.process.poll() is None, server.process.communicate()[0]
        try:
            return server.get("/readyz")[0] == 200
        except OSError:
            return False

    try:
        wait_for("the first answer", answers, seconds=START_S)
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=STOP_S)


@pytest.fixture(scope="module")
def database(postgres_server: Postgres) -> Iterator[str]:
    yield postgres_server.create_database("serving")
    postgres_server.drop_database("serving")


@pytest.fixture(scope="module")
def pool(database: str) -> Iterator[Pool]:
    migrate(database, *MIGRATIONS)
    with open_pool(database, 2, "test") as opened:
        with opened.connection() as conn:
            conn.execute("CREATE TABLE notes (note bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        yield opened


@pytest.fixture(scope="module")
def served(pool: Pool, database: str) -> Iterator[Served]:
    with serving(database) as server:
        yield server


def test_figures_are_those_of_all_workers(served: Served) -> None:
    def ask(times: int) -> None:
        for _ in range(times):
            assert served.get("/problems/")[0] == 200

    threads = [threading.Thread(target=ask, args=(10,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    expected = 'tongbao_http_request_seconds_count{method="GET",route="/problems/",status="200"} 40.0'
    wait_for("all forty", lambda: expected in served.get("/metrics")[1], seconds=10)


@pytest.mark.parametrize("connection_header", ["keep-alive", "close"])
def test_a_body_that_is_too_large_is_answered_and_not_cut_off(
    served: Served, issue_token: IssueToken, connection_header: str
) -> None:
    connection = served.connect()
    headers = {
        "Authorization": issue_token("submitter"),
        "Content-Type": "application/json",
        "Connection": connection_header,
    }

    connection.request("POST", NOTES, b'{"text": "' + b"x" * 2_000_000 + b'"}', headers)
    response = connection.getresponse()

    assert response.status == 413
    assert json.loads(response.read())["type"] == "/problems/body-too-large"
    connection.close()


def test_a_body_sent_in_pieces_has_the_same_limit(served: Served, issue_token: IssueToken) -> None:
    connection = served.connect()
    headers = {"Authorization": issue_token("submitter"), "Content-Type": "application/json"}

    connection.request("POST", NOTES, iter([b"x" * 65_536] * 32), headers)
    response = connection.getresponse()
    told = response.read().decode()
    connection.close()

    assert response.status == 413, told


def test_a_request_that_is_no_http_is_refused_without_harm(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert b"400" in raw.recv(1024)

    assert served.get("/livez")[0] == 200


def test_a_request_under_way_is_answered_before_the_end(issue_token: IssueToken, pool: Pool, database: str) -> None:
    headers = {"Authorization": issue_token("submitter"), "Content-Type": "application/json"}
    with serving(database) as server:
        connection = server.connect()
        with pool.connection() as conn, conn.transaction():
            conn.execute("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
            connection.request("POST", NOTES, b'{"text": "a"}', headers)

            def waits() -> bool:
                waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notes'::regclass"
                return bool(conn.execute(waiting).fetchall()[0][0])

            wait_for("the request to wait for the lock", waits, seconds=30)
            server.process.send_signal(signal.SIGTERM)

        assert connection.getresponse().status == 201
        connection.close()
        assert server.process.wait(STOP_S) == 0


def test_a_port_that_is_taken_is_told_in_one_sentence(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        process = start(port, database)
        told = process.communicate(timeout=START_S)[0]

    assert process.returncode == 2
    assert told == f"example web: TONGBAO_HTTP_PORT: cannot listen on 127.0.0.1:{port}: Address already in use.\n"
