"""The syntax tree of a formula. Frozen; each node knows which characters of the text it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.schemes.formulas.reference import Reference

Arithmetic = Literal["+", "-", "*", "/"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]
Logical = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class Referred:
    """A plain name, or a function of names with its parentheses."""

    reference: Reference
    words: tuple[tuple[str, Span], ...]
    """The names in it, and where each stands."""
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    of: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Calculation:
    sign: Arithmetic
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Compared:
    sign: Comparison
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Combined:
    word: Logical
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """``chosen if condition else other``"""

    condition: "Node"
    chosen: "Node"
    other: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """``0.9: 3``, reached by 0.9 and more, or ``above 0.9: 3``, reached by what is more alone."""

    bound: Decimal
    exclusive: bool
    gives: "Node"


@dataclass(frozen=True, slots=True)
class Band:
    """``band(of, 0.95: 5, 0.9: 3, otherwise 0)``, its steps as they are written."""

    of: "Node"
    steps: tuple[Step, ...]
    otherwise: "Node | None"
    span: Span


Node = Number | Referred | Negative | Not | Calculation | Compared | Combined | Choice | Call | Band


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Number() | Referred():
            return ()
        case Negative() | Not():
            return (node.of,)
        case Choice():
            return (node.chosen, node.condition, node.other)
        case Call():
            return node.arguments
        case Band():
            otherwise = () if node.otherwise is None else (node.otherwise,)
            return (node.of, *(step.gives for step in node.steps), *otherwise)
        case _:
            return (node.left, node.right)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    ahead = [node]
    while ahead:
        here = ahead.pop()
        yield here
        ahead.extend(reversed(children(here)))
