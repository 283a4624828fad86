"""A rulebook in its folder: organisation.yaml, scheme.yaml (scheme-2.yaml …) and examples.yaml."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.examples import Example, read_examples
from services.scoring.application.rehearsal.reading.organisation import Organisation, read_organisation
from services.scoring.application.rehearsal.telling.translation import translate
from shared.schemes import read_scheme
from shared.schemes.mistakes import Mistake, SchemeMistakes
from shared.schemes.model import Scheme

ORGANISATION = "organisation.yaml"
SCHEMES = re.compile(r"scheme(-[a-z0-9_-]+)?\.yaml", re.ASCII)
EXAMPLES = re.compile(r"examples(-[a-z0-9_-]+)?\.yaml", re.ASCII)
"""The files of a folder, by their names; others are left alone."""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder without mistakes."""

    organisation: Organisation
    schemes: tuple[Scheme, ...]
    """All versions, the first one first."""
    examples: tuple[tuple[str, Example], ...]
    """Each with the name of the file that it stands in."""


class FolderMistakes(Exception):
    """What is wrong in a folder, by the names of its files."""

    def __init__(self, mistakes: Mapping[str, tuple[Mistake, ...]]) -> None:
        super().__init__("\n".join(f"{file}: {mistake}" for file, found in mistakes.items() for mistake in found))
        self.mistakes = mistakes


def read_folder(texts: Mapping[str, str]) -> Folder:
    """Read the texts of a folder by the names of their files, and see whether what the examples tell may happen so.

    Raises FolderMistakes with the mistakes of all files.
    """
    mistakes: dict[str, tuple[Mistake, ...]] = {}

    def attempt(file: str, read: Callable[[str], Read]) -> Read | None:
        try:
            return read(texts[file])
        except SchemeMistakes as found:
            mistakes[file] = found.mistakes
            return None

    schemes, examples = _called(texts, SCHEMES), _called(texts, EXAMPLES)
    for name, files in (("organisation.yaml", texts.keys() & {ORGANISATION}), ("scheme.yaml", schemes)):
        if not files:
            mistakes[name] = (Mistake(1, 1, "", "", "the folder has no such file"),)
    organisation = attempt(ORGANISATION, read_organisation) if ORGANISATION in texts else None
    read = [(file, scheme) for file in schemes if (scheme := attempt(file, read_scheme)) is not None]
    mistakes.update((file, (mistake,)) for file, mistake in _disorder(read))
    if organisation is None or mistakes:
        raise FolderMistakes(mistakes)
    declared = Declared(organisation, tuple(sorted((scheme for _, scheme in read), key=lambda scheme: scheme.version)))
    told = [(file, attempt(file, lambda text: _playable(text, declared))) for file in examples]
    if mistakes:
        raise FolderMistakes(mistakes)
    found = tuple((file, example) for file, some in told for example in some or ())
    return Folder(organisation, declared.schemes, found)


def _called(texts: Mapping[str, str], pattern: re.Pattern[str]) -> list[str]:
    return sorted(name for name in texts if pattern.fullmatch(name))


def _disorder(read: list[tuple[str, Scheme]]) -> Iterator[tuple[str, Mistake]]:
    """The files must be versions of one scheme, each of which holds from a later day than the one before."""
    ordered = sorted(read, key=lambda each: each[1].version)
    for (_, before), (file, scheme) in itertools.pairwise(ordered):
        message = None
        if scheme.name != before.name:
            message = f'a folder has the versions of one scheme; there is "{before.name}" too'
        elif scheme.version != before.version + 1:
            message = f"version {scheme.version} follows version {before.version}: the next one is {before.version + 1}"
        elif scheme.effective_from <= before.effective_from:
            message = f"version {scheme.version} must hold from a later day than {before.effective_from}"
        if message is not None:
            yield file, Mistake(1, 1, "", "", message)


def _playable(text: str, declared: Declared) -> list[Example]:
    """The examples of a text. Raises SchemeMistakes also for what may not happen as it is said to."""
    examples = read_examples(text, declared)
    mistakes: list[Mistake] = []
    for example in examples:
        try:
            translate(declared, example.departments, example.facts, example.happenings)
        except SchemeMistakes as found:
            mistakes += found.mistakes
    if mistakes:
        raise SchemeMistakes(tuple(mistakes))
    return examples
