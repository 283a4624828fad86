"""What has come of some happenings under a rulebook, as of any instant."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.scoring.application.rehearsal.playing.book import MemoryBook, home_of
from services.scoring.application.rehearsal.playing.figures import Figures
from services.scoring.application.rehearsal.playing.record import LedgerEntry, Record
from services.scoring.application.rehearsal.playing.rulebook import Rulebook
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import Card, cards
from services.scoring.domain.obligations import Obligation
from shared.calendars import Period
from shared.schemes.model import Scheme, SubjectKind

Records = Callable[[str], Record]
"""Gives the record of a department, playing it when it has not been played yet."""


class Closing(NamedTuple):
    at: datetime
    calendar: str
    last_on: date


class Rehearsal:
    """Departments are played when somebody asks for them, so whatever is asked may raise Unplayable."""

    def __init__(
        self,
        organisation: str,
        rulebook: Rulebook,
        departments: Sequence[str],
        records: Records,
        closings: Sequence[Closing] = (),
        as_of: datetime | None = None,
    ) -> None:
        self.organisation = organisation
        self.rulebook = rulebook
        self.departments = tuple(departments)
        self._records = records
        self._closings = closings
        self._as_of = as_of
        self._figures: dict[str, Figures] = {}
        self._columns: dict[tuple[str, ...], tuple[MemoryBook, Columns]] = {}

    def as_of(self, instant: datetime) -> "Rehearsal":
        """The same as it was known at an instant."""
        return Rehearsal(self.organisation, self.rulebook, self.departments, self._records, self._closings, instant)

    def cards(self, calendar: str, period: str, subject: Subject | SubjectKind = "department") -> list[Card]:
        """The cards of a kind of subject in a period; with a subject, its card alone, or none.

        Raises ValueError when the period is none of the calendar, and TooLarge for cards that stand on more
        than can be computed.
        """
        book, columns = self.opened(calendar, period, subject)
        if not isinstance(subject, Subject):
            return cards(columns, book, calendar, period, subject)
        found = cards(columns, book, calendar, period, subject.kind)
        return [card for card in found if card.member.subject == subject]

    def obligations(self) -> list[Obligation]:
        """All that departments and persons have owed, department by department."""
        return [one for name in self.departments for one in self.figures(name).obligations.values()]

    def ledger(self) -> list[LedgerEntry]:
        """All entries, department by department."""
        return [entry for name in self.departments for entry in self.figures(name).entries]

    def figures(self, department: str) -> Figures:
        """Those of one department alone."""
        found = self._figures.get(department)
        if found is None:
            record = self._records(department)
            found = self._figures[department] = Figures(self.organisation, record, self.rulebook, self._as_of)
        return found

    def period(self, calendar: str, id: str) -> Period:
        """A period by its id, as the latest version that has the calendar cuts it. Raises ValueError."""
        schemes = self._schemes().values()
        return next(one.calendars[calendar].period(id) for one in reversed(schemes) if calendar in one.calendars)

    def opened(
        self, calendar: str, period: str, subject: Subject | SubjectKind, lines: Collection[str] = ()
    ) -> tuple[MemoryBook, Columns]:
        """The book that a period's cards are computed from, and what has been computed of it.

        It holds the subject's own department when nothing else is needed for the card, nor for these ``lines`` that it
        need not show; and otherwise all of them.
        """
        departments = self.departments
        if isinstance(subject, Subject) and not self.rulebook.stands_on_others(calendar, period, subject.kind, lines):
            departments = (home_of(subject),)
        found = self._columns.get(departments)
        if found is None:
            book = MemoryBook(self._schemes(), departments, self.figures)
            found = self._columns[departments] = (book, Columns(book))
        return found

    def _schemes(self) -> dict[int, Scheme]:
        """The versions by their numbers, with the calendars that had been closed."""
        closed = [(one.calendar, one.last_on) for one in self._closings if self._as_of is None or one.at <= self._as_of]
        return self.rulebook.closed(tuple(closed))
