"""From the syntax tree to closures, once when the scheme is read; evaluating touches nothing but the given values."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from shared.schemes.formulas.functions import CONTEXT, FUNCTIONS
from shared.schemes.formulas.syntax import (
    Calculation,
    Call,
    Choice,
    Combined,
    Compared,
    Comparison,
    Name,
    Negative,
    Node,
    Not,
    Number,
)

Values = Mapping[str, Decimal]
Evaluation = Callable[[Values], Decimal]

YES = Decimal(1)
NO = Decimal(0)


class DividedByZero(Exception):
    """Only between a compiled formula and its Formula, which gives the declared value instead."""


def compiled(node: Node) -> Evaluation:
    match node:
        case Number(value=value):
            return lambda values: value
        case Name(name=name):
            return lambda values: values[name]
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
            apply = FUNCTIONS[node.function].apply
            arguments = [compiled(argument) for argument in node.arguments]
            return lambda values: apply([argument(values) for argument in arguments])


def _calculation(node: Calculation) -> Evaluation:
    left, right = compiled(node.left), compiled(node.right)
    match node.sign:
        case "+":
            return lambda values: CONTEXT.add(left(values), right(values))
        case "-":
            return lambda values: CONTEXT.subtract(left(values), right(values))
        case "*":
            return lambda values: CONTEXT.multiply(left(values), right(values))
        case "/":
            return lambda values: _divided(left(values), right(values))


def _divided(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise DividedByZero
    return CONTEXT.divide(dividend, divisor)


def _compared(node: Compared) -> Evaluation:
    left, right = compiled(node.left), compiled(node.right)
    comparisons: dict[Comparison, Evaluation] = {
        "<": lambda values: YES if left(values) < right(values) else NO,
        "<=": lambda values: YES if left(values) <= right(values) else NO,
        ">": lambda values: YES if left(values) > right(values) else NO,
        ">=": lambda values: YES if left(values) >= right(values) else NO,
        "==": lambda values: YES if left(values) == right(values) else NO,
        "!=": lambda values: YES if left(values) != right(values) else NO,
    }
    return comparisons[node.sign]


def _combined(node: Combined) -> Evaluation:
    left, right = compiled(node.left), compiled(node.right)
    if node.word == "and":
        return lambda values: YES if left(values) and right(values) else NO
    return lambda values: YES if left(values) or right(values) else NO
