"""Which changed numbers of a folder's schemes no example notices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.scoring.application.rehearsal.folder import SCHEMES, Folder, read_folder
from services.scoring.application.rehearsal.trying.trial import try_example
from shared.schemes import SchemeMistakes, read_scheme
from tests.mutation.numbers import Mutant, mutants

FOLDERS = tuple(sorted(path.parent for path in Path(__file__).resolve().parents[2].glob("schemes/*/scheme.yaml")))


@dataclass
class Tally:
    tried: int = 0
    survivors: list[str] = field(default_factory=list)


def try_folder(path: Path, *, one_in: int = 1) -> Iterator[Tally]:
    """The tally after each mutant; of the mutants, only every so manieth."""
    texts = {file.name: file.read_text() for file in sorted(path.glob("*.yaml"))}
    folder = read_folder(texts)
    examples = list(folder.examples)
    tally = Tally()
    for name in (name for name in texts if SCHEMES.fullmatch(name)):
        for count, mutant in enumerate(mutants(texts[name])):
            if count % one_in:
                continue
            tally.tried += 1
            if not _noticed(folder, examples, mutant):
                tally.survivors.append(f"{path.name}/{name}, {mutant}")
            yield tally


def _noticed(folder: Folder, examples: list[tuple[str, object]], mutant: Mutant) -> bool:
    """Whether the check refuses it or an example fails. What failed last is tried first: neighbours fail alike."""
    try:
        changed = read_scheme(mutant.text)
    except SchemeMistakes:
        return True
    versions = [changed if one.version == changed.version else one for one in folder.schemes]
    for place, (file, example) in enumerate(examples):
        if not try_example(folder, file, example, versions).passed:
            examples.insert(0, examples.pop(place))
            return True
    return False
