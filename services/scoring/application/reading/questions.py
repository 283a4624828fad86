"""From what was asked to what is meant: which scheme, calendar, period and instant a reading is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Protocol

from services.scoring.application.reading.records import KnownPeriod
from shared.calendars import Calendar, Campaign, ListedCalendar
from shared.calendars.durations import start_instant
from shared.schemes.model import Scheme, SubjectKind

_INSTANT = timedelta(microseconds=1)
CHOICES_NAMED_MAX = 12
KINDS: tuple[SubjectKind, ...] = ("department", "person", "group", "organisation")


class Misasked(Exception):
    """A parameter of the question names nothing that there is. ``detail`` says what would be right."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.parameter = parameter
        self.detail = detail


class NothingHere(Exception):
    """What the address names does not exist, or not yet. Its text says what there is instead."""


class NothingScored(NothingHere):
    """The organisation has no scorecards at all yet: no scheme, or no department with a period."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters as they were given; None leaves the choice to us."""

    organisation: str
    scheme: str | None = None
    calendar: str | None = None
    period: str | None = None
    as_of: date | datetime | None = None
    """An instant, or a day: its end in the scheme's zone."""
    subject: SubjectKind | None = None
    """Whose cards; departments' unless the scorecard or the calendar named is another kind's."""
    scorecard: str | None = None
    """The name of a scorecard, which gives calendar and subject."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the store is asked about: one calendar of one scheme, as it was known at an instant (None: now)."""

    organisation: str
    scheme: str
    calendar: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    scope: Scope
    scheme: Scheme
    """The newest version; what a period is scored by is the version that the period names."""
    calendar: Calendar
    kind: SubjectKind
    choices: tuple[str, ...]
    """The calendars one can ask for: those with a scorecard in the scheme's order, then those with quotas alone."""
    kinds: tuple[SubjectKind, ...]
    """Whose cards one can ask for in this calendar; departments' first."""
    schemes: tuple[str, ...]
    closings: Mapping[str, date]
    """The open calendars that had been closed by then, and their last days."""


class SchemesAndPeriods(Protocol):
    """The part of the store's snapshot that a question is resolved with."""

    def schemes(self, organisation: str) -> Sequence[Scheme]:
        """All published versions."""
        ...

    def closings(self, scope: Scope) -> Mapping[str, date]:
        """The last days that operators have given to open calendars, by calendar."""
        ...

    def periods(self, scope: Scope, *, at_most: int, up_to: str | None = None) -> list[KnownPeriod]:
        """The periods that have been opened, the last by name first, from ``up_to`` (inclusive) backwards."""
        ...

    def named_periods(self, scope: Scope, names: Sequence[str], *, at_most: int) -> list[KnownPeriod]:
        """Those of these periods that have been opened, in the order of the names."""
        ...


def resolve(store: SchemesAndPeriods, asked: Asked) -> Question:
    """Raises NothingScored without any scheme, and Misasked for a scheme, scorecard or calendar that there is not."""
    newest = _newest(store.schemes(asked.organisation))
    if not newest:
        raise NothingScored(f'organisation "{asked.organisation}" has no scheme yet')
    scheme = _scheme(newest, asked)
    kind, calendar = _card_of(scheme, asked)
    choices = calendars(scheme, kind)
    name = calendar or (choices[0] if choices else None)
    if name is None:
        raise NothingScored(f'scheme "{scheme.name}" has neither scorecards nor quotas of a {kind}')
    if name not in choices:
        raise Misasked("calendar", one_of("calendar", name, choices))
    scope = Scope(
        asked.organisation, scheme.name, name, None if asked.as_of is None else instant_of(asked.as_of, scheme)
    )
    closings = store.closings(scope)
    scheme = closed(scheme, closings)
    kinds = tuple(each for each in KINDS if name in calendars(scheme, each))
    return Question(scope, scheme, scheme.calendars[name], kind, choices, kinds, tuple(newest), closings)


def resolve_period(store: SchemesAndPeriods, question: Question, period: str | None) -> KnownPeriod:
    """The period asked for, or the running one: the latest that has been opened, whatever a clock says.

    Raises Misasked for one that is no period of the calendar or that no department has a card for, and
    NothingScored when no period has been opened yet.
    """
    if period is None:
        latest = known_periods(store, question, 1)
        if not latest:
            raise NothingScored(f'no {question.calendar.name} of "{question.scope.organisation}" has been opened yet')
        return latest[0]
    known = known_periods(store, question, 1, named_period(question.calendar, period))
    if not known or known[0].period.id != period:
        raise Misasked("period", f'no department has a card for "{period}"{_newest_known(store, question)}')
    return known[0]


