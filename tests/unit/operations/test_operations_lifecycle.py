import json
import logging as standard_logging
import os
import signal
from collections.abc import Iterator

import pytest
import structlog

from shared.operations import lifecycle, logging
from shared.operations.settings import SettingMistake


@pytest.fixture(autouse=True)
def default_logging() -> Iterator[None]:
    root = standard_logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_a_signal_asks_for_the_end_and_a_second_one_insists() -> None:
    stop = lifecycle.stop_on_signals()
    assert not stop.is_set()

    os.kill(os.getpid(), signal.SIGTERM)
    assert stop.wait(2)

    with pytest.raises(SystemExit) as ended:
        os.kill(os.getpid(), signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM


def test_a_mistake_in_a_setting_ends_the_start_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise SettingMistake("TONGBAO_HTTP_PORT is 0 but must be at least 1.")

    with pytest.raises(SystemExit) as ended:
        lifecycle.run_process("submission web", main)

    assert ended.value.code == lifecycle.EXIT_SETTINGS
    assert capsys.readouterr().err == "submission web: TONGBAO_HTTP_PORT is 0 but must be at least 1.\n"


def test_a_crash_is_logged_and_ends_with_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise RuntimeError("boom")

    with pytest.raises(SystemExit) as ended:
        lifecycle.run_process("submission web", main)

    assert ended.value.code == lifecycle.EXIT_CRASHED
    assert "boom" in capsys.readouterr().out


def test_log_lines_are_json_and_carry_what_is_bound(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure("submission", "web", "json", "info")
    log = logging.get("test")

    with logging.bound(organisation="haidian", correlation_id="c-1"):
        log.info("item.submitted", department="d1")
    log.debug("not shown")

    (line,) = capsys.readouterr().out.splitlines()
    entry = json.loads(line)
    assert entry["event"] == "item.submitted"
    assert (entry["service"], entry["process"], entry["level"]) == ("submission", "web", "info")
    assert (entry["organisation"], entry["department"], entry["correlation_id"]) == ("haidian", "d1", "c-1")
