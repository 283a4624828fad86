"""From tokens to the syntax tree: a Pratt parser (Vaughan Pratt, "Top down operator precedence", 1973).

Loosest first: ``a if c else b``, ``or``, ``and``, ``not``, comparisons, ``+ -``, ``* /``, the sign of a number.
"""

from decimal import Decimal
from typing import cast

from shared.schemes.formulas.calls import band_call, names_call, plain_name
from shared.schemes.formulas.cursor import Cursor, shown
from shared.schemes.formulas.functions import (
    DATE_FUNCTIONS,
    ELSEWHERE,
    INSTEAD,
    BandFunction,
    Functions,
    NameFunction,
    ValueFunction,
)
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
    Negative,
    Node,
    Not,
    Number,
    Span,
)
from shared.schemes.formulas.tokens import Token, tokens_of
from shared.schemes.mistakes import closest

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


def parse(text: str, functions: Functions) -> Node:
    """Raises FormulaMistake at the first place where the text is no formula that calls these functions alone."""
    tokens = tokens_of(text)
    if len(tokens) - 1 > TOKENS_MAX:  # the end is no part
        surplus = tokens[TOKENS_MAX]
        raise FormulaMistake(f"a formula has at most {TOKENS_MAX} parts; use further lines", surplus.start, surplus.end)
    return _Parser(Cursor(tokens), functions).formula()


class _Parser:
    def __init__(self, cursor: Cursor, functions: Functions) -> None:
        self._cursor = cursor
        self._functions = functions
        self._depth = 0

    def formula(self) -> Node:
        tree = self._expression(0)
        here = self._cursor.here
        if here.text == ")":
            raise self._cursor.mistake("this parenthesis was never opened")
        if here.text == ":":
            raise self._cursor.mistake("a colon stands only behind a step of band, as in band(a, 0.9: 3)")
        if here.kind != "end":
            raise self._cursor.mistake(f"expected + - * / or the end of the formula here, not {self._cursor.shown}")
        return tree

    def _expression(self, binding: int) -> Node:
        """Everything from here on whose operators bind tighter than ``binding``."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise self._cursor.mistake(f"a formula is nested at most {DEPTH_MAX} deep; use further lines")
        left = self._beginning(binding)
        while binding < _BINDING.get(self._cursor.here.text, 0):
            left = self._continuation(left)
        self._depth -= 1
        return left

    def _beginning(self, binding: int) -> Node:
        """What may stand where a value is expected."""
        token = self._cursor.here
        if token.kind == "number":
            self._cursor.step()
            return Number(Decimal(token.text), Span(token.start, token.end))
        if token.kind == "name":
            return self._name_or_call()
        if token.text in ("-", "+"):
            return self._signed()
        if token.text == "not":
            return self._inverted(binding)
        if token.text == "(":
            self._cursor.step()
            inner = self._expression(0)
            self._cursor.close(token)
            return inner
        found = "the formula ends" if token.kind == "end" else f"there is {self._cursor.shown}"
        instead = f"; {INSTEAD[token.text]}" if token.text in INSTEAD else ""
        raise self._cursor.mistake(f"expected a number or a name here, but {found}{instead}")

    def _signed(self) -> Node:
        token = self._cursor.step()
        of = self._expression(_SIGN)
        return Negative(of, Span(token.start, of.span.end)) if token.text == "-" else of

    def _inverted(self, binding: int) -> Node:
        if binding > _NOT:
            raise self._cursor.mistake('"not" binds looser than what stands before it: put it in parentheses')
        token = self._cursor.step()
        of = self._expression(_NOT)
        return Not(of, Span(token.start, of.span.end))

    def _name_or_call(self) -> Node:
        token = self._cursor.step()
        function = self._functions.get(token.text)
        if self._cursor.here.text != "(":
            if function is not None and token.text not in DATE_FUNCTIONS:
                raise FormulaMistake(f"{token.text} is a function: write {function.example}", token.start, token.end)
            return plain_name(token)
        match function:
            case None:
                raise _unknown(token, self._functions)
            case NameFunction():
                return names_call(self._cursor, token, function)
            case BandFunction():
                return band_call(self._cursor, token, function, lambda: self._expression(0))
            case ValueFunction():
                return self._values_call(token, function)

    def _values_call(self, token: Token, function: ValueFunction) -> Call:
        opening = self._cursor.step()
        arguments: list[Node] = []
        if self._cursor.here.text != ")":
            arguments.append(self._expression(0))
            while self._cursor.passes(","):
                arguments.append(self._expression(0))
        call = Call(token.text, tuple(arguments), Span(token.start, self._cursor.close(opening)))
        function.check(call)
        return call

    def _continuation(self, left: Node) -> Node:
        """What may stand behind a value."""
        token = self._cursor.step()
        binding = _BINDING[token.text]
        if token.text == "if":
            return self._choice(left)
        right = self._expression(binding)
        span = Span(left.span.start, right.span.end)
        if binding == _COMPARISON:
            self._refuse_chain()
            return Compared(cast(Comparison, token.text), left, right, span)
        if token.text in ("and", "or"):
            return Combined(cast(Logical, token.text), left, right, span)
        return Calculation(cast(Arithmetic, token.text), left, right, span)

    def _refuse_chain(self) -> None:
        if _BINDING.get(self._cursor.here.text) == _COMPARISON:
            raise self._cursor.mistake("compare two values at a time, and join comparisons with and")

    def _choice(self, chosen: Node) -> Node:
        condition = self._expression(_CHOICE)
        if not self._cursor.passes("else"):
            raise self._cursor.mistake("an if needs its else: write a if condition else b")
        other = self._expression(0)
        return Choice(condition, chosen, other, Span(chosen.span.start, other.span.end))


def _unknown(token: Token, functions: Functions) -> FormulaMistake:
    if token.text in ELSEWHERE:
        message = f"{token.text} belongs to {ELSEWHERE[token.text]}, and cannot stand here"
        return FormulaMistake(message, token.start, token.end)
    lower = token.text.lower()
    if lower in INSTEAD:
        message = f'there is no function "{shown(token)}": {INSTEAD[lower]}'
        return FormulaMistake(message, token.start, token.end)
    message = f'there is no function "{shown(token)}"; there are {", ".join(functions)}'
    suggestion = lower if lower in functions else closest(lower, functions)
    return FormulaMistake(message, token.start, token.end, suggestion)
