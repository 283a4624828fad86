"""The processes that make up Tongbao, declared once.

The embedded stack starts what stands here, and a test compares docker-compose.yml with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SERVICES = ("submission", "scoring", "notify")
KAFKA_PORT = 19092
WEB = "web"


@dataclass(frozen=True)
class Process:
    """One long-running process: `python -m services.SERVICE COMMAND`, answering /livez and /readyz on `port`."""

    service: str
    command: str
    port: int

    @property
    def name(self) -> str:
        """What people call it, for example `scoring-consumer`."""
        return f"{self.service}-{self.command}"

    @property
    def arguments(self) -> tuple[str, ...]:
        """What follows `python` on its command line."""
        return ("-m", f"services.{self.service}", self.command)


PROCESSES = (
    Process("submission", "relay", 8111),
    Process("submission", "timekeeper", 8121),
    Process("scoring", "consumer", 8112),
    Process("scoring", "relay", 8122),
    Process("scoring", "issuer", 8132),
    Process("scoring", "what-ifs", 8142),
    Process("scoring", "judge", 8152),
    Process("notify", "consumer", 8113),
    Process("notify", "dispatcher", 8123),
    Process("notify", "relay", 8133),
    Process("submission", WEB, 8101),
    Process("scoring", WEB, 8102),
    Process("notify", WEB, 8103),
)
"""In the order of starting: whoever serves people comes last, when all behind it is there. Stopping goes backwards."""


@dataclass(frozen=True)
class Job:
    """Something that runs to its end before the processes start: `python ARGUMENTS…`. Running it again does no harm."""

    name: str
    arguments: tuple[str, ...]
    service: str | None = None
    """Whose settings it gets; None: it needs to know the broker alone."""


JOBS = (
    *(Job(f"{service}-migrate", ("-m", f"services.{service}", "migrate"), service) for service in SERVICES),
    Job("topics", ("-m", "shared.messaging", "ensure-topics")),
)

PORTS: Mapping[str, int] = {"kafka": KAFKA_PORT, **{process.name: process.port for process in PROCESSES}}
"""The usual port of everything that listens, by name."""


@dataclass(frozen=True)
class Surroundings:
    """What differs from one place to another: where the engines are, and what the person who starts it chose."""

    database_urls: Mapping[str, str]
    """Of each service's own database."""
    kafka_bootstrap_servers: str
    host: str
    """The address to listen on."""
    ports: Mapping[str, int]
    scoring_public_url: str
    webhook_allowed_networks: str
    log_format: str
    log_level: str
    administrator_token: str
    clock_shift: str = "0"
    more: Mapping[str, str] = field(default_factory=dict)
    """Further settings, given to every process."""


def settings(process: Process, around: Surroundings) -> dict[str, str]:
    """The settings (environment variables named TONGBAO_…) that a process is started with."""
    port = str(around.ports[process.name])
    if process.command == WEB:
        listening = {"TONGBAO_HTTP_HOST": around.host, "TONGBAO_HTTP_PORT": port}
    else:
        listening = {"TONGBAO_STATUS_HOST": around.host, "TONGBAO_STATUS_PORT": port}
    return {**_settings_of_service(process.service, around), **listening, **around.more}


def job_settings(job: Job, around: Surroundings) -> dict[str, str]:
    """The settings that a job is started with."""
    if job.service is None:
        return {"TONGBAO_KAFKA_BOOTSTRAP_SERVERS": around.kafka_bootstrap_servers}
    found = {**_settings_of_service(job.service, around), **around.more}
    if job.service == "submission":
        found["TONGBAO_ADMINISTRATOR_TOKEN"] = around.administrator_token
    return found


def _settings_of_service(service: str, around: Surroundings) -> dict[str, str]:
    common = {
        "TONGBAO_DATABASE_URL": around.database_urls[service],
        "TONGBAO_KAFKA_BOOTSTRAP_SERVERS": around.kafka_bootstrap_servers,
        "TONGBAO_LOG_FORMAT": around.log_format,
        "TONGBAO_LOG_LEVEL": around.log_level,
    }
    match service:
        case "submission":
            return {**common, "TONGBAO_CLOCK_SHIFT": around.clock_shift}
        case "notify":
            return {
                **common,
                "TONGBAO_SCORING_PUBLIC_URL": around.scoring_public_url,
                "TONGBAO_WEBHOOK_ALLOWED_NETWORKS": around.webhook_allowed_networks,
            }
        case _:
            return common
