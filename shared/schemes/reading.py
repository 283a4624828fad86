"""Reads the values of a scheme's text, and goes on after a mistake.

A reader of a value that is wrong notes the mistake and returns a stand-in of the right type; the scheme that is made
of stand-ins is thrown away at the end, with all mistakes told.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from shared.calendars import Duration
from shared.contracts.identifiers import is_name
from shared.schemes.document import Mapping, Node, Scalar, Sequence
from shared.schemes.formulas import RESERVED
from shared.schemes.mistakes import MISTAKES_MAX, Mistake, SchemeMistakes, closest, shortened

TEXT_CHARACTERS_MAX = 1_000

LENGTH_MAX = timedelta(days=366)
YEAR_MIN = 1970
YEAR_MAX = 2900

_A_DAY = date(2000, 1, 1)
"""Stands in for a date that is wrong."""
_BREAK = re.compile(r"\s*[\r\n]\s*")
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)

Chosen = TypeVar("Chosen", bound=str)


class Reading:
    """One reading of one text: the mistakes found so far, and the ways to read a value."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def mistake(self, node: Node, message: str, suggestion: str | None = None) -> None:
        """Note a mistake at a node. Raises SchemeMistakes when there are too many to go on."""
        text = shortened(node.value) if isinstance(node, Scalar) else ""
        self._note(Mistake(node.line, node.column, node.path, text, message, suggestion))

    def mistake_within(self, node: Scalar, start: int, end: int, message: str, suggestion: str | None = None) -> None:
        """Note a mistake at some characters of a value."""
        column = node.column if node.column_within is None else node.column_within + start
        text = shortened(node.value[start:end])
        self._note(Mistake(node.line, column, node.path, text, message, suggestion))

    def _note(self, mistake: Mistake) -> None:
        self.mistakes.append(mistake)
        if len(self.mistakes) >= MISTAKES_MAX:
            raise SchemeMistakes(tuple(self.mistakes))

    def scalar(self, node: Node, expected: str) -> Scalar | None:
        """The node as a single value that is not empty; otherwise None, and the mistake noted."""
        if not isinstance(node, Scalar):
            found = "a list" if isinstance(node, Sequence) else "a mapping"
            self.mistake(node, f"expected {expected} here, not {found}")
            return None
        if not node.value.strip():
            self.mistake(node, f"expected {expected} here, but there is nothing")
            return None
        return node

    def text(self, node: Node, expected: str = "text") -> str:
        """A text as one line; where it was broken there is a blank."""
        scalar = self.scalar(node, expected)
        if scalar is None:
            return ""
        if len(scalar.value) > TEXT_CHARACTERS_MAX:
            self.mistake(scalar, f"a text has at most {TEXT_CHARACTERS_MAX} characters")
        return _BREAK.sub(" ", scalar.value.strip())

    def whole(self, node: Node, least: int, most: int) -> int:
        scalar = self.scalar(node, f"a whole number from {least} to {most}")
        if scalar is None:
            return least
        if _WHOLE.fullmatch(scalar.value) is None or not least <= int(scalar.value) <= most:
            self.mistake(scalar, f'"{shortened(scalar.value)}" is no whole number from {least} to {most}')
            return least
        return int(scalar.value)

    def decimal(self, node: Node) -> Decimal:
        scalar = self.scalar(node, "a number")
        if scalar is None:
            return Decimal(1)
        if _DECIMAL.fullmatch(scalar.value) is None:
            message = (
                f'"{shortened(scalar.value)}" is no number: write it like 5, -2 or 0.5, at most 12 digits and 6 places'
            )
            self.mistake(scalar, message)
            return Decimal(1)
        return Decimal(scalar.value)

    def day(self, node: Node) -> date:
        scalar = self.scalar(node, "a date such as 2014-01-01")
        if scalar is None:
            return _A_DAY
        if _DATE.fullmatch(scalar.value) is None:
            self.mistake(scalar, f'"{shortened(scalar.value)}" is no date: write it like 2014-01-01')
            return _A_DAY
        try:
            found = date.fromisoformat(scalar.value)
        except ValueError as error:
            self.mistake(scalar, f"there is no day {scalar.value}: {error}")
            return _A_DAY
        if not YEAR_MIN <= found.year <= YEAR_MAX:
            self.mistake(scalar, f"{found} lies outside the years {YEAR_MIN} to {YEAR_MAX}")
        return found

    def duration(self, node: Node) -> Duration | None:
        """A length of time; there is no stand-in that would pass every check, so None when it is wrong."""
        scalar = self.scalar(node, "a length of time such as P2D or PT12H")
        if scalar is None:
            return None
        try:
            found = Duration.parse(scalar.value)
        except ValueError as error:
            self.mistake(scalar, str(error))
            return None
        if found.nominal > LENGTH_MAX:
            self.mistake(scalar, f"a length of time is at most {LENGTH_MAX.days} days")
            return None
        return found

    def one_of(self, node: Node, choices: tuple[Chosen, ...], what: str, stand_in: Chosen | None = None) -> Chosen:
        """One of a few words. ``what`` completes the sentence: "weak" is no …"""
        scalar = self.scalar(node, f"one of {', '.join(choices)}")
        if scalar is not None:
            for choice in choices:
                if scalar.value == choice:
                    return choice
            message = f'"{shortened(scalar.value)}" is no {what}: it is one of {", ".join(choices)}'
            self.mistake(scalar, message, closest(scalar.value, choices))
        return choices[0] if stand_in is None else stand_in

    def reference(self, node: Node, declared: Collection[str], what: str) -> str:
        """A name that must have been declared elsewhere in the scheme."""
        scalar = self.scalar(node, f"the name of a {what}")
        if scalar is None:
            return ""
        if scalar.value not in declared:
            self.unknown(scalar, declared, what)
        return scalar.value

    def references(self, node: Node, declared: Collection[str], what: str, most: int) -> tuple[str, ...]:
        """A list of different names that must have been declared elsewhere in the scheme."""
        found: dict[str, None] = {}
        for item in self.items(node, f"{what}s", most):
            name = self.reference(item, declared, what)
            if name in found and name:
                self.mistake(item, f'"{shortened(name)}" stands in this list twice')
            found[name] = None
        return tuple(found)

    def unknown(self, name: Scalar, declared: Collection[str], what: str) -> None:
        """Note that nothing of this name was declared."""
        self.mistake(name, f'there is no {what} "{shortened(name.value)}"', closest(name.value, declared))

    def items(self, node: Node, what: str, most: int) -> list[Node]:
        """The items of a list that is not empty; a single value stands for a list of one."""
        if isinstance(node, Mapping):
            self.mistake(node, f"expected a list of {what} here, such as [a, b]")
            return []
        found: list[Node] = [node] if isinstance(node, Scalar) else node.items
        if not found:
            self.mistake(node, f"this list of {what} is empty")
        if len(found) > most:
            self.mistake(node, f"there are at most {most} {what} here, not {len(found)}")
        return found[:most]

    def texts(self, node: Node, what: str, most: int) -> tuple[str, ...]:
        """A list of different words."""
        found: dict[str, None] = {}
        for item in self.items(node, what, most):
            text = self.text(item, f"one of the {what}")
            if text in found and text:
                self.mistake(item, f'"{shortened(text)}" stands in this list twice')
            found[text] = None
        return tuple(found)


