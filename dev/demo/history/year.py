"""The whole: the lines of an import that tell an organisation's year, in the order in which they happened."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from dev.demo.history.calling import Call, answer, calls_of, lines_of
from dev.demo.history.contents import Contents
from dev.demo.history.counting import Counting, Standing
from dev.demo.history.drafts import Draft, Line
from dev.demo.history.drawing import characters
from dev.demo.history.living import Living
from dev.demo.history.making import Making
from dev.demo.history.owing import Owing, joins_on
from dev.demo.history.pursuing import Pursuing
from dev.demo.history.span import SETTLING, Span
from dev.demo.history.words import words_of
from services.scoring.application.rehearsal.reading.organisation import Department, Organisation
from shared.calendars import Campaign, start_instant
from shared.schemes.model import Scheme

_ANNOUNCED = timedelta(days=10)
"""How long before its last day it is said that a campaign ends."""


def history(organisation: Organisation, schemes: Sequence[Scheme], span: Span) -> list[Line]:
    """The lines, of all departments, dated within the span. The same span gives the same history.

    An open calendar is closed with the last day of a year of its own. Departments that do not go live behind it are
    told once more what they are, which changes nothing but that their time passes up to the end.
    """
    closings = _closings(schemes, span)
    closed = [_closed(scheme, closings) for scheme in schemes]
    owing = Owing(organisation, closed, span, characters(organisation.name, list(organisation.departments)))
    words = words_of(schemes[0].name)
    calls = calls_of(organisation, closed, owing, words.themes)
    lines = [*lines_of(calls), *_closing_lines(schemes[0], closings, span)]
    counting = Counting(closed)
    for department in organisation.departments.values():
        lines += _department(owing, counting, department, calls)
    if not span.live:
        lines += _farewells(organisation, owing)
    return sorted((line for line in lines if span.covers(_at(line))), key=lambda line: (_at(line), line["key"]))


def _department(owing: Owing, counting: Counting, department: Department, calls: Sequence[Call]) -> list[Line]:
    organisation, schemes, span = owing.organisation, owing.schemes, owing.span
    words, standing = words_of(schemes[0].name), Standing(department.facts)
    persons = [one for one in organisation.persons if one.department == department.name]
    owed = owing.of(department)
    contents = Contents(department, persons, counting, standing, owed)
    others = {name: joins_on(one, span) for name, one in organisation.departments.items() if one is not department}
    making = Making(department, span, contents, words, organisation.outlets, others)
    who = owing.characters[department.name]
    living = Living(organisation, schemes, making, counting, standing, who)
    pursuing = Pursuing(organisation, making, counting, standing)
    first_on = max(joins_on(department, owing.span), schemes[0].effective_from, span.first_on)
    answer(organisation, schemes, making, calls, who)
    living.unasked(owed, first_on)
    lines = [line for one in owed for line in pursuing.pursue(one)]
    living.published()
    lines += living.adjusted(first_on)
    begins_at = start_instant(first_on, span.zone)
    lines += [line for draft in making.drafts for line in _told(draft, department.name, begins_at, span)]
    return [line for line in lines if _is_there(department, span, _at(line))]


def _told(draft: Draft, department: str, begins_at: datetime, span: Span) -> Iterator[Line]:
    """The item as far as it is within the span; nothing of one that begins before."""
    if draft.submitted_at >= begins_at:
        for line in draft.lines(department):
            if not span.covers(_at(line)):
                return
            yield line


def _is_there(department: Department, span: Span, at: datetime) -> bool:
    return department.last_on is None or span.day_of(at) <= department.last_on


def _at(line: Line) -> datetime:
    return datetime.fromisoformat(line["at"])


def _closings(schemes: Sequence[Scheme], span: Span) -> dict[str, date]:
    """The calendars that are open, and the last day of each: in a year that goes on, one that lies ahead."""
    calendars = {each.name: each for scheme in schemes for each in scheme.calendars.values()}
    last = span.last_on - SETTLING if not span.live else span.last_on + SETTLING
    return {name: last for name, one in calendars.items() if isinstance(one, Campaign) and one.last is None}


def _closed(scheme: Scheme, closings: dict[str, date]) -> Scheme:
    for calendar, last in closings.items():
        known = scheme.calendars.get(calendar)
        if isinstance(known, Campaign) and known.last is None:
            scheme = scheme.with_closed(calendar, last)
    return scheme


def _closing_lines(scheme: Scheme, closings: dict[str, date], span: Span) -> Iterator[Line]:
    for calendar, last in closings.items():
        if not span.live:
            yield {
                "key": f"demo/close/{calendar}",
                "at": start_instant(last - _ANNOUNCED, span.zone).replace(hour=2).isoformat(),
                "command": "close",
                "scheme": scheme.name,
                "calendar": calendar,
                "last_on": last.isoformat(),
            }


def _farewells(organisation: Organisation, owing: Owing) -> Iterator[Line]:
    at = owing.span.end - timedelta(seconds=1)
    for department in organisation.departments.values():
        yield {
            "key": f"demo/{department.name}/end",
            "at": at.astimezone(UTC).isoformat(),
            "command": "change",
            "department": department.name,
            **described(department, joins_on(department, owing.span)),
        }


def described(department: Department, joins_on: date) -> dict[str, object]:
    """What the API is told of a department."""
    return {
        "title": department.title,
        "group": department.group,
        "tags": list(department.tags),
        "facts": {name: str(value) for name, value in department.facts.items()},
        "from": joins_on.isoformat(),
    }
