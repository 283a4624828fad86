"""Wait for a condition, with a limit: tests never sleep in the hope that something is done by then."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_SECONDS = 0.02


def wait_for(what: str, probe: Callable[[], T | None], *, seconds: float) -> T:
    """The first truthy answer of ``probe``. Raises AssertionError naming ``what`` when ``seconds`` have passed."""
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s; last answer {answer!r}")
        time.sleep(PAUSE_SECONDS)
