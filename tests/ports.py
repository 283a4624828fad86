"""Room for a second stack beside whatever else listens on this machine."""

import os
import random

from dev.child import StackError
from dev.ports import require_free_port
from dev.processes import PORTS
from tests.waiting import wait_for

WORKERS = 8
_STEP = 100
"""The usual ports of one stack, the broker's aside, lie closer together than this."""


def free_offset() -> int:
    """By how much to move all the usual ports so that each is free; another one in each worker of a test run."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    chance = random.SystemRandom()

    def free() -> int | None:
        candidate = _STEP * (WORKERS * chance.randrange(3, 11) + worker)
        try:
            for name, port in PORTS.items():
                require_free_port(port + candidate, name)
        except StackError:
            return None
        return candidate

    return wait_for("free ports", free, seconds=10.0)
