"""The functions that formulas may call: what they take, and what they give. Rounding is half up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.syntax import Call, Number

CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP, traps=[DivisionByZero, InvalidOperation, Overflow])
"""28 significant digits; what lies beyond is rounded half up."""

ARGUMENTS_MAX = 20
PLACES_MAX = 6

_WHOLE = Decimal(1)


@dataclass(frozen=True)
class Function:
    example: str
    arguments_min: int
    arguments_max: int
    apply: Callable[[Sequence[Decimal]], Decimal]
    second_is_places: bool = False

    def check(self, call: Call) -> None:
        """Raises FormulaMistake when the call does not give the function what it takes."""
        count = len(call.arguments)
        if not self.arguments_min <= count <= self.arguments_max:
            message = f"{call.function} takes {self._takes()}, not {count}: write {self.example}"
            raise FormulaMistake(message, call.span.start, call.span.end)
        if self.second_is_places and count == 2:
            places = call.arguments[1]
            if not isinstance(places, Number) or places.value not in range(PLACES_MAX + 1):
                message = f"how many places to keep is a whole number from 0 to {PLACES_MAX}"
                raise FormulaMistake(message, places.span.start, places.span.end)

    def _takes(self) -> str:
        if self.arguments_min == self.arguments_max:
            return f"{self.arguments_min} value" + ("s" if self.arguments_min > 1 else "")
        return f"{self.arguments_min} to {self.arguments_max} values"


def _round(values: Sequence[Decimal]) -> Decimal:
    value = values[0]
    places = int(values[1]) if len(values) == 2 else 0
    if value.adjusted() + places >= CONTEXT.prec - 1:
        return value  # it has no digit beyond those places
    return value.quantize(_WHOLE.scaleb(-places), context=CONTEXT)


def _floor(values: Sequence[Decimal]) -> Decimal:
    return values[0].to_integral_value(ROUND_FLOOR)


def _ceil(values: Sequence[Decimal]) -> Decimal:
    return values[0].to_integral_value(ROUND_CEILING)


FUNCTIONS = {
    "min": Function("min(a, b)", 2, ARGUMENTS_MAX, min),
    "max": Function("max(a, b)", 2, ARGUMENTS_MAX, max),
    "round": Function("round(a) or round(a, 2)", 1, 2, _round, second_is_places=True),
    "floor": Function("floor(a)", 1, 1, _floor),
    "ceil": Function("ceil(a)", 1, 1, _ceil),
    "abs": Function("abs(a)", 1, 1, lambda values: values[0].copy_abs()),
}

LATER = frozenset(
    {"band", "ratio", "over", "previous", "met", "met_on_time", "missed", "shortfall", "target", "rank", "rank_bonus"}
)
"""Functions of the wider language: no name may be one, so that a scheme of today stays one then."""
