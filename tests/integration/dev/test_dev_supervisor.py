"""The supervisor on small stand-in processes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.child import Child, StackError
from dev.supervisor import Supervisor
from tests.waiting import wait_for

FOREVER = "import signal; signal.pause()"
TELLS_ITS_STOP = """
import signal, sys
def stop(*_):
    with open({journal!r}, "a") as journal: journal.write({name!r} + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
open({ready!r}, "w").close()
while True: signal.pause()
"""
WITH_A_CHILD = """
import os, signal
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open({pid_file!r}, "w").write(str(os.getpid()) + "\\n")
while True: signal.pause()
"""
LIMIT_S = 20.0


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def supervisor(lines: list[str]) -> Iterator[Supervisor]:
    running = Supervisor(lines.append, back_off_first_s=0.05)
    yield running
    running.stop()


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., Child]:
    def make(name: str, code: str = FOREVER) -> Child:
        return Child(name=name, command=[sys.executable, "-c", code], log_file=tmp_path / f"{name}.log")

    return make


def test_a_process_that_is_killed_is_restarted_and_reported_in_one_line(
    supervisor: Supervisor, child: Callable[..., Child], lines: list[str]
) -> None:
    supervisor.start(child("relay"), stage=1)
    first = supervisor.process_ids()["relay"]

    os.kill(first, signal.SIGKILL)

    again = wait_for("the restart", lambda: supervisor.process_ids().get("relay", first) != first, seconds=LIMIT_S)
    assert again
    assert [line.split(" (log")[0] for line in lines] == ["relay was killed by SIGKILL; restarting it in 0.05 s"]


def test_a_process_that_dies_again_and_again_is_restarted_more_and_more_slowly(
    supervisor: Supervisor, child: Callable[..., Child], lines: list[str]
) -> None:
    supervisor.start(child("broken", "raise SystemExit(3)"), stage=1)

    wait_for("four deaths", lambda: len(lines) >= 4, seconds=LIMIT_S)

    pauses = [line.split("restarting it in ")[1].split(" s")[0] for line in lines[:4]]
    assert pauses == ["0.05", "0.1", "0.2", "0.4"]
    assert lines[0].startswith("broken ended with exit code 3;")


def test_waiting_for_a_process_that_cannot_start_ends_with_the_end_of_its_log(
    supervisor: Supervisor, child: Callable[..., Child]
) -> None:
    broken = child("broken", "raise SystemExit('TONGBAO_DATABASE_URL is not set')")
    supervisor.start(broken, stage=1, probe=lambda: False)
    with pytest.raises(StackError, match="broken does not start; the end of its log:\nTONGBAO_DATABASE_URL is not set"):
        supervisor.wait_ready(limit_s=LIMIT_S)


def test_a_process_killed_on_purpose_is_restarted_without_back_off(
    supervisor: Supervisor, child: Callable[..., Child], lines: list[str]
) -> None:
    supervisor.start(child("consumer"), stage=1)
    for _ in range(5):
        supervisor.wait_ready(["consumer"], LIMIT_S)
        supervisor.kill("consumer")
    supervisor.wait_ready(["consumer"], LIMIT_S)
    assert len(lines) == 5
    assert all("restarting it now" in line for line in lines)


def test_higher_stages_are_stopped_before_lower_ones(
    supervisor: Supervisor, child: Callable[..., Child], tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    for stage, name in enumerate(("database", "broker", "relay", "web")):
        ready = tmp_path / name
        code = TELLS_ITS_STOP.format(journal=str(journal), name=name, ready=str(ready))
        supervisor.start(child(name, code), stage=stage, probe=ready.exists)
    supervisor.wait_ready(limit_s=LIMIT_S)

    supervisor.stop()

    assert journal.read_text().split() == ["web", "relay", "broker", "database"]


def test_what_a_process_has_forked_ends_with_it(
    supervisor: Supervisor, child: Callable[..., Child], tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    supervisor.start(child("parent", WITH_A_CHILD.format(pid_file=str(pid_file))), stage=1)
    grandchild = int(wait_for("the fork", lambda: _line(pid_file), seconds=LIMIT_S))

    supervisor.stop()

    wait_for("the end of the fork", lambda: not _lives(grandchild), seconds=LIMIT_S)


def test_a_frozen_process_is_stopped_in_order(
    supervisor: Supervisor, child: Callable[..., Child], tmp_path: Path
) -> None:
    journal, ready = tmp_path / "journal", tmp_path / "ready"
    code = TELLS_ITS_STOP.format(journal=str(journal), name="broker", ready=str(ready))
    supervisor.start(child("broker", code), stage=1, probe=ready.exists)
    supervisor.wait_ready(limit_s=LIMIT_S)
    os.kill(supervisor.process_ids()["broker"], signal.SIGSTOP)

    supervisor.stop()

    assert journal.read_text() == "broker\n"


def test_a_process_outlives_the_thread_that_asked_for_it(supervisor: Supervisor, child: Callable[..., Child]) -> None:
    starter = threading.Thread(target=lambda: supervisor.start(child("broker"), stage=1))
    starter.start()
    starter.join()
    pid = supervisor.process_ids()["broker"]
    with pytest.raises(AssertionError, match="the death"):
        wait_for("the death", lambda: not _lives(pid), seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel tells a process that its parent died")
def test_nothing_is_left_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pids"
    code = f"""
import os, signal, sys
from pathlib import Path
from dev.child import Child
from dev.supervisor import Supervisor
supervisor = Supervisor(print)
for name in ("one", "two"):
    command = [sys.executable, "-c", {FOREVER!r}]
    supervisor.start(Child(name=name, command=command, log_file=Path({str(tmp_path)!r}) / name), stage=1)
Path({str(pid_file)!r}).write_text(" ".join(map(str, supervisor.process_ids().values())) + "\\n")
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        pids = [int(pid) for pid in wait_for("the start", lambda: _line(pid_file), seconds=LIMIT_S).split()]
        assert len(pids) == 2
        assert all(map(_lives, pids))

        process.kill()

    wait_for("the end of all", lambda: not any(map(_lives, pids)), seconds=LIMIT_S)


def _line(file: Path) -> str:
    text = file.read_text() if file.exists() else ""
    return text if text.endswith("\n") else ""


def _lives(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has reaped yet has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
