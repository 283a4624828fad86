"""Structured logs: one JSON object a line (or coloured lines), on standard output.

``organisation``, ``department`` and ``correlation_id`` bound with ``bound`` stand on every line until the block ends.
"""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Any

import msgspec
import structlog

_encoder = msgspec.json.Encoder(enc_hook=str)


def configure(service: str, process: str, format: str = "json", level: str = "info") -> None:
    """Set up structlog and route the standard library's logging through it. Called once, at the start of a process."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _origin(service, process),
    ]
    if format == "json":
        render: list[Any] = [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(_dumps)]
    else:
        render = [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=_Output,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(numeric, logging.WARNING) if numeric > logging.DEBUG else numeric)


def get(name: str) -> Any:
    """The logger of a module: ``log = logging.get(__name__)``, then ``log.info("relay.started", shard=1)``."""
    return structlog.get_logger(module=name)


def bound(**values: str) -> AbstractContextManager[Any]:
    """For the length of a ``with`` block, these values stand on every log line of this thread."""
    return structlog.contextvars.bound_contextvars(**values)


class _Output:
    """Where lines end up: standard output, each in one write, so that threads do not cut into one another's."""

    def __init__(self, *_: Any) -> None:
        """structlog hands over whatever ``get_logger`` was given."""

    def msg(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    log = debug = info = warning = error = critical = exception = failure = err = warn = fatal = msg


def _origin(service: str, process: str) -> Any:
    def add(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["service"] = service
        event["process"] = process
        return event

    return add


def _dumps(event: dict[str, Any], **_: Any) -> str:
    return _encoder.encode(event).decode()
