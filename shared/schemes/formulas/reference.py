"""What a formula takes from outside: a plain name, or a function of names such as ``over(month, total)``."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Reference:
    """One value that a formula is given. Equal references are the same value; it is looked up by ``key``."""

    function: str | None
    """None for a plain name."""
    name: str
    """Of a measure, a line, a quota, a fact; of a date function, the first date."""
    calendar: str | None = None
    until: str | None = None
    """The second date of a function of two."""

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The names in the order in which they are written."""
        return tuple(word for word in (self.calendar, self.name, self.until) if word is not None)

    @cached_property
    def key(self) -> str:
        """``total``, ``over(month, total)``, ``workdays(happened_on, submitted_on)``."""
        return self.name if self.function is None else f"{self.function}({', '.join(self.arguments)})"