def known_periods(
    store: SchemesAndPeriods, question: Question, at_most: int, up_to: str | None = None
) -> list[KnownPeriod]:
    """The periods that have been opened, newest first, from ``up_to`` (inclusive) backwards."""
    calendar = question.calendar
    if isinstance(calendar, Campaign):
        return [_as_of_then(calendar, known) for known in store.periods(question.scope, at_most=at_most, up_to=up_to)]
    if not isinstance(calendar, ListedCalendar):
        return store.periods(question.scope, at_most=at_most, up_to=up_to)
    names = [name for name, _, _ in calendar.periods]
    shown = names if up_to is None else names[: names.index(up_to) + 1]
    return store.named_periods(question.scope, shown[::-1], at_most=at_most)


def _as_of_then(calendar: Campaign, known: KnownPeriod) -> KnownPeriod:
    """A campaign that has been closed since was open then: of its end the store keeps only the day given to it."""
    return known if calendar.last is not None else replace(known, period=calendar.period(known.period.id))


def named_period(calendar: Calendar, period: str, parameter: str = "period") -> str:
    """The id itself. Raises Misasked for one that is no period of the calendar."""
    try:
        return calendar.period(period).id
    except ValueError as mistake:
        raise Misasked(parameter, str(mistake)) from mistake


def calendars(scheme: Scheme, kind: SubjectKind = "department") -> tuple[str, ...]:
    """Those with a scorecard of the kind in the scheme's order, then those that only its quotas use."""
    names = dict.fromkeys(card.calendar for card in scheme.scorecards.values() if card.subject == kind)
    names.update(dict.fromkeys(quota.calendar for quota in scheme.quotas.values() if quota.subject == kind))
    return tuple(names)


def closed(scheme: Scheme, closings: Mapping[str, date]) -> Scheme:
    """The scheme with the last days that operators have given to its open calendars."""
    for name, last in closings.items():
        calendar = scheme.calendars.get(name)
        if isinstance(calendar, Campaign) and calendar.last is None:
            scheme = scheme.with_closed(name, last)
    return scheme


def one_of(what: str, given: str, choices: Iterable[str]) -> str:
    """The sentence that refuses a name: what there is, and what was probably meant."""
    names = list(choices)
    near = get_close_matches(given, names, n=1)
    meant = f' (did you mean "{near[0]}"?)' if near else ""
    shown = ", ".join(names[:CHOICES_NAMED_MAX]) + (" …" if len(names) > CHOICES_NAMED_MAX else "")
    return f'there is no {what} "{given[:80]}"{meant}; there is: {shown or "none"}'


def _newest(schemes: Iterable[Scheme]) -> dict[str, Scheme]:
    newest: dict[str, Scheme] = {}
    for scheme in schemes:
        if scheme.name not in newest or newest[scheme.name].version < scheme.version:
            newest[scheme.name] = scheme
    return dict(sorted(newest.items()))


def _scheme(newest: dict[str, Scheme], asked: Asked) -> Scheme:
    """The one named, or the first by name among those that have what is asked for."""
    if asked.scheme is not None:
        if asked.scheme not in newest:
            raise Misasked("scheme", one_of("scheme", asked.scheme, newest))
        return newest[asked.scheme]
    fitting = (scheme for scheme in newest.values() if _fits(scheme, asked))
    return next(fitting, next(iter(newest.values())))


def _fits(scheme: Scheme, asked: Asked) -> bool:
    if asked.scorecard is not None:
        return asked.scorecard in scheme.scorecards
    kinds = KINDS if asked.subject is None else (asked.subject,)
    return asked.calendar is None or any(asked.calendar in calendars(scheme, kind) for kind in kinds)


def _card_of(scheme: Scheme, asked: Asked) -> tuple[SubjectKind, str | None]:
    """Whose cards, and of which calendar where that is said: departments', if it is also theirs."""
    if asked.scorecard is None:
        having = [kind for kind in KINDS if asked.calendar in (None, *calendars(scheme, kind))]
        return asked.subject or (having[0] if having else "department"), asked.calendar
    card = scheme.scorecards.get(asked.scorecard)
    if card is None:
        raise Misasked("name", one_of("scorecard", asked.scorecard, scheme.scorecards))
    if asked.calendar not in (None, card.calendar):
        raise Misasked("calendar", f'the scorecard "{card.name}" is of the calendar "{card.calendar}"')
    if asked.subject not in (None, card.subject):
        raise Misasked("subject", f'the scorecard "{card.name}" is of a {card.subject}')
    return card.subject, card.calendar


def instant_of(told: date | datetime, scheme: Scheme) -> datetime:
    """An instant as it is; of a day its end in the scheme's zone."""
    if isinstance(told, datetime):
        return told
    return start_instant(told + timedelta(days=1), scheme.time_zone) - _INSTANT


def _newest_known(store: SchemesAndPeriods, question: Question) -> str:
    latest = known_periods(store, question, 1)
    return f"; the latest is {latest[0].period.id}" if latest else "; none has been opened yet"
