"""From tokens to the syntax tree: a Pratt parser (Vaughan Pratt, "Top down operator precedence", 1973).

Loosest first: ``a if c else b``, ``or``, ``and``, ``not``, comparisons, ``+ -``, ``* /``, the sign of a number.
"""

from decimal import Decimal
from typing import cast

from shared.schemes.formulas.functions import FUNCTIONS, LATER
from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.syntax import (
    Arithmetic,
    Calculation,
    Call,
    Choice,
    Combined,
    Compared,
    Comparison,
    Logical,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
)
from shared.schemes.formulas.tokens import NAME_FORM, Token, tokens_of

DEPTH_MAX = 40
TOKENS_MAX = 200

_CHOICE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN = range(1, 9)
_BINDING = {
    "if": _CHOICE,
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARISON),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
}


def parse(text: str) -> Node:
    """Raises FormulaMistake at the first place where the text is no formula."""
    tokens = tokens_of(text)
    if len(tokens) > TOKENS_MAX:
        surplus = tokens[TOKENS_MAX]
        raise FormulaMistake(f"a formula has at most {TOKENS_MAX} parts; use further lines", surplus.start, surplus.end)
    parser = _Parser(tokens)
    tree = parser.expression(0)
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def expression(self, binding: int) -> Node:
        """Everything from here on whose operators bind tighter than ``binding``."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise self._mistake(f"a formula is nested at most {DEPTH_MAX} deep; use further lines")
        left = self._beginning()
        while binding < _BINDING.get(self._peek.text, 0):
            left = self._continuation(left)
        self._depth -= 1
        return left

    def expect_end(self) -> None:
        token = self._peek
        if token.text == ")":
            raise self._mistake("this parenthesis was never opened")
        if token.kind != "end":
            raise self._mistake(f'expected + - * / or the end of the formula here, not "{token.text[:40]}"')

    @property
    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._peek
        self._at += 1
        return token

    def _mistake(self, message: str) -> FormulaMistake:
        return FormulaMistake(message, self._peek.start, self._peek.end)

    def _beginning(self) -> Node:
        """What may stand where a value is expected."""
        token = self._peek
        if token.kind == "number":
            self._next()
            return Number(Decimal(token.text), Span(token.start, token.end))
        if token.kind == "name":
            return self._name_or_call()
        if token.text in ("-", "+"):
            return self._signed()
        if token.text == "not":
            self._next()
            of = self.expression(_NOT)
            return Not(of, Span(token.start, of.span.end))
        if token.text == "(":
            self._next()
            inner = self.expression(0)
            self._close(token)
            return inner
        found = "the formula ends" if token.kind == "end" else f'there is "{token.text[:40]}"'
        raise self._mistake(f"expected a number or a name here, but {found}")

    def _signed(self) -> Node:
        token = self._next()
        of = self.expression(_SIGN)
        return Negative(of, Span(token.start, of.span.end)) if token.text == "-" else of

    def _name_or_call(self) -> Node:
        token = self._next()
        if self._peek.text == "(":
            return self._call(token)
        if NAME_FORM.fullmatch(token.text) is None:
            message = f'"{token.text[:40]}" cannot be a name: names are lower-case letters, digits and _'
            raise FormulaMistake(message, token.start, token.end)
        if token.text in FUNCTIONS:
            message = f"{token.text} is a function: write {FUNCTIONS[token.text].example}"
            raise FormulaMistake(message, token.start, token.end)
        return Name(token.text, Span(token.start, token.end))

    def _call(self, function: Token) -> Node:
        if function.text in LATER:
            raise FormulaMistake(f"{function.text} is not supported yet", function.start, function.end)
        if function.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            message = f'there is no function "{function.text[:40]}"; there are {known}'
            raise FormulaMistake(message, function.start, function.end)
        opening = self._next()
        arguments: list[Node] = []
        while self._peek.text != ")":
            arguments.append(self.expression(0))
            if self._peek.text != ",":
                break
            self._next()
        end = self._close(opening)
        call = Call(function.text, tuple(arguments), Span(function.start, end))
        FUNCTIONS[function.text].check(call)
        return call

    def _close(self, opening: Token) -> int:
        if self._peek.kind == "end":
            raise FormulaMistake("this parenthesis is never closed", opening.start, opening.end)
        if self._peek.text != ")":
            raise self._mistake(f'expected ")" here, not "{self._peek.text[:40]}"')
        return self._next().end

    def _continuation(self, left: Node) -> Node:
        """What may stand behind a value."""
        token = self._next()
        binding = _BINDING[token.text]
        if token.text == "if":
            return self._choice(left)
        right = self.expression(binding)
        span = Span(left.span.start, right.span.end)
        if binding == _COMPARISON:
            self._refuse_chain()
            return Compared(cast(Comparison, token.text), left, right, span)
        if token.text in ("and", "or"):
            return Combined(cast(Logical, token.text), left, right, span)
        return Calculation(cast(Arithmetic, token.text), left, right, span)

    def _refuse_chain(self) -> None:
        if _BINDING.get(self._peek.text) == _COMPARISON:
            raise self._mistake("compare two values at a time, and join comparisons with and")

    def _choice(self, chosen: Node) -> Node:
        condition = self.expression(_CHOICE)
        if self._peek.text != "else":
            raise self._mistake("an if needs its else: write a if condition else b")
        self._next()
        other = self.expression(0)
        return Choice(condition, chosen, other, Span(chosen.span.start, other.span.end))
