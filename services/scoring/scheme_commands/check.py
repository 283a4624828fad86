"""``tongbao scheme check``: is this a scheme, and if not, where and why not?"""

import sys
from pathlib import Path

import click

from services.scoring.application.rehearsal.folder import EXAMPLES, ORGANISATION, FolderMistakes
from services.scoring.application.rehearsal.reading.organisation import read_organisation
from services.scoring.application.rehearsal.strangers import strangers
from services.scoring.scheme_commands import mistakes
from services.scoring.scheme_commands.files import folder_of, text_of
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.reader import read_scheme


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Read each FILE as a scheme, or each folder with its organisation, scheme and examples, and print all mistakes."""
    right = [_folder(file) if file.is_dir() else _file(file) for file in files]
    if not all(right):
        sys.exit(1)


def _file(file: Path) -> bool:
    """Whether the file has no mistakes; they are printed."""
    if EXAMPLES.fullmatch(file.name):
        raise click.UsageError(f"{file} is checked with the rest of its folder: name {file.parent}")
    text = text_of(file)
    try:
        if file.name == ORGANISATION:
            organisation = read_organisation(text)
            click.echo(f"{file}: no mistakes; organisation {organisation.name}")
        else:
            scheme = read_scheme(text)
            click.echo(f"{file}: no mistakes; scheme {scheme.name}, version {scheme.version}")
    except SchemeMistakes as found:
        mistakes.show(file, text, found.mistakes)
        click.echo(mistakes.counted(len(found.mistakes)))
        return False
    return True


def _folder(path: Path) -> bool:
    """Whether the folder's files have no mistakes; they are printed."""
    try:
        folder = folder_of(path)
    except FolderMistakes as found:
        mistakes.show_folder(path, found)
        return False
    latest = folder.schemes[-1]
    examples = f"{len(folder.examples)} example{'' if len(folder.examples) == 1 else 's'}"
    click.echo(f"{path}: no mistakes; scheme {latest.name}, version {latest.version}, {examples}")
    for stranger in strangers(folder):
        click.echo(f"  perhaps misspelt: {stranger}")
    return True
