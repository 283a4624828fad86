"""A formula that was read: evaluate it, or show it with the numbers put in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from shared.schemes.formulas.compiling import Evaluation, compiled
from shared.schemes.formulas.decimals import DividedByZero, bounded
from shared.schemes.formulas.divisors import uncertain_divisor
from shared.schemes.formulas.functions import LINE_FUNCTIONS, Functions
from shared.schemes.formulas.parser import parse
from shared.schemes.formulas.reference import Reference
from shared.schemes.formulas.syntax import Node, Referred, Span, walk


@dataclass(frozen=True)
class Formula:
    """A formula over values that are looked up. Equal when its text, its ``otherwise`` and its references are."""

    text: str
    otherwise: Decimal | None
    """What it gives when it would divide by zero; None only where its divisors cannot be zero."""
    references: tuple[Reference, ...]
    """All the values it takes, plain names too, each once, in the order of the text."""
    uncertain_divisor: tuple[int, int] | None = field(repr=False, compare=False)
    """The characters of the first divisor that may turn out to be zero, also of a ``ratio``."""
    _places: tuple[Referred, ...] = field(repr=False, compare=False)
    _tree: Node = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, otherwise: Decimal | None = None, functions: Functions = LINE_FUNCTIONS) -> "Formula":
        """Raises FormulaMistake, which says where, when the text is no formula.

        Whether its names exist is not asked here. Nor is a formula refused that may divide by zero and does not declare
        ``otherwise``: see ``uncertain_divisor``.
        """
        tree = parse(text, functions)
        nodes = list(walk(tree))
        places = tuple(node for node in nodes if isinstance(node, Referred))
        references = tuple(dict.fromkeys(place.reference for place in places))
        divisor = uncertain_divisor(nodes)
        return cls(text, otherwise, references, _characters(divisor) if divisor else None, places, tree)

    @cached_property
    def _evaluate(self) -> Evaluation:
        """Compiled when it is first asked for: a scheme that is only checked evaluates nothing."""
        return compiled(self._tree)

    @property
    def names(self) -> tuple[str, ...]:
        """The plain names it uses, each once, in the order of the text; not those within functions of names."""
        return tuple(reference.name for reference in self.references if reference.function is None)

    def places_of(self, of: Reference | str) -> list[tuple[int, int]]:
        """Where a reference stands, with its function, or a name, also within functions: start and end in the text."""
        if isinstance(of, Reference):
            return [_characters(place.span) for place in self._places if place.reference == of]
        return [_characters(span) for place in self._places for word, span in place.words if word == of]

    def evaluate(self, values: Mapping[str, Decimal]) -> Decimal:
        """The formula's value: 28 digits, rounded half up, at most VALUE_MAX. A condition gives 1 or 0.

        ``values`` are finite numbers by the ``key`` of their reference. They are asked for one by one, and only when
        they are needed: not those behind an ``and``, ``or``, ``if`` or ``band`` that is decided already.

        Raises KeyError when ``values`` lacks one that is needed; ZeroDivisionError when the formula divides by zero and
        declares no value for it.
        """
        try:
            return bounded(self._evaluate(values))
        except DividedByZero:
            if self.otherwise is None:
                raise ZeroDivisionError(f"{self.text} divides by zero and declares no value for it") from None
            return self.otherwise

    def with_values(self, values: Mapping[str, Decimal]) -> str:
        """The text with numbers put in: ``2 * 7`` for ``2 * over(week, reports)``. All references need a value."""
        parts: list[str] = []
        at = 0
        for place in self._places:
            parts.append(self.text[at : place.span.start])
            parts.append(_written(values[place.reference.key]))
            at = place.span.end
        return "".join(parts) + self.text[at:]


def _characters(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _written(value: Decimal) -> str:
    within = bounded(value)
    plain = format(within, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"({plain})" if within < 0 else plain
