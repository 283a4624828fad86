"""By which version the periods of a department are scored, and when that last changed: as far as its stream has said.

A version that is backdated holds from an earlier day on than when the periods of those days were opened. They are
scored by it from then on, and as of any instant before by the version that held then.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.scoring.domain.rules import Rules
from shared.calendars import Period
from shared.schemes.model import Scheme


class Told(NamedTuple):
    """That a version holds from a day on was recorded at an instant."""

    version: int
    from_on: date
    at: datetime


class Holding:
    """What a department's stream has told of one scheme's versions until an instant."""

    def __init__(self, told: Sequence[Told], rules: Rules) -> None:
        """``told`` in the order of the stream; ``rules`` are the scheme's in just these versions."""
        self._told = told
        self._rules = rules
        self._last_at = told[-1].at

    def version(self, opened_with: int, period: Period) -> int:
        """The number of the version by which a period is scored that was opened with a version."""
        return self._rules.scored_by(opened_with, period)

    def restated_at(self, period: Period, final_at: datetime) -> datetime | None:
        """When, since the period was final, another version last came to hold on any of its days; None: never."""
        if self._last_at < final_at:
            return None
        late = [place for place, one in enumerate(self._told) if one.at >= final_at and self._raises(place, period)]
        return self._told[late[-1]].at if late else None

    def _raises(self, place: int, period: Period) -> bool:
        """Whether a version came to hold on days of the period on which a lower one had held, or none."""
        version, from_on, _ = self._told[place]
        if from_on >= period.end:
            return False
        day = max(from_on, period.first)
        before = (one.version for one in self._told[:place] if one.from_on <= day)
        return max(before, default=0) < version


def holdings(told: Mapping[str, Sequence[Told]], schemes: Mapping[int, Scheme]) -> dict[str, Holding]:
    """By department, from what the stream of each has told and the schemes by their numbers.

    Departments that were told the same share the rules, which remember what they have answered.
    """
    shared: dict[tuple[tuple[int, date], ...], Rules] = {}
    found = {}
    for department, some in told.items():
        key = tuple((one.version, one.from_on) for one in some)
        if key not in shared:
            shared[key] = Rules([(from_on, schemes[version]) for version, from_on in key])
        found[department] = Holding(some, shared[key])
    return found
