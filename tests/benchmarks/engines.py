"""The real engines a benchmark runs on, and the peers' own virtual environment."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.kafka import Kafka
from dev.ports import free_port
from dev.postgres import Postgres

PEERS = Path(__file__).with_name("peers")
PEERS_ENVIRONMENT = Path("build/peers")
PEER_SECONDS_MAX = 180


@dataclass(frozen=True)
class Engines:
    postgres: Postgres
    bootstrap_servers: str
    directory: Path


@contextmanager
def engines() -> Iterator[Engines]:
    """A real Postgres with fsync on, and a real broker, with nothing in them yet."""
    directory = Path(tempfile.mkdtemp(prefix="tongbao-bench-"))
    try:
        with (
            Postgres(directory / "postgres") as postgres,
            Kafka(directory / "kafka", port=free_port()) as kafka,
        ):
            yield Engines(postgres, kafka.bootstrap_servers, directory)
    finally:
        shutil.rmtree(directory)


@contextmanager
def postgres_alone() -> Iterator[Postgres]:
    directory = Path(tempfile.mkdtemp(prefix="tongbao-bench-"))
    try:
        with Postgres(directory / "postgres") as postgres:
            yield postgres
    finally:
        shutil.rmtree(directory)


def peer_python() -> Path:
    """The interpreter of the peers' environment, made from its lock when it is missing."""
    python = PEERS_ENVIRONMENT / "bin" / "python"
    if not python.exists():
        uv = Path(".venv/bin/uv")
        subprocess.run([uv, "venv", "--quiet", PEERS_ENVIRONMENT], check=True)
        lock = PEERS / "requirements.lock"
        install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock]
        subprocess.run(install, check=True)
    return python.absolute()


def run_peer(script: str, *arguments: str) -> float:
    """The figure a peer's script prints as ``{"figure": …}`` on its last line. Raises CalledProcessError."""
    finished = subprocess.run(
        [peer_python(), PEERS / script, *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=PEER_SECONDS_MAX,
    )
    return float(json.loads(finished.stdout.strip().splitlines()[-1])["figure"])
