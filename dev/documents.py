"""The pages of docs/ that are made from the code, so that what they list is what there is."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from importlib.util import find_spec
from inspect import isclass
from pathlib import Path
from types import ModuleType

import click

from dev.processes import SERVICES
from shared.operations import settings
from shared.operations.metrics import METRICS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_NOTE = "<!-- Made by `make docs`; edit the code instead. -->\n"


def stale_pages() -> list[str]:
    """The names of pages that are not what the code says."""
    return [name for name, text in _pages() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]


def write_pages() -> list[str]:
    """Write the stale pages and return their names."""
    stale = stale_pages()
    for name, text in _pages():
        if name in stale:
            (DOCS / name).write_text(text)
    return stale


def _pages() -> Iterator[tuple[str, str]]:
    makers: Mapping[str, Callable[[], str]] = {
        "settings.md": settings_page,
        "metrics.md": metrics_page,
        "problems.md": problems_page,
        "cli.md": commands_page,
    }
    for name, make in makers.items():
        yield name, make()


def settings_page() -> str:
    """Every setting of every service."""
    parts = [
        "# Settings",
        "Environment variables, read once when a process starts. A mistake ends the start with a sentence that names "
        "the setting.",
    ]
    for service in SERVICES:
        rows = {row.name: row for kind in _settings_of(service) for row in settings.describe(kind)}
        table = [
            (f"`{row.name}`", row.type, "must be given" if row.default is None else f"`{row.default}`", row.help)
            for row in sorted(rows.values(), key=lambda row: row.name)
        ]
        parts += [f"## {service}", _table(("setting", "value", "default", "meaning"), table)]
    return _page(parts)


def metrics_page() -> str:
    """Every metric of every process."""
    table = [
        (f"`{metric.name}`", metric.type, ", ".join(metric.labels) or "none", metric.process, metric.help)
        for metric in METRICS
    ]
    introduction = "What `/metrics` of a process tells, in the text format of Prometheus."
    return _page(["# Metrics", introduction, _table(("metric", "type", "labels", "processes", "meaning"), table)])


def problems_page() -> str:
    """Every problem type that an answer may name."""
    from shared.web.problems import PROBLEM_TYPES

    for service in SERVICES:
        for _ in _modules(f"services.{service}.http"):
            pass  # importing them registers their problem types
    parts = [
        "# Problems",
        "Every error is a problem document (RFC 9457, `application/problem+json`). Its `type` is the address of its "
        "page in the service that answered, and stays the same; its `detail` says what is wrong this time, and "
        "`errors` names the fields.",
    ]
    for problem in sorted(PROBLEM_TYPES.values(), key=lambda problem: (problem.status, problem.slug)):
        parts += [f"## {problem.slug}", f"{problem.status}: {problem.title}. {problem.help}".rstrip()]
    return _page(parts)


def commands_page() -> str:
    """Every command of every program."""
    introduction = (
        "Each is `python -m PROGRAM COMMAND`; `--help` tells more. `bin/tongbao COMMAND` is "
        "`python -m services COMMAND`, from any directory."
    )
    parts = ["# Commands", introduction]
    for name in _programs():
        parts += _program(name, _click_group(importlib.import_module(_module_of_commands(name))))
    return _page(parts)


def _programs() -> list[str]:
    """All packages that can be run with `python -m`."""
    files = [file for room in ("dev", "services", "shared") for file in (ROOT / room).rglob("__main__.py")]
    return sorted(".".join(file.parent.relative_to(ROOT).parts) for file in files)


def _program(name: str, group: click.Group) -> list[str]:
    table = [
        (f"`{path}`", " ".join(_usage(command)), command.get_short_help_str(limit=200))
        for path, command in _commands(name, group)
    ]
    return [f"## {name}", _table(("command", "options", "what it does"), table)]


def _commands(program: str, group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Also those of groups within; a group that is a program of its own stands for all of its commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{program} lists {name} and has it not"
        if isinstance(command, click.Group) and f"{program}.{name}" not in _programs():
            yield from _commands(program, command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def _usage(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield f"`{parameter.opts[0]}`"
        else:
            yield f"`{parameter.human_readable_name}`"


def _module_of_commands(name: str) -> str:
    return f"{name}.cli" if find_spec(f"{name}.cli") else f"{name}.__main__"


def _click_group(module: ModuleType) -> click.Group:
    for value in vars(module).values():
        if isinstance(value, click.Group):
            return value
    raise LookupError(f"{module.__name__} has no group of commands")


def _settings_of(service: str) -> list[type]:
    """The settings classes of the service's own processes, and of those that every service has."""
    modules = [importlib.import_module(f"services.{service}.config"), *_modules("shared.processes")]
    return [value for module in modules for value in vars(module).values() if _is_settings(value, module)]


def _is_settings(value: object, module: ModuleType) -> bool:
    return isclass(value) and is_dataclass(value) and value.__module__ == module.__name__


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        yield importlib.import_module(found.name)


def _page(parts: Iterable[str]) -> str:
    return _NOTE + "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
