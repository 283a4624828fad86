"""How functions are written that take something else than values: names, or the steps of ``band``."""

from collections.abc import Callable
from decimal import Decimal

from shared.schemes.formulas.cursor import Cursor, shown
from shared.schemes.formulas.functions import BandFunction, NameFunction
from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.reference import Reference
from shared.schemes.formulas.syntax import Band, Node, Referred, Span, Step
from shared.schemes.formulas.tokens import NAME_FORM, Token

Expression = Callable[[], Node]
"""Reads whatever may stand between two commas."""


def plain_name(token: Token) -> Referred:
    check_name(token)
    span = Span(token.start, token.end)
    return Referred(Reference(None, token.text), ((token.text, span),), span)


def check_name(token: Token) -> None:
    """Raises FormulaMistake when the token cannot be a name."""
    if NAME_FORM.fullmatch(token.text) is None:
        message = f'"{shown(token)}" cannot be a name: names are lower-case letters, digits and _'
        raise FormulaMistake(message, token.start, token.end)


def names_call(cursor: Cursor, function: Token, form: NameFunction) -> Referred:
    """From the opening parenthesis on: ``(month, total)``."""
    opening = cursor.step()
    words = [_name(cursor, function, form)]
    while cursor.passes(","):
        words.append(_name(cursor, function, form))
    span = Span(function.start, cursor.close(opening))
    if len(words) != form.count:
        message = f"{function.text} takes {form.takes}, not {len(words)} of them: write {form.example}"
        raise FormulaMistake(message, span.start, span.end)
    return Referred(form.reference(function.text, [word.text for word in words]), _placed(words), span)


def _name(cursor: Cursor, function: Token, form: NameFunction) -> Token:
    """The name that stands here, alone up to the next comma or the closing parenthesis."""
    name = cursor.here
    if name.kind == "end":
        raise cursor.mistake(f"expected {form.takes} here, but the formula ends: write {form.example}")
    cursor.step()
    if name.kind == "name" and cursor.here.text in (",", ")", ""):
        check_name(name)
        return name
    message = f"{function.text} takes {form.takes} and nothing else: write {form.example}"
    if name.text != ")":
        message += "; a calculation needs a line of its own, to be named here"
    raise FormulaMistake(message, name.start, name.end)


def _placed(words: list[Token]) -> tuple[tuple[str, Span], ...]:
    return tuple((word.text, Span(word.start, word.end)) for word in words)


def band_call(cursor: Cursor, function: Token, form: BandFunction, expression: Expression) -> Band:
    """From the opening parenthesis on: ``(rate, 0.95: 5, above 0.9: 3, otherwise 0)``."""
    opening = cursor.step()
    of = expression()
    steps: list[Step] = []
    otherwise: Node | None = None
    while otherwise is None and cursor.passes(","):
        if cursor.passes("otherwise"):
            otherwise = expression()
        else:
            steps.append(_step(cursor, form, expression, steps))
    if otherwise is not None and cursor.here.text == ",":
        raise cursor.mistake("otherwise comes last in a band")
    span = Span(function.start, cursor.close(opening))
    if not steps:
        raise FormulaMistake(f"a band has at least one step: write {form.example}", span.start, span.end)
    return Band(of, tuple(steps), otherwise, span)


def _step(cursor: Cursor, form: BandFunction, expression: Expression, before: list[Step]) -> Step:
    first = cursor.here
    exclusive = cursor.passes("above")
    negative = cursor.passes("-")
    if not negative:
        cursor.passes("+")
    if cursor.here.kind != "number":
        raise cursor.mistake(f"a step begins with a plain number: write {form.example}")
    number = cursor.step()
    bound = Decimal(number.text).copy_negate() if negative else Decimal(number.text)
    if any(step.bound == bound and step.exclusive == exclusive for step in before):
        message = "this band has two such steps; only one of them could be reached"
        raise FormulaMistake(message, first.start, number.end)
    if not cursor.passes(":"):
        raise cursor.mistake(f"expected a colon and what the step gives: write {form.example}")
    return Step(bound, exclusive, expression())
