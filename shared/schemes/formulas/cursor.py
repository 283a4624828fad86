"""Where the parser stands in the tokens of a formula."""

from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.tokens import Token

SHOWN_CHARACTERS_MAX = 40


class Cursor:
    def __init__(self, tokens: list[Token]) -> None:
        """``tokens`` end with the one of kind ``end``, which is never passed."""
        self._tokens = tokens
        self._at = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._at]

    def step(self) -> Token:
        """The token that stood here; the cursor stands on the one behind it."""
        token = self.here
        self._at += 1
        return token

    def passes(self, text: str) -> bool:
        """Whether this token stood here; if so, the cursor stands on the one behind it."""
        if self.here.text != text:
            return False
        self._at += 1
        return True

    def close(self, opening: Token) -> int:
        """Where the parenthesis that closes ``opening`` ends; it must stand here."""
        if self.here.kind == "end":
            raise FormulaMistake("this parenthesis is never closed", opening.start, opening.end)
        if self.here.text != ")":
            raise self.mistake(f'expected ")" here, not {self.shown}')
        return self.step().end

    @property
    def shown(self) -> str:
        """The token, for a sentence."""
        return f'"{shown(self.here)}"'

    def mistake(self, message: str) -> FormulaMistake:
        """A mistake at the token that stands here."""
        return FormulaMistake(message, self.here.start, self.here.end)


def shown(token: Token) -> str:
    """The token's text, short enough to stand in a sentence."""
    return token.text[:SHOWN_CHARACTERS_MAX]
