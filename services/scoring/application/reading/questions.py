"""From what was asked to what is meant: which scheme, calendar, period and instant a reading is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Protocol

from services.scoring.application.reading.records import KnownPeriod
from shared.calendars import Calendar
from shared.calendars.durations import start_instant
from shared.schemes.model import Scheme

_INSTANT = timedelta(microseconds=1)
CHOICES_NAMED_MAX = 12


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
    choices: tuple[str, ...]
    """The calendars one can ask for: those with a scorecard in the scheme's order, then those with quotas alone."""
    schemes: tuple[str, ...]


class SchemesAndPeriods(Protocol):
    """The part of the store's snapshot that a question is resolved with."""

    def schemes(self, organisation: str) -> Sequence[Scheme]:
        """All published versions."""
        ...

    def periods(self, scope: Scope, *, at_most: int, up_to: str | None = None) -> list[KnownPeriod]:
        """The periods that have been opened, newest first, from ``up_to`` (inclusive) backwards."""
        ...


def resolve(store: SchemesAndPeriods, asked: Asked) -> Question:
    """Raises NothingScored without any scheme, and Misasked for a scheme or calendar that there is not."""
    newest = _newest(store.schemes(asked.organisation))
    if not newest:
        raise NothingScored(f'organisation "{asked.organisation}" has no scheme yet')
    scheme = _scheme(newest, asked)
    choices = calendars(scheme)
    name = asked.calendar or (choices[0] if choices else None)
    if name is None:
        raise NothingScored(f'scheme "{scheme.name}" has neither scorecards nor quotas')
    if name not in choices:
        raise Misasked("calendar", one_of("calendar", name, choices))
    as_of = _instant(asked.as_of, scheme)
    scope = Scope(asked.organisation, scheme.name, name, as_of)
    return Question(scope, scheme, scheme.calendars[name], choices, tuple(newest))


def resolve_period(store: SchemesAndPeriods, question: Question, period: str | None) -> KnownPeriod:
    """The period asked for, or the running one: the latest that has been opened, whatever a clock says.

    Raises Misasked for one that is no period of the calendar or that no department has a card for, and
    NothingScored when no period has been opened yet.
    """
    if period is None:
        latest = store.periods(question.scope, at_most=1)
        if not latest:
            raise NothingScored(f'no {question.calendar.name} of "{question.scope.organisation}" has been opened yet')
        return latest[0]
    try:
        known = store.periods(question.scope, at_most=1, up_to=question.calendar.period(period).id)
    except ValueError as mistake:
        raise Misasked("period", str(mistake)) from mistake
    if not known or known[0].window.period != period:
        raise Misasked("period", f'no department has a card for "{period}"{_newest_known(store, question)}')
    return known[0]


def calendars(scheme: Scheme) -> tuple[str, ...]:
    """Those with a scorecard in the scheme's order, then those that only quotas use."""
    names = dict.fromkeys(scheme.scorecards)
    names.update(dict.fromkeys(quota.calendar for quota in scheme.quotas.values()))
    return tuple(names)


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
    """The one named, or the first by name among those that have the calendar asked for."""
    if asked.scheme is not None:
        if asked.scheme not in newest:
            raise Misasked("scheme", one_of("scheme", asked.scheme, newest))
        return newest[asked.scheme]
    fitting = [scheme for scheme in newest.values() if asked.calendar is None or asked.calendar in calendars(scheme)]
    return fitting[0] if fitting else next(iter(newest.values()))


def _instant(as_of: date | datetime | None, scheme: Scheme) -> datetime | None:
    if as_of is None or isinstance(as_of, datetime):
        return as_of
    return start_instant(as_of + timedelta(days=1), scheme.time_zone) - _INSTANT


def _newest_known(store: SchemesAndPeriods, question: Question) -> str:
    latest = store.periods(question.scope, at_most=1)
    return f"; the latest is {latest[0].window.period}" if latest else "; none has been opened yet"
