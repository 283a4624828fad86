"""Posting over HTTP, one client, against a Flask route that does nothing on the same kind of server."""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.ports import free_port
from dev.stack import Stack
from tests.acceptance.client import Client
from tests.benchmarks import organisation
from tests.benchmarks.protocol import Pair
from tests.waiting import wait_for

DEPARTMENTS = 20
POSTS = 1_500
BATCHES = 20
BATCH = 500


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    with tempfile.TemporaryDirectory(prefix="tongbao-bench-") as directory, Stack(Path(directory)) as stack:
        names = describe(stack)
        with _noop_server() as noop:
            yield iter([_single(stack, noop, names), _batches(stack, noop, names)])


def describe(stack: Stack) -> list[str]:
    client = Client(stack.urls["submission"], stack.administrator_token)

    def put(path: str, body: Any) -> None:
        answer = client.put_text(path, body.decode()) if isinstance(body, bytes) else client.put(path, body)
        answer.expect(200, 201)

    return organisation.describe(put, DEPARTMENTS)


@contextmanager
def _noop_server() -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command += ["--keep-alive", "15", "--log-level", "error", "--bind", address, "tests.benchmarks.noop:create_app()"]
    server = subprocess.Popen(command)
    try:
        wait_for("the server that does nothing", lambda: _answers(address), seconds=20)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 404
    except OSError:
        return False
    finally:
        connection.close()


def _rate(address: str, path: str, bodies: list[bytes], headers: dict[str, str], status: int) -> float:
    """Requests a second of one client on one connection that is kept."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.connect()
    sent = {"Content-Type": "application/json", **headers}
    started = time.perf_counter()
    for body in bodies:
        connection.request("POST", path, body, sent)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status, answer.status
    taken = time.perf_counter() - started
    connection.close()
    return len(bodies) / taken


def _single(stack: Stack, noop: str, names: list[str]) -> Pair:
    bodies = [json.dumps(organisation.item(names[n % len(names)])).encode() for n in range(POSTS)]
    ours = stack.urls["submission"].removeprefix("http://")
    headers = {"Authorization": f"Bearer {stack.administrator_token}"}
    return Pair(
        "one durable POST",
        "requests/s",
        lambda: _rate(ours, f"{organisation.PATH}/items", bodies, headers, 201),
        lambda: _rate(noop, "/nothing", bodies, {}, 201),
        "a Flask route that does nothing",
        0.5,
    )


def _batches(stack: Stack, noop: str, names: list[str]) -> Pair:
    body = json.dumps({"items": [organisation.item(names[n % len(names)]) for n in range(BATCH)]}).encode()
    ours = stack.urls["submission"].removeprefix("http://")
    headers = {"Authorization": f"Bearer {stack.administrator_token}"}
    return Pair(
        f"a batch POST of {BATCH}",
        "requests/s",
        lambda: _rate(ours, f"{organisation.PATH}/items:batch", [body] * BATCHES, headers, 200),
        lambda: _rate(noop, "/validated", [body] * BATCHES, {}, 200),
        "marshmallow alone validating the same bodies",
        0.6,
    )
