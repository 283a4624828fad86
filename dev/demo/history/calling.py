"""Calls for copy (约稿), issued to several departments at once, and the items that answer them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dev.demo.history.drafts import Line
from dev.demo.history.drawing import Character, chance
from dev.demo.history.making import Making
from dev.demo.history.owing import Owing, joins_on
from services.scoring.application.rehearsal.reading.organisation import Organisation
from shared.schemes.facts import OF_CALLS
from shared.schemes.model import Scheme
from shared.schemes.schedule import version_in_force

_EVERY = timedelta(days=30)
_CALLED_SHARE = 0.4


@dataclass(frozen=True)
class Call:
    name: str
    title: str
    at: datetime
    due_at: datetime
    departments: tuple[str, ...]


def calls_of(organisation: Organisation, schemes: Sequence[Scheme], owing: Owing, themes: Sequence[str]) -> list[Call]:
    """A call a month, where a measure counts calls or answers."""
    if not any(measure.count in OF_CALLS for scheme in schemes for measure in scheme.measures.values()):
        return []
    found, span = [], owing.span
    day = max(span.first_on, schemes[0].effective_from)
    while day <= span.last_on:
        rng = chance(organisation.name, "call", day)
        issued_on = day + timedelta(days=rng.randrange(20))
        there = [name for name, one in organisation.departments.items() if _is_there(owing, name, issued_on)]
        called = [name for name in there if rng.random() < _CALLED_SHARE]
        at = span.moment(issued_on, rng)
        due_at = at.replace(minute=0, second=0) + timedelta(days=rng.randint(4, 9), hours=1)
        if called:
            found.append(
                Call(f"call-{issued_on:%Y%m%d}", f"关于{rng.choice(themes)}的约稿通知", at, due_at, tuple(called))
            )
        day += _EVERY
    return found


def lines_of(calls: Sequence[Call]) -> Iterator[Line]:
    """The lines that issue them."""
    for call in calls:
        yield {
            "key": f"demo/{call.name}",
            "at": call.at.isoformat(),
            "command": "call",
            "call": call.name,
            "departments": list(call.departments),
            "title": call.title,
            "due_at": call.due_at.isoformat(),
        }


def answer(
    organisation: Organisation, schemes: Sequence[Scheme], making: Making, calls: Sequence[Call], who: Character
) -> None:
    """Items that answer the department's calls: mostly in time, now and then late, or never."""
    department = making.department.name
    for call in calls:
        if department not in call.departments:
            continue
        rng = chance(organisation.name, department, call.name)
        hours = (call.due_at - call.at) / timedelta(hours=1)
        in_time = rng.random() < who.reliability
        if not in_time and rng.random() < 0.4:
            continue
        at = making.span.later(call.at, hours * (rng.uniform(0.2, 0.8) if in_time else rng.uniform(1.1, 1.5)), rng)
        scheme = version_in_force(schemes, schemes[0].name, making.span.day_of(at)) or schemes[0]
        kind = next(iter(_answering(scheme).values()))
        making.keep(making.submit(rng, scheme, scheme.kinds[kind], at, answers=call.name))


def _answering(scheme: Scheme) -> Mapping[str, str]:
    """The kinds of items that answers of count, or all."""
    asked = [one for measure in scheme.measures.values() if measure.count == "answered" for one in measure.where]
    named = sorted(name for one in asked if one.field == "kind" for name in one.values)
    return {name: name for name in named or scheme.kinds}


def _is_there(owing: Owing, name: str, day: date) -> bool:
    department = owing.organisation.departments[name]
    return joins_on(department, owing.span) <= day and (department.last_on is None or day <= department.last_on)
