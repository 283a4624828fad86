"""The figures of a rehearsal as scorecards are computed from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from services.scoring.application.rehearsal.playing.figures import Figures
from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from shared.schemes.model import Scheme


class MemoryBook:
    """Implements ``Book`` for some departments. ``figures`` gives those of one by its name."""

    def __init__(
        self, schemes: Mapping[int, Scheme], departments: Sequence[str], figures: Callable[[str], Figures]
    ) -> None:
        self._schemes = schemes
        self._departments = departments
        self._figures = figures

    def scheme(self, version: int) -> Scheme:
        """The version, with the calendars that have been closed."""
        return self._schemes[version]

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        """Departments, each with its persons, in the order of the organisation."""
        return [member for name in self._departments for member in self._figures(name).members(calendar, period)]

    def earned(self, subjects: Iterable[Subject], calendar: str, period: str, measure: str) -> Iterator[Decimal]:
        for subject in subjects:
            person = subject.name if subject.kind == "person" else ""
            yield self._figures(home_of(subject)).amount(person, calendar, period, measure)

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> Sequence[QuotaFigure]:
        return self._figures(home_of(subject)).quotas(subject, quota, calendar, period)


def home_of(subject: Subject) -> str:
    """The department that a person belongs to, or that the subject is."""
    return subject.name if subject.department is None else subject.department
