"""Closing a calendar that was open: a campaign is over. Every department of the organisation hears of it."""

from datetime import date, datetime

from services.submission.application.desk import Desk
from services.submission.application.ports import Asker, Ports, Transaction
from services.submission.domain.refusals import (
    CalendarNotOpen,
    DateInPast,
    FieldMistake,
    Invalid,
    UnknownCalendar,
    UnknownScheme,
    suggestion,
)
from services.submission.domain.rulebooks import Closing, Rulebook, is_open
from shared.calendars import start_instant
from shared.contracts.department_events import CalendarClosed
from shared.schemes.model import Scheme


def close_calendar(ports: Ports, transaction: Transaction, organisation: str, closing: Closing, asker: Asker) -> bool:
    """Whether it was not closed so already.

    Raises UnknownOrganisation, UnknownScheme, UnknownCalendar, CalendarNotOpen, DateInPast, WorkdaysUnknown.
    """
    transaction.lock_organisation(organisation)
    desk = Desk.over_all(ports, transaction, organisation, asker.trace)
    done = close(ports, desk, closing)
    desk.write()
    return done


def close(ports: Ports, desk: Desk, closing: Closing) -> bool:
    """As ``close_calendar``, at a desk over all departments whose organisation is locked."""
    closings = desk.transaction.closings(desk.organisation)
    if closing in closings:
        return False
    rulebook = next(iter(desk.rulebooks.values()), None) or ports.rulebooks.reread(desk.organisation)
    last_day_ends = _check(rulebook.schemes, closing)
    closed = Rulebook.of(rulebook.schemes, [closing])
    following = Rulebook(closed.schemes, rulebook.edition + 1)
    for name, place in list(desk.places.items()):
        _check_ahead(last_day_ends, name, place.now if place.live else place.last_recorded_at)
        desk.tell(name, CalendarClosed(closing.scheme, closing.calendar, closing.last_on))
        desk.rule(name, following)
    desk.transaction.save_closing(desk.organisation, closing)
    return True


def _check(schemes: tuple[Scheme, ...], closing: Closing) -> datetime:
    """The instant at which the calendar's last day ends."""
    versions = [scheme for scheme in schemes if scheme.name == closing.scheme]
    if not versions:
        names = {scheme.name for scheme in schemes}
        detail = f"there is no scheme “{closing.scheme}”{suggestion(closing.scheme, names)}"
        raise UnknownScheme(FieldMistake("scheme", detail))
    having = [scheme for scheme in versions if closing.calendar in scheme.calendars]
    if not having:
        names = {name for scheme in versions for name in scheme.calendars}
        detail = f"“{closing.scheme}” has no calendar “{closing.calendar}”{suggestion(closing.calendar, names)}"
        raise UnknownCalendar(FieldMistake("calendar", detail))
    open_in = [scheme for scheme in having if is_open(scheme, closing.calendar)]
    if not open_in:
        raise CalendarNotOpen(FieldMistake("calendar", f"the end of “{closing.calendar}” is known already"))
    for scheme in open_in:
        try:
            scheme.with_closed(closing.calendar, closing.last_on)
        except ValueError as mistake:
            raise Invalid(FieldMistake("last_on", str(mistake))) from mistake
    return max(start_instant(_day_after(closing.last_on), scheme.time_zone) for scheme in open_in)


def _check_ahead(last_day_ends: datetime, department: str, present: datetime) -> None:
    """What has passed is written: a period that was open until now cannot have ended before."""
    if last_day_ends <= present:
        detail = f"must not have passed: until {present.isoformat()}, “{department}” has counted it as open"
        raise DateInPast(FieldMistake("last_on", detail))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
