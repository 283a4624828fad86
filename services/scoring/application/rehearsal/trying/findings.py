"""Whether what an example expects is what comes of it: one finding for each figure that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.scoring.application.rehearsal.playing.book import home_of
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.reading.expected import (
    Expectation,
    ExpectedAmount,
    ExpectedBulletin,
    ExpectedCard,
    ExpectedQuota,
)
from services.scoring.application.rehearsal.reading.places import Where
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.cards.evaluation import Card, shortest
from services.scoring.domain.cards.nodes import Node, plain
from services.scoring.domain.keys import QuotaPeriod
from shared.calendars import start_instant
from shared.schemes.model import Quota
from shared.schemes.schedule import version_in_force

Value = Decimal | datetime | bool | str | int | tuple[datetime, ...] | None
"""None: there is nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure: what was expected and what there is."""

    where: Where
    subject: Subject | None
    """None of a bulletin."""
    calendar: str
    period: str
    what: str
    """``line total``, ``rank``, ``outcome of weekly_reports`` …"""
    expected: Value
    found: Value
    line: str | None = None
    """Of a line: it can be explained."""
    quota: str | None = None
    """Of what becomes of a quota: what counted for it can be shown."""
    measure: str | None = None
    """Of an amount: so can its entries."""
    ranked: bool = False
    """Of a rank or an award: so can the ranking."""

    @property
    def passed(self) -> bool:
        return self.expected == self.found


def findings(rehearsal: Rehearsal, expectation: Expectation) -> Iterator[Finding]:
    """Each figure that is expected, with the one that there is. Raises Unplayable, TooLarge."""
    match expectation:
        case ExpectedCard():
            yield from _card(rehearsal, expectation)
        case ExpectedQuota():
            yield from _quota(rehearsal, expectation)
        case ExpectedAmount():
            yield _amount(rehearsal, expectation)
        case ExpectedBulletin():
            yield _bulletin(rehearsal, expectation)


def _card(rehearsal: Rehearsal, expected: ExpectedCard) -> Iterator[Finding]:
    where, subject, calendar, period = expected.where, expected.subject, expected.calendar, expected.period
    found = rehearsal.cards(calendar, period, subject)
    if expected.no_card or not found:
        wanted = "no card" if expected.no_card else "a card"
        yield Finding(where, subject, calendar, period, "card", wanted, "a card" if found else "no card")
        return
    card = found[0]
    values = _lines(rehearsal, expected, card)
    for name, (value, place) in expected.lines.items():
        yield Finding(place, subject, calendar, period, f"line {name}", value, values.get(name), line=name)
    for what, wanted_value, there in (
        ("rank", expected.rank, card.rank or 0),
        ("awarded", expected.awarded, card.awarded),
        ("disqualified", expected.disqualified, card.disqualified),
        ("final_at", expected.final_at, card.member.final_at),
        ("restated", expected.restated, card.member.restated_at is not None),
    ):
        if wanted_value is not None:
            ranked = what in ("rank", "awarded", "disqualified")
            yield Finding(where, subject, calendar, period, what, wanted_value, there, ranked=ranked)


def _lines(rehearsal: Rehearsal, expected: ExpectedCard, card: Card) -> dict[str, Decimal]:
    """The values of the expected lines, also of those that the card does not show."""
    book, columns = rehearsal.opened(expected.calendar, expected.period, expected.subject, expected.lines)
    scheme = book.scheme(card.member.scheme_version)
    period = scheme.calendars[expected.calendar].period(expected.period)
    kind = expected.subject.kind
    known = [name for name in expected.lines if name in scheme.lines]
    columns.compute([Node(kind, period, plain(name)) for name in known])
    row = columns.frame(kind, period).by_subject[expected.subject]
    return {name: shortest(row[name]) for name in known}


def _quota(rehearsal: Rehearsal, expected: ExpectedQuota) -> Iterator[Finding]:
    quota = _latest_quota(rehearsal, expected.quota)
    owed = _owed(rehearsal, expected, quota)
    for what, wanted, there in (
        ("outcome", expected.outcome, "none" if owed is None else owed.outcome),
        ("target", expected.target, None if owed is None else owed.target),
        ("actual", expected.actual, None if owed is None else owed.actual),
        ("due_at", expected.due_at, None if owed is None else owed.due_at),
        ("on_time", expected.on_time, None if owed is None else owed.on_time),
        ("reminded", expected.reminded, () if owed is None else owed.reminded),
    ):
        if wanted is not None:
            yield Finding(
                expected.where,
                expected.subject,
                quota.calendar,
                expected.period,
                f"{what} of {expected.quota}",
                wanted,
                there,
                quota=expected.quota,
            )


@dataclass(frozen=True, slots=True)
class _Owed:
    outcome: str
    target: Decimal
    actual: Decimal
    due_at: datetime | None
    on_time: bool | None
    reminded: tuple[datetime, ...] = ()


def _owed(rehearsal: Rehearsal, expected: ExpectedQuota, quota: Quota) -> _Owed | None:
    """What becomes of the quota; None where the subject owes nothing."""
    subject = expected.subject
    if subject.kind in ("group", "organisation"):
        return _owed_together(rehearsal, expected, quota)
    figures = rehearsal.figures(home_of(subject))
    person = "" if subject.department is None else subject.name
    key = QuotaPeriod(rehearsal.rulebook.latest.name, expected.quota, expected.period, person)
    found = figures.obligations.get(key)
    if found is None or found.state == "part":
        return None
    reminded = tuple(figures.reminded_at(key))
    return _Owed(found.state, found.target, found.actual, found.due_at, found.on_time, reminded)


def _owed_together(rehearsal: Rehearsal, expected: ExpectedQuota, quota: Quota) -> _Owed | None:
    """Of a quota that a group or the organisation owes: what its departments have added."""
    if quota.subject != expected.subject.kind:
        return None
    _, columns = rehearsal.opened(quota.calendar, expected.period, expected.subject)
    period = rehearsal.period(quota.calendar, expected.period)
    owed = columns.owed(expected.quota, expected.subject.kind, period).get(expected.subject, [])
    figure = next((one for one in owed if one.period == expected.period), None)
    if figure is None:
        return None
    parts = (one for one in rehearsal.obligations() if one.quota == expected.quota and one.period == expected.period)
    due_at = next((one.due_at for one in parts), None)
    return _Owed(figure.state, figure.target, figure.actual, due_at, figure.on_time)


def _amount(rehearsal: Rehearsal, expected: ExpectedAmount) -> Finding:
    subject = expected.subject
    _, columns = rehearsal.opened(expected.calendar, expected.period, subject)
    period = rehearsal.period(expected.calendar, expected.period)
    columns.compute([Node(subject.kind, period, plain(expected.measure))])
    row = columns.frame(subject.kind, period).by_subject.get(subject, {})
    found = row.get(expected.measure)
    return Finding(
        expected.where,
        subject,
        expected.calendar,
        expected.period,
        f"measure {expected.measure}",
        expected.amount,
        None if found is None else shortest(found),
        measure=expected.measure,
    )


def _bulletin(rehearsal: Rehearsal, expected: ExpectedBulletin) -> Finding:
    """By the version that the period belongs to: the one in force on its first day, or the first of all."""
    declaring = [scheme for scheme in rehearsal.rulebook.schemes if expected.bulletin in scheme.bulletins]
    period = rehearsal.period(declaring[-1].bulletins[expected.bulletin].calendar, expected.period)
    scheme = version_in_force(declaring, declaring[0].name, period.first) or declaring[0]
    bulletin = scheme.bulletins[expected.bulletin]
    issued_at = bulletin.issue_after_close.after(start_instant(period.end, scheme.time_zone), scheme.time_zone)
    return Finding(
        expected.where, None, bulletin.calendar, period.id, f"issue of {bulletin.name}", expected.issued_at, issued_at
    )


def _latest_quota(rehearsal: Rehearsal, name: str) -> Quota:
    return next(scheme.quotas[name] for scheme in reversed(rehearsal.rulebook.schemes) if name in scheme.quotas)
