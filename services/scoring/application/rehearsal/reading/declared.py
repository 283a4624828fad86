"""What an example may name: all that the scheme's versions and the organisation declare."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scoring.application.rehearsal.reading.organisation import Organisation
from shared.calendars import Calendar, start_instant
from shared.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class Declared:
    """All versions of one scheme, and who is under it. ``schemes`` are at least one, the first version first."""

    organisation: Organisation
    schemes: tuple[Scheme, ...]

    @property
    def latest(self) -> Scheme:
        return self.schemes[-1]

    @property
    def begins_at(self) -> datetime:
        """The instant at which the first version begins to hold."""
        first = self.schemes[0]
        return start_instant(first.effective_from, first.time_zone)

    @property
    def kinds(self) -> list[str]:
        return _once(scheme.kinds for scheme in self.schemes)

    @property
    def stages(self) -> list[str]:
        paths = (path for scheme in self.schemes for kind in scheme.kinds.values() for path in kind.review)
        return _once(path.stages for path in paths)

    @property
    def quotas(self) -> list[str]:
        return _once(scheme.quotas for scheme in self.schemes)

    @property
    def measures(self) -> list[str]:
        return _once(scheme.measures for scheme in self.schemes)

    @property
    def lines(self) -> list[str]:
        return _once(scheme.lines for scheme in self.schemes)

    @property
    def bulletins(self) -> list[str]:
        return _once(scheme.bulletins for scheme in self.schemes)

    @property
    def calendars(self) -> list[str]:
        return _once(scheme.calendars for scheme in self.schemes)

    @property
    def persons(self) -> list[str]:
        return _once([[person.name for person in self.organisation.persons]])

    def calendar_of(self, quota: str) -> str | None:
        """The calendar by which a quota falls due, in the latest version that has it."""
        return next((scheme.quotas[quota].calendar for scheme in self._latest_first() if quota in scheme.quotas), None)

    def calendar_of_bulletin(self, name: str) -> str | None:
        return next(
            (scheme.bulletins[name].calendar for scheme in self._latest_first() if name in scheme.bulletins), None
        )

    def calendar(self, name: str) -> Calendar | None:
        """As the latest version that has it declares it."""
        return next((scheme.calendars[name] for scheme in self._latest_first() if name in scheme.calendars), None)

    def _latest_first(self) -> Iterator[Scheme]:
        return reversed(self.schemes)


def _once(names: Iterable[Iterable[str]] | Sequence[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(name for some in names for name in some))
