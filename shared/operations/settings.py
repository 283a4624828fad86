"""Settings come from environment variables named ``TONGBAO_…`` and become frozen dataclasses, read once at the start.

A service declares its own by subclassing the groups below and adding fields made with ``setting``.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from typing import Any, TypeVar, get_type_hints

from environs import Env, EnvError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = tuple[Network, ...]

S = TypeVar("S")
_REQUIRED = object()


class SettingMistake(Exception):
    """A setting is missing or does not make sense. Its text is one sentence for the person who starts the process."""


@dataclass(frozen=True)
class Declaration:
    """How one field of a settings class is read from the environment."""

    name: str
    help: str
    one_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Row:
    """One line of docs/settings.md. ``default`` is None when the setting has to be given."""

    name: str
    type: str
    default: str | None
    help: str


def setting(
    name: str,
    help: str,
    *,
    default: Any = _REQUIRED,
    one_of: Sequence[str] = (),
    at_least: int | None = None,
    at_most: int | None = None,
) -> Any:
    """A dataclass field read from the environment variable ``name``; without a default it must be given."""
    declaration = Declaration(name, help, tuple(one_of), at_least, at_most)
    given = {} if default is _REQUIRED else {"default": default}
    return field(metadata={"setting": declaration}, kw_only=True, **given)


@dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """What every process reads."""

    log_format: str = setting(
        "TONGBAO_LOG_FORMAT", "Log lines as JSON, or coloured for a person.", default="json", one_of=("json", "console")
    )
    log_level: str = setting(
        "TONGBAO_LOG_LEVEL",
        "The least severe log lines that are written.",
        default="info",
        one_of=("debug", "info", "warning", "error"),
    )


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Of processes that use their service's database."""

    database_url: str = setting("TONGBAO_DATABASE_URL", "The service's own Postgres database, as a connection URI.")
    database_pool_max: int = setting(
        "TONGBAO_DATABASE_POOL_MAX",
        "The most database connections one process opens; a web process wants two a thread, and one more.",
        default=10,
        at_least=1,
        at_most=500,
    )


@dataclass(frozen=True, kw_only=True)
class KafkaSettings:
    """Of processes that produce to or consume from Kafka."""

    kafka_bootstrap_servers: tuple[str, ...] = setting(
        "TONGBAO_KAFKA_BOOTSTRAP_SERVERS", "Kafka brokers to ask first, as host:port, separated by commas."
    )


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """Of the ``web`` processes."""

    http_host: str = setting("TONGBAO_HTTP_HOST", "The address the web process listens on.", default="127.0.0.1")
    http_port: int = setting(
        "TONGBAO_HTTP_PORT", "The port the web process listens on.", default=8100, at_least=1, at_most=65535
    )
    web_workers: int = setting(
        "TONGBAO_WEB_WORKERS", "How many worker processes serve HTTP.", default=2, at_least=1, at_most=64
    )
    web_threads: int = setting(
        "TONGBAO_WEB_THREADS", "How many threads each worker process serves with.", default=4, at_least=1, at_most=256
    )
    access_log: str = setting(
        "TONGBAO_ACCESS_LOG",
        "Which requests are logged: all, changes (everything but GET) and failures, failures (5xx) only, or off.",
        default="changes",
        one_of=("all", "changes", "failures", "off"),
    )


@dataclass(frozen=True, kw_only=True)
class StatusSettings:
    """Of processes other than ``web``: where they answer /livez, /readyz and /metrics."""

    status_host: str = setting("TONGBAO_STATUS_HOST", "The address of the status port.", default="127.0.0.1")
    status_port: int = setting(
        "TONGBAO_STATUS_PORT",
        "The port for /livez, /readyz and /metrics; 0 for none.",
        default=0,
        at_least=0,
        at_most=65535,
    )


def read(settings: type[S]) -> S:
    """Read all settings of the class from the environment. Raises SettingMistake for the first that is wrong."""
    env = Env()
    hints = get_type_hints(settings)
    values = {}
    for each in fields(settings):  # type: ignore[arg-type]
        declaration = each.metadata.get("setting")
        if declaration is None:
            continue
        values[each.name] = _value(env, declaration, hints[each.name], each.default)
    return settings(**values)


def describe(settings: type) -> list[Row]:
    """The rows of docs/settings.md for one settings class."""
    hints = get_type_hints(settings)
    rows = []
    for each in fields(settings):
        declaration = each.metadata.get("setting")
        if declaration is None:
            continue
        default = None if each.default is MISSING else _shown(each.default)
        rows.append(Row(declaration.name, _type_name(hints[each.name], declaration), default, declaration.help))
    return rows


def _value(env: Env, declaration: Declaration, kind: Any, default: Any) -> Any:
    try:
        given = env.str(declaration.name, None)
        if given is None or given == "":
            if default is MISSING:
                raise SettingMistake(f"{declaration.name} is not set: {declaration.help}")
            return default
        value = _parse(env, declaration.name, kind)
    except EnvError as mistake:
        raise SettingMistake(f"{declaration.name}: {mistake}") from mistake
    except ValueError as mistake:
        raise SettingMistake(f"{declaration.name}={given!r} cannot be read: {mistake}") from mistake
    _check(declaration, value)
    return value


def _parse(env: Env, name: str, kind: Any) -> Any:
    if kind is int:
        return env.int(name)
    if kind is bool:
        return env.bool(name)
    if kind is float:
        return env.float(name)
    if kind is timedelta or kind == timedelta | None:
        return env.timedelta(name)
    if kind == tuple[str, ...]:
        return _parts(env, name)
    if kind == Networks:
        return tuple(ipaddress.ip_network(part) for part in _parts(env, name))
    if kind is str or kind == str | None:
        return env.str(name)
    raise TypeError(f"a setting cannot be a {kind}")


def _parts(env: Env, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.str(name).split(",") if part.strip())


def _check(declaration: Declaration, value: Any) -> None:
    if declaration.one_of and value not in declaration.one_of:
        raise SettingMistake(f"{declaration.name} is {value!r} but must be one of: {', '.join(declaration.one_of)}.")
    if declaration.at_least is not None and value < declaration.at_least:
        raise SettingMistake(f"{declaration.name} is {value} but must be at least {declaration.at_least}.")
    if declaration.at_most is not None and value > declaration.at_most:
        raise SettingMistake(f"{declaration.name} is {value} but must be at most {declaration.at_most}.")


def _shown(default: Any) -> str:
    if default is None:
        return "none"
    if isinstance(default, tuple):
        return ",".join(str(part) for part in default) or "none"
    return str(default)


def _type_name(kind: Any, declaration: Declaration) -> str:
    if declaration.one_of:
        return " or ".join(declaration.one_of)
    names = {int: "whole number", float: "number", bool: "true or false", timedelta: "duration"}
    if kind == Networks:
        return "networks (CIDR, separated by commas)"
    if kind == tuple[str, ...]:
        return "list separated by commas"
    return names.get(kind, "text")
