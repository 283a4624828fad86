"""Try the examples of a folder: each is played, and what it expects is compared with what comes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.scoring.application.rehearsal.folder import Folder
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.playing.rehearse import Unplayable, rehearse
from services.scoring.application.rehearsal.reading.examples import Example
from services.scoring.application.rehearsal.reading.places import Where
from services.scoring.application.rehearsal.trying.findings import Finding, findings
from services.scoring.domain.cards.needs import TooLarge
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one example."""

    file: str
    example: Example
    findings: tuple[Finding, ...]
    impossible: tuple[tuple[Where, str], ...] = ()
    """Why it could not be played to its end: places, and what is wrong there."""
    rehearsal: Rehearsal | None = None
    """What was played, to ask it why; None where nothing could be."""

    @property
    def passed(self) -> bool:
        return not self.impossible and all(finding.passed for finding in self.findings)

    @property
    def failures(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.passed]


def try_examples(folder: Folder, schemes: Sequence[Scheme] | None = None) -> Iterator[Tried]:
    """Each example as it comes out, in the folder's order, or under other versions of its scheme."""
    for file, example in folder.examples:
        yield try_example(folder, file, example, schemes)


def try_example(folder: Folder, file: str, example: Example, schemes: Sequence[Scheme] | None = None) -> Tried:
    """Play one example and compare."""
    try:
        played = play(folder, example, schemes)
    except SchemeMistakes as found:
        impossible = ((Where(one.line, one.column, one.path, one.text), one.message) for one in found.mistakes)
        return Tried(file, example, (), tuple(impossible))
    seen: list[Finding] = []
    try:
        for expectation in example.expectations:
            seen += findings(played, expectation)
    except Unplayable as reason:
        return Tried(file, example, tuple(seen), ((reason.where or example.where, str(reason)),), played)
    except (TooLarge, ValueError) as reason:
        return Tried(file, example, tuple(seen), ((expectation.where, str(reason)),), played)
    return Tried(file, example, tuple(seen), (), played)


def play(folder: Folder, example: Example, schemes: Sequence[Scheme] | None = None) -> Rehearsal:
    """What has come of an example, as known at the instant that it asks for. Raises SchemeMistakes."""
    versions = folder.schemes if schemes is None else schemes
    rehearsal = rehearse(
        folder.organisation, versions, example.happenings, example.until, example.departments, example.facts
    )
    return rehearsal if example.as_of is None else rehearsal.as_of(example.as_of)
