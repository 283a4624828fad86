"""Reads the values of a scheme's text, and goes on after a mistake.

A reader of a value that is wrong notes the mistake and returns a stand-in of the right type; the scheme that is made
of stand-ins is thrown away at the end, with all mistakes told.
"""

import re
from collections.abc import Collection
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeVar

from shared.calendars import Duration
from shared.schemes.document import Mapping, Node, Scalar, Sequence
from shared.schemes.mistakes import MISTAKES_MAX, Mistake, SchemeMistakes, closest, listed, shortened

TEXT_CHARACTERS_MAX = 1_000

LENGTH_MAX = timedelta(days=366)
YEAR_MIN = 1970
YEAR_MAX = 2900

A_DAY = date(2014, 1, 1)
"""Stands in for a date that is wrong; of a year whose public holidays are known."""
_BREAK = re.compile(r"\s*[\r\n]\s*")
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)

Chosen = TypeVar("Chosen", bound=str)


class Reading:
    """One reading of one text: the mistakes found so far, and the ways to read a value."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.needs_workdays: list[Node] = []
        """What asks which days are worked, and so cannot do without a table of them."""

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
            return A_DAY
        if _DATE.fullmatch(scalar.value) is None:
            self.mistake(scalar, f'"{shortened(scalar.value)}" is no date: write it like 2014-01-01')
            return A_DAY
        try:
            found = date.fromisoformat(scalar.value)
        except ValueError as error:
            self.mistake(scalar, f"there is no day {scalar.value}: {error}")
            return A_DAY
        if not YEAR_MIN <= found.year <= YEAR_MAX:
            self.mistake(scalar, f"{found} lies outside the years {YEAR_MIN} to {YEAR_MAX}")
        return found

    def time_of_day(self, node: Node) -> time:
        scalar = self.scalar(node, "a time of day such as 16:00")
        if scalar is None:
            return time()
        matched = _TIME.fullmatch(scalar.value)
        if matched is None:
            message = f'"{shortened(scalar.value)}" is no time of day: write it like 16:00, from 00:00 to 23:59'
            self.mistake(scalar, message)
            return time()
        return time(int(matched[1]), int(matched[2]))

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

    def yes_no(self, node: Node) -> bool:
        return self.one_of(node, ("true", "false"), "yes or no") == "true"

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
        for item in self.items(node, "names", most):
            name = self.reference(item, declared, what)
            if name in found and name:
                self.mistake(item, f'"{shortened(name)}" stands in this list twice')
            found[name] = None
        return tuple(found)

    def unknown(self, name: Scalar, declared: Collection[str], what: str) -> None:
        """Note that nothing of this name was declared; where no name is close, tell which there are."""
        meant = closest(name.value, declared)
        known = f"; there are {listed(declared)}" if declared and meant is None else ""
        self.mistake(name, f'there is no {what} "{shortened(name.value)}"{known}', meant)

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
