"""A second opinion on formulas: trees of our own, printed with as few parentheses as the rules of precedence allow, and
evaluated by plain recursion with exact fractions that are rounded to 28 digits after each step."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]
"""A word that says what it is, and what it is made of."""

NAMES = ("a", "b", "c", "over(month, a)", "missed(weekly)", "rank(b)")

_CHOICE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_LEVEL = {
    **dict.fromkeys(("number", "name", "call", "band"), _ATOM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARISON),
    "if": _CHOICE,
    "or": _OR,
    "and": _AND,
    "not": _NOT,
    "sign": _SIGN,
}


class NothingToDivideBy(Exception):
    pass


def printed(tree: Tree, least: int = _CHOICE) -> str:
    """In parentheses only when it binds looser than what stands around it demands."""
    level = _LEVEL[tree[0]]
    text = _printed(tree, level)
    return text if level >= least else f"({text})"


def _printed(tree: Tree, level: int) -> str:
    match tree:
        case ("number" | "name", text):
            return str(text)
        case ("sign", inner):
            return f"-{printed(inner, _SIGN)}"
        case ("not", inner):
            return f"not {printed(inner, _NOT)}"
        case ("if", chosen, condition, other):
            return f"{printed(chosen, _OR)} if {printed(condition, _OR)} else {printed(other)}"
        case ("call", name, *arguments):
            return f"{name}({', '.join(map(printed, arguments))})"
        case ("band", of, steps, otherwise):
            written = [f"{'above ' * above}{bound}: {printed(gives)}" for bound, above, gives in steps]
            last = [] if otherwise is None else [f"otherwise {printed(otherwise)}"]
            return f"band({', '.join([printed(of), *written, *last])})"
        case (sign, left, right):
            chained = level + 1 if level == _COMPARISON else level
            return f"{printed(left, chained)} {sign} {printed(right, level + 1)}"
    raise AssertionError(tree)


def evaluated(tree: Tree, values: Mapping[str, Decimal], asked: list[str]) -> Fraction:
    """Notes in ``asked`` which values it needed, in order."""

    def of(inner: Tree) -> Fraction:
        return evaluated(inner, values, asked)

    match tree:
        case ("number", text):
            return Fraction(text)
        case ("name", key):
            asked.append(key)
            return Fraction(values[key])
        case ("sign", inner):
            return -of(inner)
        case ("not", inner):
            return Fraction(not of(inner))
        case ("and", left, right):
            return Fraction(of(left) != 0 and of(right) != 0)
        case ("or", left, right):
            return Fraction(of(left) != 0 or of(right) != 0)
        case ("if", chosen, condition, other):
            return of(chosen) if of(condition) else of(other)
        case ("band", inner, steps, otherwise):
            return _band(of(inner), steps, otherwise, of)
        case ("call", name, *arguments):
            return _called(name, [of(argument) for argument in arguments])
        case (sign, left, right):
            return _joined(sign, of(left), of(right))
    raise AssertionError(tree)


def _band(value: Fraction, steps: Any, otherwise: Tree | None, of: Any) -> Fraction:
    reached = [
        (Fraction(bound), above, gives)
        for bound, above, gives in steps
        if (value > Fraction(bound) if above else value >= Fraction(bound))
    ]
    if reached:
        return Fraction(of(max(reached, key=lambda step: step[:2])[2]))
    return Fraction(of(otherwise)) if otherwise is not None else Fraction(0)


def _joined(sign: str, left: Fraction, right: Fraction) -> Fraction:
    compared = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }
    if sign in compared:
        return Fraction(compared[sign])
    if sign == "/":
        return _divided(left, right)
    return to_28_digits({"+": left + right, "-": left - right, "*": left * right}[sign])


def _divided(dividend: Fraction, divisor: Fraction) -> Fraction:
    if divisor == 0:
        raise NothingToDivideBy
    return to_28_digits(dividend / divisor)


def _called(name: str, arguments: list[Fraction]) -> Fraction:
    match name:
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "abs":
            return abs(arguments[0])
        case "floor":
            return Fraction(floor(arguments[0]))
        case "ceil":
            return Fraction(ceil(arguments[0]))
        case "ratio":
            return _divided(*arguments)
        case "round":
            return _half_up(arguments[0], int(arguments[1]) if len(arguments) == 2 else 0)
    raise AssertionError(name)


def to_28_digits(value: Fraction) -> Fraction:
    if value == 0:
        return value
    digits = len(str(abs(value.numerator))) - len(str(value.denominator))
    if abs(value) < Fraction(10) ** digits:
        digits -= 1  # now 10^digits <= |value| < 10^(digits + 1)
    return _half_up(value, 27 - digits)


def _half_up(value: Fraction, places: int) -> Fraction:
    """Halves go away from zero."""
    scale = Fraction(10) ** places
    size = floor(abs(value) * scale + Fraction(1, 2)) / scale
    return size if value >= 0 else -size


numbers = st.decimals(-9999, 9999, places=3, allow_nan=False).map(lambda value: value.normalize() + 0)
values = st.fixed_dictionaries(
    {name: st.sampled_from([Decimal(0), Decimal(1), Decimal("-2.5")]) | numbers for name in NAMES}
)
_literals = st.integers(0, 99).map(str) | st.decimals(0, 99, places=2, allow_nan=False).map(lambda value: f"{value:f}")
_bounds = st.decimals(-9, 9, places=1, allow_nan=False).map(lambda value: f"{value:f}")
_binary = st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or", "+", "-", "*"])


def _bands(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    steps = st.lists(
        st.tuples(_bounds, st.booleans(), inner),
        min_size=1,
        max_size=4,
        unique_by=lambda step: (Decimal(step[0]), step[1]),
    )
    return st.tuples(st.just("band"), inner, steps, st.none() | inner)


def _compounds(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    places = st.integers(0, 6).map(lambda count: ("number", str(count)))
    return st.one_of(
        st.tuples(_binary, inner, inner),
        st.tuples(st.sampled_from(["sign", "not"]), inner),
        st.tuples(st.just("if"), inner, inner, inner),
        st.tuples(st.just("call"), st.sampled_from(["min", "max", "ratio"]), inner, inner),
        st.tuples(st.just("call"), st.sampled_from(["abs", "floor", "ceil", "round"]), inner),
        st.tuples(st.just("call"), st.just("round"), inner, places),
        _bands(inner),
    )


trees: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(st.just("name"), st.sampled_from(NAMES)) | st.tuples(st.just("number"), _literals),
    _compounds,
    max_leaves=14,
)
