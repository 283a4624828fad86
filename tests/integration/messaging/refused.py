"""For tests in which no broker answers."""

import gc
import logging
from collections.abc import Iterator

import pytest

REFUSED_SOCKETS = "ignore:unclosed <socket:ResourceWarning"
"""The library leaves the sockets of refused connections to the garbage collector."""


@pytest.fixture
def refused_sockets_collected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Has those sockets collected before the test ends, where that is forgiven, and not during a later test."""
    caplog.set_level(logging.CRITICAL, logger="kafka")  # log records would hold on to them, by their tracebacks
    yield
    gc.collect()
