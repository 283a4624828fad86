"""Which divisors of a formula may turn out to be zero."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from shared.schemes.formulas.compiling import compiled
from shared.schemes.formulas.decimals import DividedByZero
from shared.schemes.formulas.syntax import Calculation, Call, Node, Referred, Span, walk


def uncertain_divisor(nodes: Iterable[Node]) -> Span | None:
    """The first divisor among a formula's nodes, in the order of the text, that may be zero."""
    uncertain = (divisor.span for divisor in _divisors(nodes) if not _never_zero(divisor))
    return min(uncertain, key=lambda span: span.start, default=None)


def _divisors(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        match node:
            case Calculation(sign="/"):
                yield node.right
            case Call(function="ratio"):
                yield node.arguments[1]


def _never_zero(divisor: Node) -> bool:
    """Whether it is a constant other than 0, or at least a positive one: ``max(staff, 1)``."""
    if isinstance(divisor, Call) and divisor.function == "max":
        return any(_constant(argument) > 0 for argument in divisor.arguments)
    return _constant(divisor) != 0


def _constant(node: Node) -> Decimal:
    """The value of an expression over plain numbers alone; 0 for any other, and where it has none."""
    if any(isinstance(inner, Referred) for inner in walk(node)):
        return Decimal(0)
    try:
        return compiled(node)({})
    except DividedByZero:
        return Decimal(0)
