"""The texts of schemes and of their folders, from disk."""

from pathlib import Path

import click

from services.scoring.application.rehearsal.folder import EXAMPLES, ORGANISATION, SCHEMES, Folder, read_folder
from shared.schemes.document import TEXT_BYTES_MAX

FILES_MAX = 200
"""Of one folder."""


def text_of(file: Path) -> str:
    """The text of a file. Raises ClickException for one that cannot be read, is too long, or is not UTF-8."""
    try:
        with file.open("rb") as opened:
            found = opened.read(TEXT_BYTES_MAX + 1)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    if len(found) > TEXT_BYTES_MAX:
        raise click.ClickException(f"{file} is longer than {TEXT_BYTES_MAX // 1024} KiB")
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text: byte {error.start + 1} is wrong") from error


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a folder's own files, by their names. Raises ClickException."""
    names = sorted(each.name for each in folder.iterdir() if _belongs(each.name))
    if len(names) > FILES_MAX:
        raise click.ClickException(f"{folder} has more than {FILES_MAX} files")
    return {name: text_of(folder / name) for name in names}


def folder_of(path: Path) -> Folder:
    """The folder, read. Raises FolderMistakes and ClickException."""
    return read_folder(texts_of(path))


def _belongs(name: str) -> bool:
    return name == ORGANISATION or any(pattern.fullmatch(name) for pattern in (SCHEMES, EXAMPLES))
