"""The README's commands, in a clean clone, as somebody types them who has just found the project."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_offset
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START_SECONDS_MAX = 420.0
STOP_SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """What is committed, and nothing else, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tongbao-clone-"))
    try:
        subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, folder / "tongbao"], check=True)
        yield folder / "tongbao"
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def offset() -> int:
    """Moves the usual ports to free ones."""
    return free_offset()


@pytest.fixture(scope="module")
def printed(clone: Path, offset: int) -> Iterator[str]:
    """What ``make run`` says in the clone until it runs."""
    said = clone / "said.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "MAKE"))}
    with said.open("wb") as output:
        command = ["make", "run", f"args=--port-offset={offset}"]
        run = subprocess.Popen(
            command, cwd=clone, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:

        def running() -> bool:
            assert run.poll() is None, said.read_text()
            return "curl" in said.read_text()

        wait_for("make run", running, seconds=START_SECONDS_MAX)
        yield said.read_text()
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(STOP_SECONDS_MAX)


def commands() -> list[str]:
    """The README's shell commands, without those that need a terminal of their own."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith(("curl", "export ORGANISATION"))]


def test_the_readmes_commands_give_what_the_readme_says(printed: str, offset: int) -> None:
    token = re.search(r"token\s+(tongbao_\S+)", printed)
    assert token is not None, printed
    organisation, *calls = commands()

    answers = [_answer(call, organisation, token[1], offset) for call in calls]

    submitted, explained, missed, alerts, subscription = answers
    assert (submitted["state"], submitted["awaits"]) == ("submitted", "office")
    assert explained["line"]["formula"] == "reporting + adopted + instructed"
    assert {measure["measure"] for measure in explained["uses"]["measures"]} == {"reports", "adoption", "instructions"}
    assert {obligation["state"] for obligation in missed["items"]} == {"missed"}
    assert {alert["state"] for alert in alerts["items"]} == {"open"}
    assert subscription["webhook"]["secret"].startswith("whsec_")


def test_the_readme_shows_what_make_run_prints(printed: str, offset: int) -> None:
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    said = re.sub(r":(\d{4,5})\b", lambda port: f":{int(port[1]) - offset}", printed)
    for line in filter(None, shown[1].splitlines()):
        assert line.replace("tongbao_…", "tongbao_") in said


def _answer(command: str, organisation: str, token: str, offset: int) -> Any:
    moved = re.sub(r":(\d{4})(?=\$)", lambda port: f":{int(port[1]) + offset}", command)
    assert moved != command, "no address to move"
    script = f"{organisation}\n{moved}"
    done = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "TOKEN": token}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
