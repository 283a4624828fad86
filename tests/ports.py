"""Room for a second stack beside whatever else listens on this machine."""

import random

from dev.child import StackError
from dev.ports import require_free_port
from dev.processes import PORTS
from tests.waiting import wait_for


def free_offset() -> int:
    """By how much to move all the usual ports so that each is free."""

    def free() -> int | None:
        candidate = random.SystemRandom().randrange(2_000, 9_000)
        try:
            for name, port in PORTS.items():
                require_free_port(port + candidate, name)
        except StackError:
            return None
        return candidate

    return wait_for("free ports", free, seconds=10.0)
