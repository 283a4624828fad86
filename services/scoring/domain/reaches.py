"""Where the entries of a measure count: in which totals, and for which obligations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.scoring.domain.keys import QuotaPeriod


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Where the entries of one measure count that are dated on one day. Compared, and hashed, as the object it is."""

    scheme: str
    measure: str
    totals: tuple[tuple[str, str], ...]
    """Calendar and period of each total."""
    obligations: tuple[QuotaPeriod, ...]
    """Of the department, where the entry is its own."""
    personal: tuple[QuotaPeriod, ...]
    """Of its persons, where the entry is one of theirs; still without the person's name."""
    late: Mapping[QuotaPeriod, date] = field(default_factory=dict)
    """Of these obligations, those whose period was over by then, and the first day of that period."""
