"""A scheme that cannot be read, as a problem document: every mistake with its line, column and suggestion."""

from shared.schemes import SchemeMistakes
from shared.web.problems import FieldError, Problem, problem_type

_INVALID_SCHEME = problem_type(
    "invalid-scheme",
    422,
    "The scheme has mistakes",
    "Mend the lines named in `errors`; `suggestion` says what was probably meant.",
)


def invalid_scheme(mistakes: SchemeMistakes, within: str | None = None) -> Problem:
    """``within`` is the field of the body that the scheme's text came in; None when the body is the scheme."""
    errors = [
        FieldError(
            field=".".join(part for part in (within, mistake.path) if part) or "scheme",
            detail=str(mistake),
            line=mistake.line,
            column=mistake.column,
            suggestion=mistake.suggestion,
        )
        for mistake in mistakes.mistakes
    ]
    return Problem(_INVALID_SCHEME.slug, str(mistakes.mistakes[0]) if mistakes.mistakes else "", errors=errors)
