"""What things of one department are called by."""

from typing import NamedTuple


class PeriodKey(NamedTuple):
    scheme: str
    calendar: str
    period: str


class QuotaPeriod(NamedTuple):
    """Names one obligation of a department, or of one of its persons."""

    scheme: str
    quota: str
    period: str
    person: str = ""
    """Empty: the department itself owes it."""


class WindowKey(NamedTuple):
    """Names the credits of one subject under one measure that are looked at together."""

    scheme: str
    measure: str
    person: str
    """Empty: the department itself."""
    calendar: str
    period: str
