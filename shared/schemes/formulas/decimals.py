"""How formulas calculate: 28 digits, rounded half up, within bounds that nothing can leave."""

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

CONTEXT = Context(
    prec=28,
    rounding=ROUND_HALF_UP,
    Emin=-9_999,
    Emax=9_999,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""28 significant digits; what lies beyond is rounded half up.

The exponents are never reached: a formula has fewer than 200 operands, each between 10^-28 and 10^15."""

VALUE_MAX = Decimal(10) ** 15
"""No value is more than this, or less than its negative: lines that square each other stay numbers."""
PLACES_MAX = 28
"""What is nearer to 0 than one unit of this decimal place is 0: lines that divide each other stay numbers."""

_VALUE_MIN = VALUE_MAX.copy_negate()
_VALUE_MAX_EXPONENT = VALUE_MAX.adjusted()
_NOTHING = Decimal(0)


class DividedByZero(Exception):
    """Only between a compiled formula and its Formula, which gives the declared value instead."""


def bounded(value: Decimal) -> Decimal:
    """The finite value itself, or the nearest one within the bounds. Never a negative zero."""
    if -PLACES_MAX <= value.adjusted() < _VALUE_MAX_EXPONENT:
        return value or _NOTHING  # the usual case: asking for the exponent is quicker than comparing
    if not value or value.adjusted() < 0:
        return _NOTHING
    return max(_VALUE_MIN, min(VALUE_MAX, value))


def divided(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Raises DividedByZero, also for 0 / 0."""
    if not divisor:
        raise DividedByZero
    return CONTEXT.divide(dividend, divisor)
