"""Notify's processes as they are started."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from typing import Any

import pytest

from shared.contracts.directory_events import TokenDescribed
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaMissed
from shared.directory.apply import describe
from shared.directory.tokens import secret_sha256
from shared.operations.database import Pool
from tests.integration.notify.receiving import wait_for
from tests.unit.notify.building import OBLIGATION, announced_in_order

STOPS_S_MAX = 15
Process = subprocess.Popen[bytes]


def started(command: str, **settings: str) -> Process:
    return subprocess.Popen([sys.executable, "-m", "services.notify", command], env={**os.environ, **settings})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answer(port: int, path: str) -> Any:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.read().decode()
    except OSError:
        return None


def end(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOPS_S_MAX)
    finally:
        process.kill()


def test_the_web_process_ends_in_time_though_somebody_follows_the_stream(
    pool: Pool, database: str, fold: Callable[[Sequence[Event]], None]
) -> None:
    secret, port = "tongbao_follower", free_port()
    with pool.connection() as conn:
        describe(conn, 1, TokenDescribed("t", secret_sha256(secret), "t", "reader", "haidian", None, None, None))
    fold(list(announced_in_order(QuotaMissed(OBLIGATION))))
    process = started(
        "web",
        TONGBAO_DATABASE_URL=database,
        TONGBAO_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1",
        TONGBAO_HTTP_PORT=str(port),
        TONGBAO_WEB_WORKERS="1",
    )
    try:
        wait_for(lambda: answer(port, "/readyz"), limit_s=30)
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Authorization": f"Bearer {secret}", "Last-Event-ID": "0"}
        connection.request("GET", "/v1/organisations/haidian/alerts/stream", headers=headers)
        response = connection.getresponse()
        lines = [response.readline() for _ in range(5)]
        assert b"event: alert.opened\n" in lines
        assert "tongbao_notify_streams_open 1.0" in answer(port, "/metrics")
        assert end(process) == 0
        assert b"alert" not in response.read()
        connection.close()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("command", ["dispatcher", "consumer", "relay"])
def test_a_process_says_when_it_is_ready_and_ends_when_told(command: str, database: str, kafka_bootstrap: str) -> None:
    port = free_port()
    process = started(
        command,
        TONGBAO_DATABASE_URL=database,
        TONGBAO_KAFKA_BOOTSTRAP_SERVERS=kafka_bootstrap,
        TONGBAO_STATUS_PORT=str(port),
    )
    try:
        wait_for(lambda: answer(port, "/readyz"), limit_s=30)
        assert "tongbao_" in answer(port, "/metrics")
        assert end(process) == 0
    finally:
        process.kill()
        process.wait()


def test_a_mistaken_setting_ends_the_start_with_one_sentence(database: str) -> None:
    environment = {**os.environ, "TONGBAO_DATABASE_URL": database, "TONGBAO_WEBHOOK_ALLOWED_NETWORKS": "10.0.0.1/8"}

    ended = subprocess.run(
        [sys.executable, "-m", "services.notify", "dispatcher"], env=environment, capture_output=True, timeout=30
    )

    assert ended.returncode == 2
    assert ended.stderr.decode().count("\n") == 1
    assert "TONGBAO_WEBHOOK_ALLOWED_NETWORKS" in ended.stderr.decode()
