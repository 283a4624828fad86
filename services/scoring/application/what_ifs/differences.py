"""Two outcomes of the same past, compared card by card."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.cards.evaluation import Card
from services.scoring.domain.obligations import Obligation
from shared.schemes.model import SubjectKind


class Outcome(NamedTuple):
    """What became of a quota."""

    state: str
    target: Decimal
    actual: Decimal


class LineChange(NamedTuple):
    """None: the card, or the line, is not there."""

    line: str
    before: Decimal | None
    after: Decimal | None


class QuotaChange(NamedTuple):
    """``period`` is the quota's own. None: nothing was owed."""

    quota: str
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True, slots=True)
class CardChange:
    """All that differs on the card of one subject for one period; only what differs is listed."""

    calendar: str
    period: str
    kind: SubjectKind
    department: str | None
    """None for groups and the organisation."""
    name: str
    """Of the person or the group; otherwise empty."""
    rank_before: int | None
    rank_after: int | None
    lines: tuple[LineChange, ...]
    quotas: tuple[QuotaChange, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One more period has been compared."""

    done: int
    of: int
    changes: tuple[CardChange, ...]


def differences(before: Rehearsal, after: Rehearsal, first: date | None, last: date | None) -> Iterator[Compared]:
    """Period by period, those with days between ``first`` and ``last``. Raises TooLarge."""
    sides = _Side(before), _Side(after)
    periods = _periods(sides, first, last)
    for done, (calendar, period) in enumerate(periods, 1):
        yield Compared(done, len(periods), tuple(_changes(*sides, calendar, period)))


class _Side:
    """One of the two outcomes."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self.calendars = {name: None for scheme in rehearsal.rulebook.schemes for name in scheme.calendars}
        self.periods: dict[tuple[str, str], tuple[date, date]] = {}
        self._owed: dict[tuple[str, str], dict[tuple[Subject, str], Outcome]] = defaultdict(dict)
        for department in rehearsal.departments:
            figures = rehearsal.figures(department)
            for key, change in figures.opened():
                self.periods[key.calendar, key.period] = (change.first, change.end)
            for one in figures.obligations.values():
                self._owe(department, one)

    def cards(self, calendar: str, period: str) -> Mapping[Subject, Card]:
        if (calendar, period) not in self.periods:
            return {}
        kinds: dict[SubjectKind, None] = {
            card.subject: None
            for scheme in self._rehearsal.rulebook.schemes
            for card in scheme.scorecards.values()
            if card.calendar == calendar
        }
        return {card.member.subject: card for kind in kinds for card in self._rehearsal.cards(calendar, period, kind)}

    def owed(self, calendar: str, period: str) -> Mapping[tuple[Subject, str], Outcome]:
        return self._owed.get((calendar, period), {})

    def _owe(self, department: str, one: Obligation) -> None:
        if one.state == "part":
            return  # what a group owes shows on its card
        subject = Subject("person", one.person, department) if one.person else Subject("department", department)
        self._owed[one.calendar, one.period][subject, one.quota] = Outcome(one.state, one.target, one.actual)


def _periods(sides: tuple[_Side, _Side], first: date | None, last: date | None) -> list[tuple[str, str]]:
    """By calendar, in the order of the schemes, and by their first days."""
    days = {**sides[0].periods, **sides[1].periods}
    calendars = list({**sides[1].calendars, **sides[0].calendars})
    wanted = [
        key
        for key, (begins, end) in days.items()
        if (first is None or end > first) and (last is None or begins <= last)
    ]
    return sorted(wanted, key=lambda key: (calendars.index(key[0]), days[key][0], key[1]))


def _changes(before: _Side, after: _Side, calendar: str, period: str) -> Iterator[CardChange]:
    cards_before, cards_after = before.cards(calendar, period), after.cards(calendar, period)
    owed = _quota_changes(before.owed(calendar, period), after.owed(calendar, period))
    for subject in sorted({*cards_before, *cards_after, *owed}, key=_place):
        was, now = cards_before.get(subject), cards_after.get(subject)
        lines, quotas = _line_changes(was, now), tuple(owed.get(subject, ()))
        ranks = (None if was is None else was.rank, None if now is None else now.rank)
        if lines or quotas or ranks[0] != ranks[1]:
            person_or_group = "" if subject.kind == "department" else subject.name
            department = subject.name if subject.kind == "department" else subject.department
            yield CardChange(calendar, period, subject.kind, department, person_or_group, *ranks, lines, quotas)


def _place(subject: Subject) -> tuple[int, str, str]:
    return _KINDS.index(subject.kind), subject.home, subject.name


_KINDS: tuple[SubjectKind, ...] = ("organisation", "group", "department", "person")


def _line_changes(before: Card | None, after: Card | None) -> tuple[LineChange, ...]:
    was: Mapping[str, Decimal] = {} if before is None else before.values
    now: Mapping[str, Decimal] = {} if after is None else after.values
    both = ((line, was.get(line), now.get(line)) for line in {**now, **was})
    return tuple(LineChange(*one) for one in both if one[1] != one[2])


def _quota_changes(
    before: Mapping[tuple[Subject, str], Outcome], after: Mapping[tuple[Subject, str], Outcome]
) -> Mapping[Subject, list[QuotaChange]]:
    found: dict[Subject, list[QuotaChange]] = defaultdict(list)
    for key in {**after, **before}:
        if before.get(key) != after.get(key):
            subject, quota = key
            found[subject].append(QuotaChange(quota, before.get(key), after.get(key)))
    return found
