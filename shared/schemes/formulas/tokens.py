"""A formula's text, cut into tokens that know where they stand."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from shared.schemes.formulas.mistake import FormulaMistake

TokenKind = Literal["number", "name", "word", "sign", "end"]

WORDS = frozenset({"if", "else", "and", "or", "not", "above", "otherwise"})
LENGTH_MAX = 1_000
NAME_FORM = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]{1,12}(?:\.[0-9]{1,6})?(?![0-9A-Za-z_.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|==|!=|<(?!>)|\*(?!\*)|/(?!/)|[-+()>,:])
    """,
    re.ASCII | re.VERBOSE,
)
_CHUNK = re.compile(r"[0-9A-Za-z_.]+|\w+|<>|=>|=<|&&|\|\||\*\*|//|.", re.DOTALL)
_MEANT = {
    "**": "there are no powers; multiply instead",
    "//": "write floor(a / b)",
    "<>": "for unequal, write !=",
    "=>": "write >=",
    "=<": "write <=",
    "&&": "write and",
    "||": "write or",
    "=": "to compare, write ==",
    "&": "write and",
    "|": "write or",
    "!": "write not, or != for unequal",
    "^": "there are no powers; multiply instead",
    "%": "write a share as 0.9, or as / 100",
    ".": "names have no points in them",
    "'": "names stand without quotes",
    '"': "names stand without quotes",
    "[": "use ( )",
    "{": "use ( )",
    "?": "write a if condition else b",
    "×": "write *",
    "÷": "write /",
    "−": "write - (the sign on the keyboard)",
    "（": "write ( (the narrow one)",
    "）": "write ) (the narrow one)",
    "，": "write , (the narrow one)",
    "：": "write : (the narrow one)",
    ";": "write a comma between the values",
    "；": "write a comma between the values",
    "、": "write a comma between the values",
    "≥": "write >=",
    "≤": "write <=",
    "≠": "write !=",
}


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """All tokens, an ``end`` last. Raises FormulaMistake for a character or a number that formulas do not have."""
    if len(text) > LENGTH_MAX:
        raise FormulaMistake(f"a formula has at most {LENGTH_MAX} characters; use further lines", 0, 1)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        matched = _TOKEN.match(text, at)
        if matched is None:
            raise _unreadable(text, at)
        if matched.lastgroup != "space":
            tokens.append(_token(matched))
        at = matched.end()
    tokens.append(Token("end", "", at, at + 1))
    return tokens


def _token(matched: re.Match[str]) -> Token:
    text, start, end = matched.group(), matched.start(), matched.end()
    if matched.lastgroup == "number":
        return Token("number", text, start, end)
    if matched.lastgroup == "sign":
        return Token("sign", text, start, end)
    return Token("word" if text in WORDS else "name", text, start, end)


def _unreadable(text: str, at: int) -> FormulaMistake:
    chunk = _CHUNK.match(text, at)
    found = chunk.group() if chunk else text[at]
    if found[0] == "." and not found[1:2].isdigit():
        found = "."
    if found[0] in "0123456789." and found != ".":
        message = f'"{found[:40]}" is no number: at most 12 digits, a point, and at most 6 more'
    elif found[0].isalnum():
        message = f"{_described(found)} cannot stand in a name or number: those are a to z, 0 to 9 and _"
        if unicodedata.name(found[0], "").startswith("CJK "):
            message += "; what it is called in Chinese is its title"
    else:
        message = f"formulas have no {_described(found)}" + (f": {_MEANT[found]}" if found in _MEANT else "")
    return FormulaMistake(message, at, at + len(found))


def _described(found: str) -> str:
    """In quotes; with its name where it may look like another one, or cannot be seen."""
    name = unicodedata.name(found[0], "")
    if found in _MEANT or (found.isascii() and found.isprintable()) or name.startswith("CJK "):
        return f'"{found[:40]}"'
    return f'"{found[0]}" (U+{ord(found[0]):04X} {name})'
