"""``tongbao scheme test``: do the examples of a rulebook come out as they should?"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from services.scoring.application.rehearsal.folder import Folder, FolderMistakes
from services.scoring.application.rehearsal.trying.findings import Finding
from services.scoring.application.rehearsal.trying.trial import Tried, try_examples
from services.scoring.scheme_commands import mistakes
from services.scoring.scheme_commands.files import folder_of
from services.scoring.scheme_commands.reasons import reason_lines
from services.scoring.scheme_commands.wording import finding_text, subject_text, value_text

PLAIN_COLUMNS = 200
"""How wide lines are where there is no terminal."""


@click.command("test")
@click.argument(
    "folders",
    metavar="DIR…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for machines.")
def test(folders: tuple[Path, ...], as_json: bool) -> None:
    """Run the examples of each folder DIR; show why what fails has the value that it has. Exits with 1 on failure."""
    documents, wrong = [], False
    for path in folders:
        try:
            folder = folder_of(path)
        except FolderMistakes as found:
            wrong = True
            if as_json:
                documents.append(_mistaken(path, found))
            else:
                mistakes.show_folder(path, found)
            continue
        tried = list(_tried(path, folder, quiet=as_json))
        wrong = wrong or not all(one.passed for one in tried)
        if as_json:
            documents.append({"folder": str(path), "examples": [_document(one) for one in tried]})
        else:
            _print(path, tried)
    if as_json:
        click.echo(json.dumps({"folders": documents}, ensure_ascii=False, indent=2))
    if wrong:
        sys.exit(1)


def console() -> Console:
    """Where tables go: as wide as the terminal, and plain where there is none."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=PLAIN_COLUMNS)


def _tried(path: Path, folder: Folder, *, quiet: bool) -> Iterator[Tried]:
    """Each example as it comes out; a bar shows how many have, where somebody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Console(stderr=True)
    with Progress(*columns, console=shown, transient=True, disable=quiet or not shown.is_terminal) as progress:
        task = progress.add_task(str(path), total=len(folder.examples))
        for one in try_examples(folder):
            progress.advance(task)
            yield one


def _print(path: Path, tried: list[Tried]) -> None:
    out = console()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(no_wrap=True, justify="right")
    for one in tried:
        right = len(one.findings) - len(one.failures)
        mark = Text("ok", "green") if one.passed else Text("FAILED", "bold red")
        table.add_row(mark, Text(one.example.title), f"{right}/{len(one.findings)}")
    out.print(Text(str(path), "bold"))
    out.print(table)
    for one in tried:
        if not one.passed:
            _print_failure(out, path, one)
    failed = sum(not one.passed for one in tried)
    passed = len(tried) - failed
    told = f"{len(tried)} example{'' if len(tried) == 1 else 's'}: {passed} passed, {failed} failed"
    out.print(Text(told, "bold red" if failed else "bold green"))


def _print_failure(out: Console, path: Path, tried: Tried) -> None:
    file = path / tried.file
    out.print()
    out.print(Text(tried.example.title, "bold"))
    for where, message in tried.impossible:
        _line(out, f"{file}:{where.line}: {message}")
    for finding in tried.failures:
        assert tried.rehearsal is not None, "what was compared has been played"
        zone = tried.rehearsal.rulebook.latest.time_zone
        _line(out, f"{file}:{finding.where.line}: {finding_text(finding, zone)}", "red")
        for reason in reason_lines(tried.rehearsal, finding):
            _line(out, f"    {reason}")


def _line(out: Console, line: str, style: str = "") -> None:
    """One line as it is, unwrapped."""
    out.print(Text(line, style), soft_wrap=True)


def _document(tried: Tried) -> dict[str, Any]:
    return {
        "file": tried.file,
        "line": tried.example.where.line,
        "title": tried.example.title,
        "passed": tried.passed,
        "impossible": [{"line": where.line, "message": message} for where, message in tried.impossible],
        "findings": [_finding(tried, one) for one in tried.findings],
    }


def _finding(tried: Tried, finding: Finding) -> dict[str, Any]:
    assert tried.rehearsal is not None, "what was compared has been played"
    zone = tried.rehearsal.rulebook.latest.time_zone
    document: dict[str, Any] = {
        "line": finding.where.line,
        "subject": None if finding.subject is None else subject_text(finding.subject),
        "calendar": finding.calendar,
        "period": finding.period,
        "what": finding.what,
        "expected": value_text(finding.expected, zone),
        "found": value_text(finding.found, zone),
        "passed": finding.passed,
    }
    if not finding.passed:
        document["reasons"] = list(reason_lines(tried.rehearsal, finding))
    return document


def _mistaken(path: Path, found: FolderMistakes) -> dict[str, Any]:
    return {
        "folder": str(path),
        "mistakes": [
            {"file": file, "line": one.line, "column": one.column, "message": one.message, "suggestion": one.suggestion}
            for file, some in found.mistakes.items()
            for one in some
        ],
    }
