"""Mistakes as compilers print them: file:line:column, the line, and carets below the place."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import click

from services.scoring.application.rehearsal.folder import FolderMistakes
from services.scoring.scheme_commands.files import text_of
from shared.schemes.mistakes import LINE_END, Mistake

SHOWN_BEFORE_MAX = 60
SHOWN_BEHIND_MAX = 60
"""Characters of a line that are shown before and behind the place of a mistake."""


def show(file: Path, text: str, mistakes: Iterable[Mistake]) -> None:
    """Print the mistakes of one file."""
    lines = LINE_END.split(text)
    for mistake in mistakes:
        click.echo(_shown(file, mistake, lines))


def show_folder(folder: Path, found: FolderMistakes) -> None:
    """Print the mistakes of a folder's files."""
    for name, mistakes in found.mistakes.items():
        file = folder / name
        show(file, text_of(file) if file.exists() else "", mistakes)
    click.echo(counted(sum(len(mistakes) for mistakes in found.mistakes.values())))


def counted(count: int) -> str:
    return f"{count} mistake{'' if count == 1 else 's'}"


def _shown(file: Path, mistake: Mistake, lines: list[str]) -> str:
    meant = f' (did you mean "{mistake.suggestion}"?)' if mistake.suggestion else ""
    place = f"{file}:{mistake.line}:{mistake.column}: {mistake.message}{meant}"
    line = lines[mistake.line - 1] if mistake.line <= len(lines) else ""
    at = mistake.column - 1
    start = max(0, at - SHOWN_BEFORE_MAX)
    carets = "^" * _width(mistake.text) if mistake.text and line.startswith(mistake.text, at) else "^"
    return f"{place}\n  {line[start : at + SHOWN_BEHIND_MAX]}\n  {' ' * _width(line[start:at])}{carets}"


def _width(text: str) -> int:
    """In columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
