"""Posting over HTTP, one client, against a Flask route that does nothing on the same kind of server."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev.ports import free_port
from dev.postgres import Postgres
from tests.acceptance.client import Client
from tests.benchmarks import organisation
from tests.benchmarks.engines import postgres_alone
from tests.benchmarks.protocol import Pair
from tests.benchmarks.serving import serving

TOKEN = "benchmark-administrator-token"
DEPARTMENTS = 20
POSTS = 1_500
BATCHES = 20
BATCH = 500


@contextmanager
def comparisons() -> Iterator[Iterator[Pair]]:
    """The web process alone, as the bare server is: what becomes of the events afterwards is other processes' work."""
    with postgres_alone() as postgres, _submission_server(postgres) as ours, _noop_server() as noop:
        names = describe(Client(f"http://{ours}", TOKEN))
        yield iter([_single(ours, noop, names), _batches(ours, noop, names)])


def describe(client: Client) -> list[str]:
    """Describe the organisation to the submission service that ``client`` talks to; the names of its departments."""

    def put(path: str, body: Any) -> None:
        answer = client.put_text(path, body.decode()) if isinstance(body, bytes) else client.put(path, body)
        answer.expect(200, 201)

    return organisation.describe(put, DEPARTMENTS)


@contextmanager
def _submission_server(postgres: Postgres) -> Iterator[str]:
    """The real process ``web``, on a database of its own."""
    port = free_port()
    environment = {
        **os.environ,
        "TONGBAO_DATABASE_URL": postgres.create_database("submission"),
        "TONGBAO_HTTP_PORT": str(port),
        "TONGBAO_ADMINISTRATOR_TOKEN": TOKEN,
        "TONGBAO_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "services.submission"]
    subprocess.run([*command, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with serving(f"127.0.0.1:{port}", [*command, "web"], environment) as address:
        yield address


@contextmanager
def _noop_server() -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command += ["--keep-alive", "15", "--log-level", "error", "--bind", address, "tests.benchmarks.noop:create_app()"]
    with serving(address, command, dict(os.environ)) as listening:
        yield listening


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


def _single(ours: str, noop: str, names: list[str]) -> Pair:
    bodies = [json.dumps(organisation.item(names[n % len(names)])).encode() for n in range(POSTS)]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Pair(
        "one durable POST",
        "requests/s",
        lambda: _rate(ours, f"{organisation.PATH}/items", bodies, headers, 201),
        lambda: _rate(noop, "/nothing", bodies, {}, 201),
        "a Flask route that does nothing",
        0.5,
    )


def _batches(ours: str, noop: str, names: list[str]) -> Pair:
    body = json.dumps({"items": [organisation.item(names[n % len(names)]) for n in range(BATCH)]}).encode()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Pair(
        f"a batch POST of {BATCH}",
        "requests/s",
        lambda: _rate(ours, f"{organisation.PATH}/items:batch", [body] * BATCHES, headers, 200),
        lambda: _rate(noop, "/validated", [body] * BATCHES, {}, 200),
        "marshmallow alone validating the same bodies",
        0.6,
    )
