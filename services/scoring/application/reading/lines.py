"""The lines of a scheme, computed from the sums of its measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.schemes.model import Line, Scheme

_NOTHING = Decimal(0)
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Computation:
    """What has to be computed for some lines: the measures they stand on, and the lines, used ones first."""

    measures: Sequence[str]
    lines: Sequence[Line]

    def values(self, amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """The value of every one of these measures and lines by name."""
        values = {name: amounts.get(name, _NOTHING) for name in self.measures}
        for line in self.lines:
            values[line.name] = line.formula.evaluate(values)
        return values


def computation(scheme: Scheme, lines: Iterable[str]) -> Computation:
    """Of these lines and all that they stand on."""
    reached = _closure(scheme, lines)
    return Computation(
        measures=[name for name in scheme.measures if name in reached],
        lines=[line for line in scheme.lines.values() if line.name in reached],
    )


def measures_behind(scheme: Scheme, lines: Iterable[str]) -> Sequence[str]:
    """The measures that the lines stand on, in the scheme's order."""
    return computation(scheme, lines).measures


def lines_behind(scheme: Scheme, line: str) -> list[str]:
    """The other lines that a line stands on, the nearest first, in the order in which formulas name them."""
    found: dict[str, None] = {line: None}
    waiting = [line]
    while waiting:
        named = [name for each in waiting for name in scheme.lines[each].formula.names if name in scheme.lines]
        waiting = [name for name in dict.fromkeys(named) if name not in found]
        found.update(dict.fromkeys(waiting))
    return list(found)[1:]


def plain(value: Decimal) -> Decimal:
    """The same number without the zeros behind its last digit and without an exponent, so that it reads as 5."""
    text = str(value)
    if "." not in text and "E" not in text:
        return value
    shortest = value.normalize()
    exponent = shortest.as_tuple().exponent
    return shortest.quantize(_WHOLE) if isinstance(exponent, int) and exponent > 0 else shortest


def _closure(scheme: Scheme, lines: Iterable[str]) -> frozenset[str]:
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
