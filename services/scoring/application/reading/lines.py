"""The lines of a scheme, computed from the sums of its measures."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from shared.schemes.model import Scheme

_NOTHING = Decimal(0)
_WHOLE = Decimal(1)


def evaluate(scheme: Scheme, amounts: Mapping[str, Decimal], lines: Iterable[str] | None = None) -> dict[str, Decimal]:
    """The value of every measure and line by name; with ``lines``, of those and what they stand on alone."""
    wanted = closure(scheme, scheme.lines if lines is None else lines)
    values = {name: amounts.get(name, _NOTHING) for name in scheme.measures if lines is None or name in wanted}
    for line in scheme.lines.values():
        if line.name in wanted:
            values[line.name] = line.formula.evaluate(values)
    return values


def closure(scheme: Scheme, lines: Iterable[str]) -> frozenset[str]:
    """The lines, the lines and measures that their formulas name, what those name, and so on."""
    found: set[str] = set()
    waiting = list(lines)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in scheme.lines:
                waiting.extend(scheme.lines[name].formula.names)
    return frozenset(found)


def lines_behind(scheme: Scheme, line: str) -> list[str]:
    """The other lines that a line stands on, the nearest first, in the order in which formulas name them."""
    found: dict[str, None] = {line: None}
    waiting = [line]
    while waiting:
        named = [name for each in waiting for name in scheme.lines[each].formula.names if name in scheme.lines]
        waiting = [name for name in dict.fromkeys(named) if name not in found]
        found.update(dict.fromkeys(waiting))
    return list(found)[1:]


def measures_behind(scheme: Scheme, lines: Iterable[str]) -> list[str]:
    """The measures that the lines stand on, in the scheme's order."""
    reached = closure(scheme, lines)
    return [name for name in scheme.measures if name in reached]


def plain(value: Decimal) -> Decimal:
    """The same number without the zeros behind its last digit and without an exponent, so that it reads as 5."""
    shortest = value.normalize()
    exponent = shortest.as_tuple().exponent
    return shortest.quantize(_WHOLE) if isinstance(exponent, int) and exponent > 0 else shortest
