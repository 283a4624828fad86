"""``tongbao scheme diff``: what does one version change against another?"""

import sys
from pathlib import Path

import click

from services.scoring.scheme_commands import mistakes
from services.scoring.scheme_commands.files import text_of
from shared.schemes.difference import diff as differences
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.model import Scheme
from shared.schemes.reader import read_scheme

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
def diff(old: Path, new: Path) -> None:
    """Show what the scheme in the file NEW changes in meaning against the one in OLD."""
    found = differences(scheme_of(old), scheme_of(new))
    for change in found:
        click.echo(str(change))
    if not found:
        click.echo("nothing changes")


def scheme_of(file: Path) -> Scheme:
    """The scheme of a file; where it has mistakes, they are printed and the process ends with 1."""
    text = text_of(file)
    try:
        return read_scheme(text)
    except SchemeMistakes as found:
        mistakes.show(file, text, found.mistakes)
        click.echo(mistakes.counted(len(found.mistakes)))
        sys.exit(1)
