"""The rulebooks that come with the project: which there are, and which of them somebody asks for."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from dev.child import StackError
from services.scoring.application.rehearsal.folder import ORGANISATION, SCHEMES, Folder, read_folder

FOLDERS = Path(__file__).resolve().parent.parent.parent / "schemes"
DEFAULT = "haidian-civilised-district"
ALL = "all"


@dataclass(frozen=True)
class Offered:
    """One of them, as far as it is shown."""

    name: str
    """Of its folder."""
    title: str
    about: str
    """One line: the first of the scheme's text."""
    organisation: str

    @property
    def page(self) -> str:
        """Where the organisation's scorecards are, behind the scoring service's address."""
        return f"/organisations/{self.organisation}"


@cache
def offered() -> dict[str, Offered]:
    """All of them by name: the one that is loaded by default first."""
    names = sorted((folder.name for folder in FOLDERS.iterdir() if (folder / ORGANISATION).exists()), key=_order)
    return {name: _offered(name) for name in names}


def chosen(text: str) -> list[str]:
    """The names in a list such as ``school-rewards,tax-bureau``, or all. Raises StackError for a name there is not."""
    if text == ALL:
        return list(offered())
    names = [name for name in (part.strip() for part in text.split(",")) if name]
    for name in names:
        if name not in offered():
            meant = difflib.get_close_matches(name, offered(), 1)
            hint = f'; did you mean "{meant[0]}"' if meant else ""
            raise StackError(f'There is no rulebook "{name[:60]}"{hint}. There are: {", ".join(offered())}, or {ALL}.')
    return list(dict.fromkeys(names))


def texts_of(name: str) -> dict[str, str]:
    """The texts of a rulebook by the names of their files: the organisation and the versions of the scheme."""
    files = [
        file for file in sorted((FOLDERS / name).iterdir()) if file.name == ORGANISATION or SCHEMES.fullmatch(file.name)
    ]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def read(texts: dict[str, str]) -> Folder:
    """The rulebook itself."""
    return read_folder(texts)


def versions(texts: dict[str, str]) -> Sequence[tuple[int, str]]:
    """The versions of the scheme with their texts, the first one first."""
    found = [(int(yaml.safe_load(text)["version"]), text) for name, text in texts.items() if SCHEMES.fullmatch(name)]
    return sorted(found)


def _order(name: str) -> tuple[bool, str]:
    return name != DEFAULT, name


def _offered(name: str) -> Offered:
    folder = FOLDERS / name
    text = (folder / "scheme.yaml").read_text(encoding="utf-8")
    organisation = yaml.safe_load((folder / ORGANISATION).read_text(encoding="utf-8"))["organisation"]
    first = text.splitlines()[0]
    about = first.removeprefix("#").strip() if first.startswith("#") else organisation["title"]
    return Offered(name, organisation["title"], about, organisation["name"])
