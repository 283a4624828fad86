"""The whole of Tongbao on one machine: a real Postgres, a real Kafka, and every process, started and stopped as one."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3

from dev.child import Child, StackError
from dev.data_directory import DataDirectory
from dev.kafka import Kafka
from dev.ports import free_ports, require_free_port, wait_for_free_ports
from dev.postgres import Postgres
from dev.processes import (
    JOBS,
    PORTS,
    PROCESSES,
    SERVICES,
    WEB,
    Job,
    Process,
    Surroundings,
    job_settings,
    settings,
)
from dev.supervisor import Supervisor
from dev.terminal import Silence, Terminal

ROOT = Path(__file__).resolve().parent.parent
_HOST = "127.0.0.1"
_STAGE_POSTGRES, _STAGE_KAFKA, _STAGE_WORKERS, _STAGE_WEB = range(4)
_READY_LIMIT_S = 90.0
_PROBE_LIMIT_S = 2.0
_LEFT_BEHIND_LIMIT_S = 25.0
"""How long the processes of a stack that was killed may take to end by themselves."""


class Stack:
    """All services on `data_dir`; a context manager, or `start()` and `stop()`.

    `ports` are free ones unless given; `clock_shift` (seconds, or a timedelta) moves the submission service's clock, to
    rehearse another time; `settings` (TONGBAO_…) are given to every process on top of the usual ones.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        ports: Mapping[str, int] | None = None,
        clock_shift: float | timedelta = 0,
        settings: Mapping[str, str] | None = None,
        terminal: Terminal | None = None,
    ) -> None:
        self._data = DataDirectory(data_dir.resolve())
        self._given_ports = ports
        self._ports: dict[str, int] = {}
        self._clock_shift = clock_shift.total_seconds() if isinstance(clock_shift, timedelta) else clock_shift
        self._more_settings = dict(settings or {})
        self._terminal = terminal or Silence()
        self._supervisor = Supervisor(self._terminal.say)
        self._postgres = Postgres(self._data.postgres)
        self._kafka: Kafka | None = None
        self._http = urllib3.PoolManager(timeout=_PROBE_LIMIT_S, retries=False)

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service, for example `{"submission": "http://127.0.0.1:8101", …}`."""
        return {service: f"http://{_HOST}:{self._ports[f'{service}-{WEB}']}" for service in SERVICES}

    @property
    def administrator_token(self) -> str:
        """A bearer token that may do everything."""
        return self._data.administrator_token()

    @property
    def bootstrap_servers(self) -> str:
        """Where Kafka clients find the broker."""
        return self._broker().bootstrap_servers

    @property
    def data(self) -> DataDirectory:
        """Where everything is kept."""
        return self._data

    def database_url(self, service: str) -> str:
        """The URL of a service's own database."""
        return self._postgres.url(service)

    def start(self) -> None:
        """Start everything in order, block until all are ready. Raises StackError in one sentence, leaving nothing."""
        self._data.acquire()
        try:
            self._ports = self._choose_ports()
            self._start_engines()
            self._start_processes()
            self._data.note_addresses(self.urls)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything in order: the web, the workers, the broker, the database. A further call does nothing."""
        self._supervisor.stop()
        if self._kafka is not None:
            self._kafka.stop()
        self._postgres.stop()
        self._http.clear()
        self._data.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def kill(self, name: str) -> None:
        """SIGKILL a process, for example `scoring-consumer`; it is restarted as after any crash."""
        self._supervisor.kill(name)

    def wait_running(self, name: str, limit_s: float = _READY_LIMIT_S) -> None:
        """Block until the process runs and answers. Raises StackError after `limit_s`."""
        self._supervisor.wait_ready([name], limit_s)

    def process_ids(self) -> dict[str, int]:
        """The process id of everything that runs at this moment, by name."""
        return self._supervisor.process_ids()

    def pause_broker(self) -> None:
        """Freeze the broker: its connections stay open, and it answers nothing."""
        self._broker().pause()

    def resume_broker(self) -> None:
        """Let a frozen broker go on."""
        self._broker().resume()

    def stop_broker(self) -> None:
        """Stop the broker and leave it stopped."""
        self._supervisor.forget("kafka")
        self._broker().stop()

    def start_broker(self) -> None:
        """Start the stopped broker again, on the same port, and wait until it answers."""
        self._broker().start()
        self._supervisor.watch(self._broker().child, stage=_STAGE_KAFKA)

    def _broker(self) -> Kafka:
        if self._kafka is None:
            raise RuntimeError("the stack has not been started")
        return self._kafka

    def _choose_ports(self) -> dict[str, int]:
        if self._given_ports is None:
            return dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        if self._data.left_behind:
            wait_for_free_ports(self._given_ports.values(), _LEFT_BEHIND_LIMIT_S)
        for name, port in self._given_ports.items():
            require_free_port(port, name)
        return dict(self._given_ports)

    def _start_engines(self) -> None:
        """Postgres is the quicker of the two: the tables are made while the broker is still starting."""
        self._kafka = Kafka(self._data.kafka, port=self._ports["kafka"], terminal=self._terminal)
        self._kafka.launch()
        self._terminal.say("Starting Postgres 18 and Apache Kafka 4.3 …")
        self._postgres.start()
        self._supervisor.watch(self._postgres.child, stage=_STAGE_POSTGRES)
        for service in SERVICES:
            self._postgres.create_database(service)
        self._run_jobs([job for job in JOBS if job.service is not None])
        self._kafka.wait_ready()
        self._supervisor.watch(self._kafka.child, stage=_STAGE_KAFKA)
        self._run_jobs([job for job in JOBS if job.service is None])

    def _run_jobs(self, jobs: Sequence[Job]) -> None:
        around = self._surroundings()
        with ThreadPoolExecutor(len(jobs)) as pool:
            for failure in pool.map(lambda job: self._run_job(job, around), jobs):
                if failure is not None:
                    raise StackError(failure)

    def _run_job(self, job: Job, around: Surroundings) -> str | None:
        log_file = self._data.logs / f"{job.name}.log"
        with log_file.open("ab") as log:
            result = subprocess.run(
                [sys.executable, *job.arguments],
                env=self._environment(job_settings(job, around)),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if result.returncode == 0:
            return None
        tail = "\n".join(log_file.read_text(errors="replace").splitlines()[-20:])
        return f"{job.name} failed; the end of {log_file}:\n{tail}"

    def _start_processes(self) -> None:
        self._terminal.say(f"Starting {len(PROCESSES)} processes …")
        around = self._surroundings()
        for process in PROCESSES:
            child = Child(
                name=process.name,
                command=[sys.executable, *process.arguments],
                log_file=self._data.logs / f"{process.name}.log",
                environment=self._environment(settings(process, around)),
                directory=ROOT,
            )
            stage = _STAGE_WEB if process.command == WEB else _STAGE_WORKERS
            self._supervisor.start(child, stage=stage, probe=self._probe(process))
        self._supervisor.wait_ready(limit_s=_READY_LIMIT_S)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            database_urls={service: self._postgres.url(service) for service in SERVICES},
            kafka_bootstrap_servers=self._broker().bootstrap_servers,
            host=_HOST,
            ports=self._ports,
            scoring_public_url=self.urls["scoring"],
            webhook_allowed_networks="127.0.0.0/8,::1/128",
            log_format="json",
            log_level="info",
            administrator_token=self.administrator_token,
            clock_shift=f"{self._clock_shift:.0f}",
            more=self._more_settings,
        )

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The present environment without settings of another installation, and with the given ones."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAO_")}
        return {**inherited, "PYTHONUNBUFFERED": "1", "TMPDIR": str(self._data.temporary), **settings}

    def _probe(self, process: Process) -> Callable[[], bool]:
        url = f"http://{_HOST}:{self._ports[process.name]}/readyz"

        def answers() -> bool:
            try:
                return self._http.request("GET", url).status == 200
            except urllib3.exceptions.HTTPError:  # not listening yet
                return False

        return answers
