"""What is wrong with a scheme: collected, so that its author hears of everything at once."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

MISTAKES_MAX = 50
SHOWN_CHARACTERS_MAX = 80
LISTED_MAX = 20
CANDIDATES_MAX = 600
"""With how many words one is compared to guess what was meant: it takes some ten microseconds each."""

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Mistake:
    line: int
    """From 1, as editors count."""
    column: int
    """From 1, in characters."""
    path: str
    """Where in the scheme: ``measures.adoption.amount``. Empty for the whole text."""
    text: str
    """The offending text, shortened where it is long."""
    message: str
    suggestion: str | None = None
    """What was probably meant, alone, ready to be put in place of ``text``."""

    def __str__(self) -> str:
        meant = f' (did you mean "{self.suggestion}"?)' if self.suggestion else ""
        return f"line {self.line}, column {self.column}: {self.message}{meant}"


class SchemeMistakes(Exception):
    """The text is no scheme. ``mistakes`` stand in the order of the text."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def shortened(text: str) -> str:
    """The text on one line, short enough to stand in a sentence."""
    line = LINE_END.sub(" ", text)
    return line if len(line) <= SHOWN_CHARACTERS_MAX else line[: SHOWN_CHARACTERS_MAX - 1] + "…"


def listed(words: Collection[str]) -> str:
    """The words one after another, for a sentence; of many, the first ones."""
    more = ", …" if len(words) > LISTED_MAX else ""
    return ", ".join(shortened(word) for word in islice(words, LISTED_MAX)) + more


def plural(what: str) -> str:
    """``class`` is ``classes``."""
    return f"{what}es" if what.endswith("s") else f"{what}s"


def closest(text: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant, if there is one."""
    if len(text) > SHOWN_CHARACTERS_MAX:
        return None
    found = difflib.get_close_matches(text, islice(known, CANDIDATES_MAX), n=1, cutoff=0.6)
    return found[0] if found and found[0] != text else None
