"""The topics as topics.yaml declares them, and the broker brought to that state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from shared.messaging.kafka_connection import connected
from shared.messaging.ports import BrokerUnavailable, MessagingError, Partition

CONNECT_TIMEOUT_MS = 30_000
BROKERS_DEFAULT = -1
"""As replication factor: what the broker is configured with."""
_UNKNOWN_TOPIC = 3
"""Kafka's error code of a topic that does not exist."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One topic's declaration; ``configuration`` is in Kafka's own names."""

    title: str
    owner: str
    key: str
    partitions: int
    configuration: dict[str, str | int | float]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    types: tuple[str, ...]

    def spelled_configuration(self) -> dict[str, str]:
        """The configuration as the broker takes and tells it: every value is text."""
        return {key: str(value) for key, value in self.configuration.items()}


class _Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topics: dict[str, Topic]


@dataclass(frozen=True, slots=True)
class Difference:
    """A broker's topic is not as declared, and that cannot be mended without harm or was not asked for."""

    topic: str
    what: str
    declared: str
    actual: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} is {self.actual}, declared is {self.declared}"


@dataclass(frozen=True, slots=True)
class Ensured:
    """What ensure_topics did, and what it found different and left."""

    created: tuple[str, ...]
    completed: tuple[str, ...]
    differences: tuple[Difference, ...]


@cache
def declared() -> Mapping[str, Topic]:
    """The topics of topics.yaml by name. Raises msgspec.ValidationError for a mistake in the file."""
    text = files(__package__).joinpath("topics.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_Declaration).topics


def partitions(topic: str) -> list[Partition]:
    """The partitions of a declared topic. Raises KeyError for another one."""
    return [Partition(topic, number) for number in range(declared()[topic].partitions)]


def ensure_topics(bootstrap_servers: str, topics: Mapping[str, Topic] | None = None) -> Ensured:
    """Create the topics that are missing and set the configuration of the others; blocks until they are usable.

    The number of partitions of an existing topic is only compared: to change it would move streams between
    partitions. Raises BrokerUnavailable, and MessagingError when the broker refuses.
    """
    topics = declared() if topics is None else topics
    try:
        admin = connected(KafkaAdminClient, bootstrap_servers, bootstrap_timeout_ms=CONNECT_TIMEOUT_MS)
    except KafkaError as error:
        raise BrokerUnavailable(f"no broker at {bootstrap_servers}: {error}") from error
    try:
        existing = _existing_partitions(admin, list(topics))
        missing = [name for name in topics if name not in existing]
        if missing:
            _create(admin, {name: topics[name] for name in missing})
        completed = [
            name for name in existing if _complete_configuration(admin, name, topics[name].spelled_configuration())
        ]
        differences = [
            Difference(name, "the number of partitions", str(topics[name].partitions), str(count))
            for name, count in existing.items()
            if count != topics[name].partitions
        ]
        return Ensured(tuple(missing), tuple(completed), tuple(differences))
    except KafkaError as error:
        raise MessagingError(f"the topics could not be ensured: {error!r}") from error
    finally:
        admin.close()


def actual_topics(bootstrap_servers: str, names: Sequence[str]) -> dict[str, tuple[int, dict[str, str]]]:
    """The partitions and the configuration that the broker has for each of the topics that exist."""
    admin = connected(KafkaAdminClient, bootstrap_servers)
    try:
        counts = _existing_partitions(admin, names)
        return {name: (count, _configuration(admin, name)) for name, count in counts.items()}
    finally:
        admin.close()


def _existing_partitions(admin: Any, names: Sequence[str]) -> dict[str, int]:
    described = admin.describe_topics(list(names))
    return {topic["name"]: len(topic["partitions"]) for topic in described if topic["error_code"] != _UNKNOWN_TOPIC}


def _create(admin: Any, topics: Mapping[str, Topic]) -> None:
    requested = {
        name: {
            "num_partitions": topic.partitions,
            "replication_factor": BROKERS_DEFAULT,
            "configs": topic.spelled_configuration(),
        }
        for name, topic in topics.items()
    }
    admin.create_topics(requested, wait_for_metadata=True)


def _configuration(admin: Any, name: str) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    described = admin.describe_configs([resource], config_filter="all")["topic"][name]
    return {key: value["value"] for key, value in described.items()}


def _complete_configuration(admin: Any, name: str, wanted: Mapping[str, str]) -> bool:
    actual = _configuration(admin, name)
    changes = {key: value for key, value in wanted.items() if actual.get(key) != value}
    if changes:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, changes)])
    return bool(changes)
