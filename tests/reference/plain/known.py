"""What a department's stream has said so far, and what that comes to in the ledger."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from shared.contracts.envelope import Event
from shared.schemes.model import Scheme
from tests.reference.plain.earning import NOTHING, Versions, credits_of
from tests.reference.plain.owing import Owed, Owing, described_on
from tests.reference.plain.sharing import Counted, counted
from tests.reference.plain.things import Thing

FindScheme = Callable[[str, int], Scheme]


class Known:
    """The department's descriptions, its schemes, its items, and all that these come to."""

    def __init__(self, find_scheme: FindScheme) -> None:
        self._find_scheme = find_scheme
        self.owing = Owing()
        self.applied: dict[str, list[tuple[date, Scheme]]] = {}
        self.things: dict[str, Thing] = {}
        self.owed: dict[tuple[str, str, str, str], Owed] = {}
        self.counted: list[Counted] = []
        """As of the last event."""

    @property
    def name(self) -> str:
        return self.owing.department

    def _score(self, touched: Iterable[Thing]) -> None:
        for thing in touched:
            thing.credits = credits_of(thing, self._versions(thing.scheme), self._facts)
        self.counted = [
            one
            for scheme in self.applied
            for one in counted(self._of(scheme), scheme, self._versions(scheme), self.name, self._facts)
        ]

    def _of(self, scheme: str) -> list[Thing]:
        outcomes = [owed.outcome for owed in self.owed.values() if owed.outcome is not None]
        return [one for one in (*self.things.values(), *outcomes) if one.scheme == scheme]

    def _facts(self, day: date, place: int) -> Mapping[str, Decimal]:
        """The department's on a day, as far as told before a place of the stream."""
        told = [one for one in self.owing.descriptions if one.place < place]
        return described_on(told, day).facts if told else {}

    def _versions(self, scheme: str) -> Versions:
        return Versions(self.applied[scheme])

    def _today(self, scheme: str, event: Event) -> date:
        zone = self._versions(scheme).newest_first[0].time_zone
        return event.recorded_at.astimezone(zone).date()

    def totals(self) -> dict[tuple[str, str, str, str, str], Decimal]:
        """By scheme, calendar, period, measure and person; without those of nothing."""
        found: dict[tuple[str, str, str, str, str], Decimal] = {}
        for one in self.counted:
            for calendar in self._versions(one.scheme).numbered(one.version).calendars.values():
                period = calendar.period_of(one.day)
                if period is not None:
                    key = (one.scheme, calendar.name, period.id, one.measure, one.person)
                    found[key] = found.get(key, NOTHING) + one.amount
        return {key: amount for key, amount in found.items() if amount}
