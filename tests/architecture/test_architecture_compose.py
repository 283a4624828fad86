"""docker-compose.yml and the embedded stack are the same installation in two places."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.processes import JOBS, PORTS, PROCESSES, SERVICES, WEB, Job, Process, Surroundings, job_settings, settings

ROOT = Path(__file__).resolve().parents[2]
ENGINES = {"postgres", "kafka"}
AROUND = Surroundings(
    database_urls={service: f"postgresql://postgres:tongbao@postgres/{service}" for service in SERVICES},
    kafka_bootstrap_servers="kafka:9092",
    host="0.0.0.0",
    ports=PORTS,
    scoring_public_url="http://127.0.0.1:8102",
    webhook_allowed_networks="",
    log_format="json",
    log_level="info",
    administrator_token="",
)


def _with_defaults(value: Any) -> Any:
    """What compose makes of `${NAME:-default}` when nothing is set."""
    if isinstance(value, dict):
        return {name: _with_defaults(each) for name, each in value.items()}
    if isinstance(value, str):
        return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
    return value


@pytest.fixture(scope="module")
def composed() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


def test_both_start_the_same_processes(composed: dict[str, dict[str, Any]]) -> None:
    assert composed.keys() == ENGINES | {job.name for job in JOBS} | {process.name for process in PROCESSES}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_both_start_a_process_with_the_same_command_and_settings(
    composed: dict[str, dict[str, Any]], process: Process
) -> None:
    service = composed[process.name]
    assert tuple(service["command"]) == process.arguments
    assert _with_defaults(service["environment"]) == settings(process, AROUND)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_both_run_a_job_with_the_same_command_and_settings(composed: dict[str, dict[str, Any]], job: Job) -> None:
    service = composed[job.name]
    assert tuple(service["command"]) == job.arguments
    assert _with_defaults(service["environment"]) == job_settings(job, AROUND)
    assert service["restart"] == "no"


def test_a_job_waits_for_the_engine_it_works_on(composed: dict[str, dict[str, Any]]) -> None:
    waits = {job.name: composed[job.name]["depends_on"] for job in JOBS}
    engines = {name: "kafka" if name == "topics" else "postgres" for name in waits}
    assert waits == {name: {engine: {"condition": "service_healthy"}} for name, engine in engines.items()}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_waits_for_its_tables_and_topics_and_is_asked_for_its_health(
    composed: dict[str, dict[str, Any]], process: Process
) -> None:
    service = composed[process.name]
    completed = {"condition": "service_completed_successfully"}
    assert service["depends_on"] == {f"{process.service}-migrate": completed, "topics": completed}
    assert f"http://127.0.0.1:{process.port}/readyz" in service["healthcheck"]["test"][-1]


def test_only_the_web_is_reachable_and_only_from_this_machine(composed: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in composed.items() if "ports" in service}
    assert published == {
        process.name: [f"127.0.0.1:{process.port}:{process.port}"] for process in PROCESSES if process.command == WEB
    }


def test_the_engines_are_the_versions_that_the_embedded_stack_runs(composed: dict[str, dict[str, Any]]) -> None:
    assert {name: composed[name]["image"] for name in ENGINES} == {
        "postgres": "postgres:18",
        "kafka": "apache/kafka:4.3.0",
    }
    assert all("healthcheck" in composed[name] and composed[name]["volumes"] for name in ENGINES)
