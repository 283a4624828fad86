"""``python -m shared.schemes check FILE``: is this file a scheme, and if not, where and why not?"""

import sys
import unicodedata
from pathlib import Path

import click

from shared.schemes.document import TEXT_BYTES_MAX
from shared.schemes.mistakes import LINE_END, Mistake, SchemeMistakes
from shared.schemes.reader import read_scheme

SHOWN_BEFORE_MAX = 60
SHOWN_BEHIND_MAX = 60
"""Characters of a line that are shown before and behind the place of a mistake."""


@click.group()
def main() -> None:
    """For those who write schemes."""


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Read FILE as a scheme and print all of its mistakes. Exits with 1 when there are any."""
    text = _text_of(file)
    try:
        scheme = read_scheme(text)
    except SchemeMistakes as found:
        lines = LINE_END.split(text)
        for mistake in found.mistakes:
            click.echo(_shown(file, mistake, lines))
        count = len(found.mistakes)
        click.echo(f"{count} mistake{'s' if count > 1 else ''}")
        sys.exit(1)
    click.echo(f"{file}: no mistakes; scheme {scheme.name}, version {scheme.version}")


def _text_of(file: Path) -> str:
    with file.open("rb") as opened:
        found = opened.read(TEXT_BYTES_MAX + 1)
    if len(found) > TEXT_BYTES_MAX:
        raise click.ClickException(f"{file} is longer than {TEXT_BYTES_MAX // 1024} KiB")
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text: byte {error.start + 1} is wrong") from error


def _shown(file: Path, mistake: Mistake, lines: list[str]) -> str:
    """The mistake as compilers print it: file:line:column, the line, and carets below the place."""
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


if __name__ == "__main__":
    main(prog_name="python -m shared.schemes")
