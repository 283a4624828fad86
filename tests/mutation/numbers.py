"""The numbers of a scheme's text, and what each might be mistaken for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from shared.schemes.document import Mapping, Node, Scalar, compose

_PROSE = frozenset(("title", "cite", "text"))
_NAMES = frozenset(("scheme", "version", "time_zone"))
_NUMBER = re.compile(
    r"(?<![\w.:-])(\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{2}:\d{2}|P\d+[DW]|PT\d+[HM]|\d+(?:\.\d+)?)(?![\w.-])"
)


@dataclass(frozen=True)
class Mutant:
    """One number of a text changed."""

    line: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.before} → {self.after}"


def mutants(text: str) -> Iterator[Mutant]:
    """All of the text's, in its order. Titles, clauses and the number of the version are left alone."""
    starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    for scalar in _scalars(compose(text, [])):
        if scalar.column_within is None:
            continue
        begin = starts[scalar.line - 1] + scalar.column_within - 1
        for found in _NUMBER.finditer(scalar.value):
            for other in _others(found.group()):
                at = begin + found.start()
                assert text[at : at + len(found.group())] == found.group()
                changed = text[:at] + other + text[at + len(found.group()) :]
                yield Mutant(scalar.line, found.group(), other, changed)


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.entries.values():
            if key.value not in _PROSE and not (key.value in _NAMES and node.path == ""):
                yield key
                yield from _scalars(value)
    else:
        for item in node.items:
            yield from _scalars(item)


def _others(number: str) -> list[str]:
    """A little more, and a little less where that is a number as well."""
    if number.startswith("P"):
        count = int(re.sub(r"\D", "", number))
        return [number.replace(str(count), str(other)) for other in (count + 1, count - 1) if other >= 0]
    if ":" in number:
        instant = datetime.fromisoformat(f"2001-01-02T{number}")
        return [f"{instant + timedelta(minutes=sign):%H:%M}" for sign in (1, -1)]
    if "-" in number:
        day = date.fromisoformat(number if len(number) > 5 else f"2001-{number}")
        return [str(day + timedelta(days=sign))[-len(number) :] for sign in (1, -1)]
    places = len(number.partition(".")[2])
    step = 10**-places
    return [f"{float(number) + sign * step:.{places}f}" for sign in (1, -1) if float(number) + sign * step >= 0]
