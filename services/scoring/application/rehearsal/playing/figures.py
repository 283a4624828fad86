"""One department as it was known at an instant: whether it has a card, what it earned, what it owed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from services.scoring.application.rehearsal.playing.record import (
    CalendarPeriod,
    LedgerEntry,
    Record,
    Total,
    latest,
    until,
)
from services.scoring.application.rehearsal.playing.rulebook import Rulebook
from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from services.scoring.domain.changes import PeriodChange
from services.scoring.domain.descriptions import Description, PersonDescription, described_on
from services.scoring.domain.holding import Holding, Told
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import Rules
from shared.calendars import Period

_DAY = timedelta(days=1)
_NOTHING = Decimal(0)


class Figures:
    """A department's record up to an instant (None: all of it). Works out what is asked for, once."""

    def __init__(self, organisation: str, record: Record, rulebook: Rulebook, as_of: datetime | None) -> None:
        self.department = record.department
        self._organisation = organisation
        self._record = record
        self._rulebook = rulebook
        self._as_of = as_of

    @cached_property
    def _rules(self) -> Rules:
        """The rulebook with the calendars that had been closed by then."""
        closings = until(self._record.closings, self._as_of)
        return self._rulebook(self._organisation, until(self._record.applied, self._as_of), closings)

    @cached_property
    def _holding(self) -> Holding:
        told = [(at, one) for at, one in self._record.applied if self._known(at)]
        return Holding([Told(one.version, one.from_on, at) for at, one in told], self._rules)

    @cached_property
    def entries(self) -> list[LedgerEntry]:
        """The ledger, in the order of the stream."""
        return [one for one in self._record.entries if self._known(one.recorded_at)]

    @cached_property
    def obligations(self) -> Mapping[QuotaPeriod, Obligation]:
        """All that has been owed, as it stood."""
        found = ((key, latest(kept, self._as_of)) for key, kept in self._record.obligations.items())
        return {key: one for key, one in found if one is not None}

    def reminded_at(self, key: QuotaPeriod) -> list[datetime]:
        """When the subject of an obligation was reminded of it."""
        return [one.at for one in self._record.reminders if one.key == key and self._known(one.at)]

    def opened(self) -> Iterator[tuple[PeriodKey, PeriodChange]]:
        """All periods that have opened, and how far each has come."""
        for key, kept in self._record.periods.items():
            found = latest(kept, self._as_of)
            if found is not None and found.opened_at is not None:
                yield key, found

    def members(self, calendar: str, period: str) -> Iterator[Member]:
        """The department and its persons, as far as they have a card for the period."""
        opened = self._period(calendar, period)
        if opened is None:
            return
        described = described_on(self._descriptions, opened.end - _DAY)
        subject = Subject("department", self.department)
        yield self._member(subject, described.title, (), described.facts, described, calendar, period, opened)
        for name, descriptions in self._persons.items():
            person = _there(descriptions, opened)
            if person is not None:
                subject = Subject("person", name, self.department)
                facts = {**described.facts, **person.facts}
                yield self._member(subject, person.title, person.roles, facts, described, calendar, period, opened)

    def amount(self, person: str, calendar: str, period: str, measure: str) -> Decimal:
        """What the department (no person), or one of its persons, has earned."""
        return self._totals.get((person, calendar, period, measure), _NOTHING)

    def entries_behind(self, person: str, calendar: str, period: str, measure: str) -> list[LedgerEntry]:
        """The entries that an amount is the sum of."""
        found = (one for one in self.entries if one.measure == measure and (one.person or "") == person)
        return [one for one in found if (calendar, period) in self._rules.reach(measure, one.version, one.dated).totals]

    def quotas(self, subject: Subject, quota: str, calendar: str, period: str) -> list[QuotaFigure]:
        """The obligations of a quota whose own period is this one, or belongs to it by its last day."""
        person = subject.name if subject.kind == "person" else ""
        opened = self._period(calendar, period)
        if opened is None:
            return []
        return [
            _figure(subject, one)
            for key, one in self.obligations.items()
            if key.quota == quota and key.person == person and opened.first <= one.period_end - _DAY < opened.end
        ]

    def _period(self, calendar: str, period: str) -> PeriodChange | None:
        """How far a period has come; None when it has not opened for the department."""
        found = latest(self._record.periods.get(self._key(calendar, period), []), self._as_of)
        return None if found is None or found.opened_at is None else found

    def _key(self, calendar: str, period: str) -> PeriodKey:
        return PeriodKey(self._rulebook.latest.name, calendar, period)

    def _member(
        self,
        subject: Subject,
        title: str,
        roles: tuple[str, ...],
        facts: Mapping[str, Decimal],
        described: Description,
        calendar: str,
        period: str,
        opened: PeriodChange,
    ) -> Member:
        assert opened.opened_at is not None
        cut = Period(calendar, period, opened.first, opened.end)
        return Member(
            subject,
            title,
            described.group,
            described.tags,
            roles,
            facts,
            self._holding.version(opened.scheme_version, cut),
            opened.partial,
            opened.opened_at,
            opened.closed_at,
            opened.final_at,
            self._restated_at(cut, opened.final_at),
        )

    def _restated_at(self, period: Period, final_at: datetime | None) -> datetime | None:
        """When a final period's sums, or the rules for its days, were last changed."""
        if final_at is None:
            return None
        found = (self._restated.get((period.calendar, period.id)), self._holding.restated_at(period, final_at))
        return max((at for at in found if at is not None), default=None)

    @cached_property
    def _descriptions(self) -> list[Description]:
        known = until(self._record.descriptions, self._as_of)
        return sorted(known, key=lambda one: (one.from_on, one.place))

    @cached_property
    def _persons(self) -> dict[str, list[PersonDescription]]:
        found: dict[str, list[PersonDescription]] = {}
        for name, described in until(self._record.persons, self._as_of):
            found.setdefault(name, []).append(described)
        return {name: sorted(some, key=lambda one: (one.from_on, one.place)) for name, some in found.items()}

    @cached_property
    def _totals(self) -> Mapping[Total, Decimal]:
        return self._record.totals(self._as_of)

    @cached_property
    def _restated(self) -> Mapping[CalendarPeriod, datetime]:
        return self._record.restated(self._as_of)

    def _known(self, at: datetime) -> bool:
        return self._as_of is None or at <= self._as_of


def _there(descriptions: Sequence[PersonDescription], opened: PeriodChange) -> PersonDescription | None:
    """How a person was described last in a period; None for one who was not there on any of its days."""
    found = next((one for one in reversed(descriptions) if one.from_on < opened.end), None)
    if found is None or (found.last_on is not None and found.last_on < opened.first):
        return None
    return found


def _figure(subject: Subject, one: Obligation) -> QuotaFigure:
    return QuotaFigure(
        subject,
        one.quota,
        one.calendar,
        one.period,
        one.period_first,
        one.period_end,
        one.target,
        one.actual,
        one.state,
        one.on_time,
        one.due_passed_at is not None,
        one.actual_when_due,
        one.scheme_version,
        one.too_late,
        one.part,
    )
