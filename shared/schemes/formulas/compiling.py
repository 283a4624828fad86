"""From the syntax tree to closures, once for each formula; evaluating touches nothing but the given values."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal

from shared.schemes.formulas.decimals import CONTEXT, bounded, divided
from shared.schemes.formulas.functions import VALUE_FUNCTIONS
from shared.schemes.formulas.syntax import (
    Arithmetic,
    Band,
    Calculation,
    Call,
    Choice,
    Combined,
    Compared,
    Comparison,
    Negative,
    Node,
    Not,
    Number,
    Referred,
)

Values = Mapping[str, Decimal]
Evaluation = Callable[[Values], Decimal]

YES = Decimal(1)
NO = Decimal(0)

_CALCULATIONS: Mapping[Arithmetic, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": divided,
}
_COMPARISONS: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compiled(node: Node) -> Evaluation:
    """What raises DividedByZero where the formula divides by zero, and KeyError where a value is lacking."""
    match node:
        case Number(value=value):
            return lambda values: value
        case Referred(reference=reference):
            return _looked_up(reference.key)
        case Negative(of=of):
            inner = compiled(of)
            return lambda values: CONTEXT.minus(inner(values))
        case Not(of=of):
            inner = compiled(of)
            return lambda values: NO if inner(values) else YES
        case Calculation():
            return _calculation(node)
        case Compared():
            return _compared(node)
        case Combined():
            return _combined(node)
        case Choice():
            condition, chosen, other = compiled(node.condition), compiled(node.chosen), compiled(node.other)
            return lambda values: chosen(values) if condition(values) else other(values)
        case Call():
            apply = VALUE_FUNCTIONS[node.function].apply
            arguments = [compiled(argument) for argument in node.arguments]
            return lambda values: apply([argument(values) for argument in arguments])
        case Band():
            return _band(node)


def _looked_up(key: str) -> Evaluation:
    return lambda values: bounded(values[key])


def _calculation(node: Calculation) -> Evaluation:
    calculate, left, right = _CALCULATIONS[node.sign], compiled(node.left), compiled(node.right)
    return lambda values: calculate(left(values), right(values))


def _compared(node: Compared) -> Evaluation:
    holds, left, right = _COMPARISONS[node.sign], compiled(node.left), compiled(node.right)
    return lambda values: YES if holds(left(values), right(values)) else NO


def _combined(node: Combined) -> Evaluation:
    left, right = compiled(node.left), compiled(node.right)
    if node.word == "and":
        return lambda values: YES if left(values) and right(values) else NO
    return lambda values: YES if left(values) or right(values) else NO


def _band(node: Band) -> Evaluation:
    of = compiled(node.of)
    falling = sorted(node.steps, key=lambda step: (step.bound, step.exclusive), reverse=True)
    steps = [(step.bound, step.exclusive, compiled(step.gives)) for step in falling]
    otherwise = compiled(node.otherwise) if node.otherwise is not None else lambda values: NO

    def reached(values: Values) -> Decimal:
        value = of(values)
        for bound, exclusive, gives in steps:
            if value > bound or (value == bound and not exclusive):
                return gives(values)
        return otherwise(values)

    return reached
