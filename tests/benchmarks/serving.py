"""A server process of its own, for as long as it is measured."""

import http.client
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.waiting import wait_for


@contextmanager
def serving(address: str, command: list[str], environment: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"the server at {address}", lambda: _answers(address), seconds=30)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
