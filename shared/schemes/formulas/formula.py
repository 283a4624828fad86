"""A formula that was read: evaluate it, or show it with the numbers put in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.schemes.formulas.compiling import DividedByZero, Evaluation, compiled
from shared.schemes.formulas.parser import parse
from shared.schemes.formulas.syntax import Calculation, Name, Number, walk

VALUE_MAX = Decimal(10) ** 15
"""No formula gives more than this, or less than its negative: lines that square each other stay numbers."""


@dataclass(frozen=True)
class Formula:
    """A formula over named values. Equal when its text and its ``otherwise`` are."""

    text: str
    names: tuple[str, ...]
    """The names it uses, each once, in the order of the text."""
    otherwise: Decimal | None
    """What it gives when it would divide by zero; None only where it divides by plain numbers alone."""
    _places: tuple[Name, ...] = field(repr=False, compare=False)
    _divisor: tuple[int, int] | None = field(repr=False, compare=False)
    _evaluate: Evaluation = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, otherwise: Decimal | None = None) -> "Formula":
        """Raises FormulaMistake, which says where, when the text is no formula."""
        tree = parse(text)
        nodes = list(walk(tree))
        places = tuple(node for node in nodes if isinstance(node, Name))
        names = tuple(dict.fromkeys(place.name for place in places))
        divisors = (node.right for node in nodes if isinstance(node, Calculation) and node.sign == "/")
        uncertain = (node.span for node in divisors if not isinstance(node, Number) or not node.value)
        divisor = next(uncertain, None)
        where = (divisor.start, divisor.end) if divisor else None
        return cls(text, names, otherwise, places, where, compiled(tree))

    @property
    def uncertain_divisor(self) -> tuple[int, int] | None:
        """The characters of the first divisor that is no plain number but zero, and so may turn out to be zero."""
        return self._divisor

    def places_of(self, name: str) -> list[tuple[int, int]]:
        """The characters where the name stands: start, end."""
        return [(place.span.start, place.span.end) for place in self._places if place.name == name]

    def evaluate(self, values: Mapping[str, Decimal]) -> Decimal:
        """The formula's value: 28 digits, rounded half up. A condition gives 1 or 0.

        Raises KeyError when ``values`` lacks one of ``names``.
        """
        try:
            value = self._evaluate(values)
        except DividedByZero:
            if self.otherwise is None:
                raise ZeroDivisionError(f"{self.text} divides by zero and declares no value for it") from None
            return self.otherwise
        return max(-VALUE_MAX, min(VALUE_MAX, value))

    def with_values(self, values: Mapping[str, Decimal]) -> str:
        """The text with numbers put in: ``2 * 7`` for ``2 * reports``. Raises KeyError as evaluate does."""
        parts: list[str] = []
        at = 0
        for place in self._places:
            parts.append(self.text[at : place.span.start])
            parts.append(_written(values[place.name]))
            at = place.span.end
        return "".join(parts) + self.text[at:]


def _written(value: Decimal) -> str:
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"({plain})" if value < 0 else plain or "0"