class Fields:
    """A mapping whose keys are fixed: reports keys that it does not have, and keys that it lacks."""

    def __init__(self, reading: Reading, node: Node, what: str, known: tuple[str, ...], later: str = "") -> None:
        """``later`` names, separated by blanks, keys of the wider language that are not supported yet."""
        self._reading = reading
        self._node = node
        self._what = what
        self._entries = node.entries if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping):
            reading.mistake(node, f"{what} is written as keys and values: {', '.join(known)}")
        for key, _ in self._entries.values():
            if key.value in later.split():
                reading.mistake(key, f'"{key.value}" is not supported yet in {what}')
            elif key.value not in known:
                message = f'{what} has no "{shortened(key.value)}"; it has {", ".join(known)}'
                reading.mistake(key, message, closest(key.value, known))

    def get(self, key: str) -> Node | None:
        entry = self._entries.get(key)
        return entry[1] if entry else None

    def require(self, key: str) -> Node | None:
        found = self.get(key)
        if found is None and isinstance(self._node, Mapping):
            self._reading.mistake(self._node, f'{self._what} needs "{key}"')
        return found


class Named:
    """The entries of a mapping whose keys the author chose."""

    def __init__(
        self, reading: Reading, node: Node | None, what: str, check: "NameRule", *, least: int = 0, most: int
    ) -> None:
        self.entries: list[tuple[Scalar, Node]] = []
        if node is None:
            return
        if not isinstance(node, Mapping):
            reading.mistake(node, f"expected names of {what}s here, each with what it is")
            return
        count = len(node.entries)
        if not least <= count <= most:
            reading.mistake(node, f"there are {least} to {most} {what}s here, not {count}")
        self.entries = list(node.entries.values())[:most]
        for key, _ in self.entries:
            check(reading, key, what)

    @property
    def names(self) -> list[str]:
        return [key.value for key, _ in self.entries]


NameRule = Callable[[Reading, Scalar, str], None]
"""Notes a mistake at a key that cannot name what it should."""


def word(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for names that stand in formulas, now or later."""
    if _WORD.fullmatch(key.value) is None:
        message = f'"{shortened(key.value)}" cannot name a {what}: use lower-case letters, digits and _, a letter first'
        reading.mistake(key, message)
    elif key.value in RESERVED:
        reading.mistake(key, f'"{key.value}" cannot name a {what}: it is a word of the formulas')


def address_part(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for names that stand in addresses."""
    if not is_name(key.value):
        message = f'"{shortened(key.value)}" cannot name a {what}: use at most 63 lower-case letters, digits, _ and -'
        reading.mistake(key, message)


def any_text(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for what is named elsewhere, such as a department's group."""
    reading.text(key, f"the name of a {what}")
