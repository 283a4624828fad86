"""The syntax tree of a formula. Frozen; each node knows which characters of the text it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

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
class Name:
    name: str
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


Node = Number | Name | Negative | Not | Calculation | Compared | Combined | Choice | Call


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Number() | Name():
            return ()
        case Negative() | Not():
            return (node.of,)
        case Choice():
            return (node.chosen, node.condition, node.other)
        case Call():
            return node.arguments
        case _:
            return (node.left, node.right)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    ahead = [node]
    while ahead:
        here = ahead.pop()
        yield here
        ahead.extend(reversed(children(here)))
