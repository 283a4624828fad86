"""The AsyncAPI 3 document of all events, made from the contracts, their examples, and topics.yaml.

``python -m shared.messaging.asyncapi`` writes docs/asyncapi.yaml; a test compares the two.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shared.contracts import alert_events, department_events, directory_events, scoring_events
from shared.contracts.envelope import CONTENT_TYPE, Envelope, published_types, schema_of
from shared.messaging.topics import Topic, declared

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
TOPICS_OF_CONTRACTS = {module.TOPIC for module in (alert_events, department_events, directory_events, scoring_events)}
"""Naming the modules here also imports them, which registers their event types."""

_SCHEMA = "#/components/schemas/{name}"
_HEAD = """\
# Generated from shared/contracts and shared/messaging/topics.yaml by `python -m shared.messaging.asyncapi`.
"""


def render() -> str:
    """The document as YAML."""
    return _HEAD + yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)


def document() -> dict[str, Any]:
    """The document as plain data: one channel a topic, one message an event type, one operation a user of a topic."""
    topics = declared()
    classes = dict(published_types())
    _, schemas = msgspec.json.schema_components(list(classes.values()), ref_template=_SCHEMA)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tongbao events",
            "version": "1.0.0",
            "description": "Every event is a CloudEvent (1.0, structured JSON) on the topic of its owner, keyed by its "
            "stream. Within a stream `version` is dense and `previousid` names the event before; events may come "
            "more than once and are dropped by version. A published type never changes.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {name: _channel(name, topic) for name, topic in topics.items()},
        "operations": {key: value for name, topic in topics.items() for key, value in _operations(name, topic)},
        "components": {
            "messages": {name: _message(name, cls) for name, cls in classes.items()},
            "schemas": {"Envelope": _envelope(), **dict(sorted(schemas.items()))},
        },
    }


def example_of(type_name: str) -> bytes:
    """The type's example envelope. Raises FileNotFoundError when it has none."""
    return files("shared.contracts").joinpath("examples", f"{type_name}.json").read_bytes()


def _channel(name: str, topic: Topic) -> dict[str, Any]:
    return {
        "address": name,
        "title": topic.title,
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in topic.types},
        "bindings": {
            "kafka": {
                "topic": name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    key: [value] if key == "cleanup.policy" else value
                    for key, value in topic.configuration.items()
                    if key in {"cleanup.policy", "retention.ms"}
                },
                "bindingVersion": "0.5.0",
            }
        },
        "x-owner": topic.owner,
        "x-key": topic.key,
    }


def _operations(name: str, topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    users = [(producer, "send") for producer in topic.producers] + [(reader, "receive") for reader in topic.consumers]
    return [
        (f"{user}.{action}.{name}", {"action": action, "channel": {"$ref": f"#/channels/{name}"}, "title": user})
        for user, action in users
    ]


def _message(name: str, cls: type) -> dict[str, Any]:
    return {
        "name": name,
        "title": cls.__name__,
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": name},
                        "dataschema": {"const": schema_of(name)},
                        "data": {"$ref": _SCHEMA.format(name=cls.__name__)},
                    },
                },
            ]
        },
        "examples": [{"name": cls.__name__, "payload": json.loads(example_of(name))}],
    }


def _envelope() -> dict[str, Any]:
    """The attributes around the data; ``data`` itself is described with each message."""
    _, components = msgspec.json.schema_components([Envelope])
    schema = dict(components["Envelope"])
    return {**schema, "properties": {**schema["properties"], "data": {"type": "object"}}}


if __name__ == "__main__":
    DOCUMENT.write_text(render(), "utf-8")
