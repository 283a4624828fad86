"""How a process starts and ends: one clear sentence on a mistake, an orderly stop on a signal."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from shared.operations import logging
from shared.operations.settings import SettingMistake

EXIT_SETTINGS = 2
EXIT_CRASHED = 1

log = logging.get(__name__)


def stop_on_signals() -> threading.Event:
    """An event that is set on SIGTERM or SIGINT. A second signal ends the process at once."""
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def run_process(name: str, main: Callable[[], None]) -> None:
    """Run ``main`` to its end. A mistake in the settings is told in one sentence; a crash is logged and ends with 1."""
    try:
        main()
    except SettingMistake as mistake:
        print(f"{name}: {mistake}", file=sys.stderr)
        raise SystemExit(EXIT_SETTINGS) from None
    except Exception:
        log.exception("process.crashed", name=name)
        raise SystemExit(EXIT_CRASHED) from None
