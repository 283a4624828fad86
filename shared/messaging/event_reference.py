"""The page of docs/ on topics and events, made from topics.yaml and the contracts.

``python -m shared.messaging.event_reference`` writes docs/events.md; a test compares the two.
"""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from shared.contracts.envelope import published_types
from shared.messaging import asyncapi
from shared.messaging.topics import Topic, declared

PAGE = asyncapi.DOCUMENT.parent / "events.md"

_HEAD = """\
<!-- Made by `python -m shared.messaging.event_reference`; edit the code instead. -->
# Topics and events

Every event is a [CloudEvent](https://cloudevents.io) 1.0 in structured JSON. `subject` is its stream, which is also the
record's key; `version` is its dense place in the stream (1, 2, 3 …); `previousid` is the id of the event before it;
`correlationid` is the request that began it all, `causationid` the event or command that led to this one, `actor` who
did it. An event may arrive more than once: drop it by its version. A version that is not the next one means that
something is missing: stop, and say so. Offsets say nothing. A published type never changes; a change is a new type
(`.v2`).

Decimals are JSON strings, instants carry their offset, dates are dates. One example of each event is in
`shared/contracts/examples`, the schemas are in [asyncapi.yaml](asyncapi.yaml).
"""


def render() -> str:
    """The page as Markdown."""
    classes = dict(published_types())
    return _HEAD + "".join(_section(name, topic, classes) for name, topic in declared().items())


def _section(name: str, topic: Topic, classes: dict[str, type]) -> str:
    readers = ", ".join(f"`{reader}`" for reader in topic.consumers) or "nobody here; it is made for others"
    own = [(type_, classes[type_]) for type_ in topic.types]
    parts = {part.__name__: part for _, cls in own for part in _parts(cls)}
    lines = [
        f"\n## {name}\n",
        f"{topic.title}.\n",
        f"Key: {topic.key}. Partitions: {topic.partitions}. {_kept(topic)} "
        f"Written by {', '.join(f'`{writer}`' for writer in topic.producers)}; read by {readers}.\n",
        "| event | what it says | data |",
        "|---|---|---|",
        *(f"| `{type_}` | {_meaning(cls)} | {_fields(cls)} |" for type_, cls in own),
        *(["", "Parts of the data:", ""] if parts else []),
        *(f"- {part}: {_fields(cls)}." for part, cls in parts.items()),
    ]
    return "\n".join(lines) + "\n"


def _kept(topic: Topic) -> str:
    if topic.configuration.get("cleanup.policy") == "compact":
        return "Compacted: at least the newest event of each key is kept."
    retention_ms = int(topic.configuration["retention.ms"])
    return "Kept for ever." if retention_ms < 0 else f"Kept for {retention_ms // 86_400_000} days."


def _meaning(cls: type) -> str:
    """The docstring's first paragraph, or the name in words: a dataclass without one has its signature there."""
    text = inspect.getdoc(cls) or ""
    if text.startswith(f"{cls.__name__}("):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).capitalize() + "."
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def _fields(cls: Any) -> str:
    return ", ".join(f"`{field.name}`" for field in dataclasses.fields(cls)) or "nothing"


def _parts(cls: Any) -> Iterator[Any]:
    """The dataclasses that a dataclass is made of, each before its own parts."""
    for hint in get_type_hints(cls).values():
        for part in _classes_in(hint):
            yield part
            yield from _parts(part)


def _classes_in(hint: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(hint):
        yield hint
    for argument in get_args(hint):
        yield from _classes_in(argument)


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
