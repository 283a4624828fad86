"""What may stand where in a scheme, as data.

The readers of the sections take their keys from it and the JSON Schema for editors is generated from it, so that the
two cannot say different things.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.identifiers import NAME_PATTERN

WORD_PATTERN = "[a-z][a-z0-9_]{0,62}"
"""Of names that stand in formulas."""
ADDRESS_PATTERN = NAME_PATTERN.pattern
"""Of names that stand in addresses."""


@dataclass(frozen=True)
class Value:
    """A single value. ``schema`` is what JSON Schema says of it."""

    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ListOf:
    """At most so many of a kind; one alone needs no brackets."""

    of: "Shape"
    most: int
    repeats: bool = False
    """Whether one may stand in it twice."""
    least: int = 1


@dataclass(frozen=True)
class Either:
    """One of several ways to say it."""

    ways: tuple["Shape", ...]


@dataclass(frozen=True)
class Entries:
    """A mapping whose keys the author chooses."""

    of: "Shape"
    most: int
    least: int = 0
    names: str | None = None
    """The pattern of the keys; None: any text."""


@dataclass(frozen=True)
class Key:
    name: str
    of: "Shape"
    says: str
    """What it is for, in a line that an editor shows."""
    required: bool = False


@dataclass(frozen=True)
class Keys:
    """A mapping whose keys are fixed."""

    what: str
    """As mistakes call it, with its article: ``a measure``."""
    keys: tuple[Key, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(key.name for key in self.keys))


Shape = Value | ListOf | Either | Entries | Keys


def _text(pattern: str, example: str) -> Value:
    return Value({"type": "string", "pattern": f"^(?:{pattern})$", "examples": [example]})


def words(choices: Collection[str]) -> Value:
    """One of a few words."""
    return Value({"enum": list(choices)})


def whole(least: int, most: int) -> Value:
    """A whole number."""
    return Value({"type": "integer", "minimum": least, "maximum": most})


ANY = Value({"type": ["string", "number", "boolean"]})
"""Any single value: a word, a number, a yes or no."""
TEXT = Value({"type": ["string", "number", "boolean"]})
NUMBER = Value({"type": "number"})
YES_NO = Value({"type": "boolean"})
FORMULA = Value({"type": ["string", "number"]})
WORD = _text(WORD_PATTERN, "weekly_reports")
NAME = _text(ADDRESS_PATTERN, "haidian-civilised-district")
DAY = _text(r"\d{4}-\d{2}-\d{2}", "2014-01-01")
MONTH_DAY = _text(r"\d{2}-\d{2}", "09-01")
TIME = _text(r"\d{2}:\d{2}", "16:00")
LENGTH = _text(r"P(?:\d+W|(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?)", "P2D")

TITLE = Key("title", TEXT, "What people call it.")
CITE = Key("cite", TEXT, "The sentence of the rulebook that it comes from.")
