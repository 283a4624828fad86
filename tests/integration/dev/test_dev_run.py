"""`python -m dev run`, as a person at a terminal meets it."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.demo.rulebooks import DEFAULT, offered
from dev.processes import PORTS, PROCESSES
from tests.ports import free_offset
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT_S = 240.0
STOP_LIMIT_S = 60.0
RUNNING = "Tongbao is running."
TOKEN = r"(tongbao_[A-Za-z0-9_-]+)"


@dataclass
class Run:
    """One `python -m dev run` on `data`, with what it has said so far in a file."""

    data: Path
    offset: int
    said_file: Path
    process: "subprocess.Popen[bytes]"

    def said(self) -> str:
        return self.said_file.read_text()

    def wait_running(self) -> str:
        def running() -> bool:
            assert self.process.poll() is None, self.said()
            return RUNNING in self.said()

        wait_for("the stack", running, seconds=START_LIMIT_S)
        return self.said()

    def wait_ended(self) -> int:
        return self.process.wait(STOP_LIMIT_S)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tongbao-run-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def offset() -> int:
    """Moves all the usual ports to free ones."""
    return free_offset()


def _start(data: Path, offset: int, *options: str) -> Run:
    said_file = data / f"said-{random.randrange(1 << 32):08x}"
    with said_file.open("wb") as said:
        command = [sys.executable, "-m", "dev", "run", "--data-dir", str(data / "stack"), f"--port-offset={offset}"]
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
    return Run(data, offset, said_file, process)


@pytest.fixture(scope="module")
def run(data: Path, offset: int) -> Iterator[Run]:
    started = _start(data, offset)
    try:
        started.wait_running()
        yield started
    finally:
        started.process.terminate()
        started.process.wait(STOP_LIMIT_S)


def test_the_two_printed_commands_work_when_pasted(run: Run) -> None:
    submit, read = [line for line in run.said().splitlines() if line.startswith("curl ")]

    submitted = json.loads(subprocess.run(submit, shell=True, check=True, capture_output=True).stdout)
    card = json.loads(subprocess.run(read, shell=True, check=True, capture_output=True).stdout)

    assert submitted["department"] == "culture"
    assert submitted["id"]
    assert card["department"] == "culture"


def test_the_printed_page_asks_a_browser_to_sign_in_and_shows_the_scorecards_to_the_token(run: Run) -> None:
    address = _printed(r"scorecards\s+(http\S+)", run)
    browser = ["curl", "-sSL", "-H", "Accept: text/html", "-w", "%{http_code}", address]
    authorization = f"Authorization: Bearer {_printed(TOKEN, run)}"

    signing_in = subprocess.run(browser, check=True, capture_output=True, text=True).stdout
    page = subprocess.run([*browser, "-H", authorization], check=True, capture_output=True, text=True).stdout

    assert signing_in.endswith("200")
    assert 'type="password"' in signing_in
    assert page.endswith("200")
    assert "区文化委" in page


def test_the_other_rulebooks_are_offered_with_the_command_that_loads_them(run: Run) -> None:
    others = [name for name in offered() if name != DEFAULT]
    wait_for("the offers", lambda: others[-1] in run.said(), seconds=5.0)

    assert f'make load rulebooks=all args="--data-dir {run.data / "stack"}"' in run.said()
    assert [name for name in others if f"\n  {name} " in run.said()] == others


def test_rulebooks_are_loaded_into_the_running_stack_each_once(run: Run) -> None:
    loaded = _load(run.data, "school-rewards,organisation-department")
    again = _load(run.data, "school-rewards")

    assert loaded.returncode == 0, loaded.stdout
    for name, told in (("school-rewards", "教导处"), ("organisation-department", "电教中心")):
        address = f"http://127.0.0.1:{PORTS['scoring-web'] + run.offset}{offered()[name].page}"
        page = subprocess.run(
            ["curl", "-sS", "-H", f"Authorization: Bearer {_printed(TOKEN, run)}", address],
            check=True,
            capture_output=True,
            text=True,
        )
        assert address in loaded.stdout
        assert told in page.stdout
    assert (again.returncode, again.stdout) == (0, "school-rewards is loaded already.\n")


def test_a_rulebook_that_is_not_there_is_told_so_in_one_sentence(run: Run) -> None:
    mistaken = _load(run.data, "school-reward")

    assert mistaken.returncode == 1
    assert mistaken.stdout.startswith(
        'There is no rulebook "school-reward"; did you mean "school-rewards". There are: '
    )


def test_loading_into_a_stack_that_does_not_run_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    alone = _load(tmp_path, "school-rewards")

    assert alone.returncode == 1
    assert alone.stdout == f"No stack is running with its data in {tmp_path / 'stack'}; `make run` starts it.\n"


def test_a_second_start_on_the_same_data_is_told_so_in_one_sentence(run: Run) -> None:
    second = _start(run.data, run.offset)
    assert second.wait_ended() == 1
    assert re.fullmatch(r"The stack with its data in \S+ is running already \(process \d+\)\.\n", second.said())


def test_a_second_start_on_the_same_ports_is_told_so_in_one_sentence(run: Run, tmp_path: Path) -> None:
    second = _start(tmp_path, run.offset)
    assert second.wait_ended() == 1
    assert re.fullmatch(r"Port \d+, which \S+ needs, is in use by another program\.\n", second.said())


def test_a_process_that_dies_is_restarted_and_reported(run: Run) -> None:
    victim = next(pid for pid, command in _processes_of(run.data).items() if "services.scoring\0consumer" in command)

    os.kill(victim, signal.SIGKILL)

    wait_for("the report", lambda: "scoring-consumer was killed by SIGKILL; restarting" in run.said(), seconds=20.0)


def test_ctrl_c_ends_everything_in_order(run: Run) -> None:
    assert len(_processes_of(run.data)) > len(PROCESSES)

    run.process.send_signal(signal.SIGINT)

    assert run.wait_ended() == 0
    assert run.said().endswith("Stopping …\nStopped.\n")
    assert _processes_of(run.data) == {}


def test_the_next_start_keeps_the_data_even_at_once_after_a_kill(run: Run) -> None:
    run.process.send_signal(signal.SIGINT)
    run.wait_ended()
    token = _printed(TOKEN, run)

    again = _start(run.data, run.offset)
    again.wait_running()
    again.process.kill()
    again.process.wait(STOP_LIMIT_S)
    once_more = _start(run.data, run.offset)
    said = once_more.wait_running()
    once_more.process.kill()
    once_more.process.wait(STOP_LIMIT_S)

    assert token in said
    assert "Loading" not in again.said() + said
    assert offered()["school-rewards"].page in said
    wait_for("the end of all", lambda: not _processes_of(run.data), seconds=STOP_LIMIT_S)


def _load(data: Path, names: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "dev", "load", "--data-dir", str(data / "stack"), names]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def _printed(pattern: str, run: Run) -> str:
    found = re.search(pattern, run.said())
    assert found is not None, run.said()
    return found[1]


def _processes_of(data: Path) -> dict[int, str]:
    """The command lines of all processes that are told, as argument or setting, of this data directory."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if os.fsencode(data / "stack") in told:
                found[int(entry.name)] = (entry / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found
