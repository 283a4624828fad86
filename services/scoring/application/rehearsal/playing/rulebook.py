"""The versions of one scheme as a rehearsal uses them: compiled once for all departments and all examples."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from services.scoring.domain.cards.needs import needs
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar
from services.scoring.domain.rules import Rules
from shared.calendars import start_instant
from shared.contracts.department_events import MilestonesReached
from shared.schemes.model import Scheme, Scorecard, SubjectKind
from shared.schemes.schedule import next_milestones

RULEBOOKS_KEPT = 16
TICK = timedelta(microseconds=1)


Applied = tuple[tuple[int, date], ...]
Closed = tuple[tuple[str, date], ...]


class Schedule:
    """The milestones of departments whose time begins at one instant, worked out as far as somebody asks."""

    def __init__(self, schemes: tuple[Scheme, ...], begin: datetime, leaves: datetime | None) -> None:
        self._schemes = schemes
        self._begin = begin
        self._leaves = leaves
        self._found: list[MilestonesReached] = []
        self._instants: list[datetime] = []
        self._over = False

    def after(self, instant: datetime) -> MilestonesReached | None:
        """The first milestones later than an instant; None when none come any more. Raises UnknownYear."""
        while not self._over and (not self._instants or self._instants[-1] <= instant):
            last = self._instants[-1] if self._instants else self._begin - TICK
            reached = next_milestones(self._schemes, self._begin, last, self._leaves)
            if reached is None:
                self._over = True
            else:
                self._found.append(reached)
                self._instants.append(reached.instant)
        place = bisect_right(self._instants, instant)
        return self._found[place] if place < len(self._found) else None


class Rulebook:
    """All versions of one scheme. Remembers what it has worked out; not for several threads."""

    def __init__(self, schemes: Sequence[Scheme]) -> None:
        self.schemes = tuple(sorted(schemes, key=lambda scheme: scheme.version))
        self.latest = self.schemes[-1]
        self._versions = {scheme.version: scheme for scheme in self.schemes}
        self._rules: dict[tuple[Applied, Closed], Rules] = {}
        self._across: dict[tuple[str, str, SubjectKind, frozenset[str]], bool] = {}
        self._schedules: dict[tuple[tuple[Scheme, ...], datetime, datetime | None], Schedule] = {}

    def __call__(
        self, organisation: str, applied: Sequence[AppliedScheme], closings: Sequence[ClosedCalendar] = ()
    ) -> Rules:
        """The fold's ``Schemes``: every version is known."""
        versions = tuple((one.version, one.from_on) for one in applied)
        closed = tuple((one.calendar, one.last_on) for one in closings)
        rules = self._rules.get((versions, closed))
        if rules is None:
            holding = [(from_on, self._versions[version]) for version, from_on in versions]
            rules = self._rules[versions, closed] = Rules(holding, closed)
        return rules

    def closed(self, closings: Closed) -> dict[int, Scheme]:
        """The versions by their numbers, after these calendars have been closed."""
        applied = [AppliedScheme(one.name, one.version, one.effective_from, 0) for one in self.schemes]
        closed = [ClosedCalendar(self.latest.name, calendar, last_on, 0) for calendar, last_on in closings]
        return {scheme.version: scheme for scheme in self("", applied, closed).versions}

    def stands_on_others(self, calendar: str, period: str, kind: SubjectKind, lines: Collection[str] = ()) -> bool:
        """Whether a card stands on figures of more than one department: on ranks, groups, the organisation.

        ``lines`` are worked out beside those that the card shows. Raises ValueError when the period is none of the
        calendar, and TooLarge.
        """
        key = (calendar, period, kind, frozenset(lines))
        if key not in self._across:
            known = [scheme for scheme in self.schemes if calendar in scheme.calendars]
            self._across[key] = kind in ("group", "organisation") or any(
                _ranked(scheme.scorecard(calendar, kind))
                or any(
                    needs([scheme], calendar, [scheme.calendars[calendar].period(period)], kind, asked).across
                    for asked in (None, lines)
                )
                for scheme in known
            )
        return self._across[key]

    def schedule(self, schemes: tuple[Scheme, ...], begin: datetime, leaves: datetime | None) -> Schedule:
        """The milestones under these versions, as they are after calendars have been closed."""
        key = (schemes, begin, leaves)
        found = self._schedules.get(key)
        if found is None:
            found = self._schedules[key] = Schedule(schemes, begin, leaves)
        return found

    def begin(self, joins_at: datetime) -> datetime:
        """The instant at which the time of a department begins that joins at an instant."""
        first = self.schemes[0]
        return max(joins_at, start_instant(first.effective_from, first.time_zone))


def _ranked(card: Scorecard | None) -> bool:
    return card is not None and card.rank is not None


@lru_cache(maxsize=RULEBOOKS_KEPT)
def rulebook_of(schemes: tuple[Scheme, ...]) -> Rulebook:
    """The same versions have the same rulebook as long as it is remembered."""
    return Rulebook(schemes)
