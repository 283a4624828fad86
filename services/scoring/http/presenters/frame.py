"""What every scorecard page has around its content: where one is, the calendars, the instant, the system's health."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import Health, ParkedDepartment
from shared.calendars import Calendar, RegularCalendar
from shared.web.formats import instant
from shared.web.languages import translate

Address = Callable[..., str]
"""Makes the present page's address with some parameters changed; None takes one away."""


@dataclass(frozen=True, slots=True)
class Choice:
    title: str
    url: str
    chosen: bool
    count: int | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """The system's health in a line; ``parked`` are the departments that stand still."""

    up_to: str | None
    parked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AsOfForm:
    action: str
    day: str
    """As an HTML date field wants it; empty for now."""
    said: str | None
    """The instant in words; None for now."""
    now_url: str
    kept: Sequence[tuple[str, str]] = field(default=())
    """The other parameters, which the form sends along."""


def calendar_choices(question: Question, address: Address) -> list[Choice]:
    """A tab for each calendar."""
    return [
        Choice(
            title=calendar_title(question, name),
            url=address(calendar=name),
            chosen=name == question.calendar.name,
        )
        for name in question.choices
    ]


def scheme_choices(question: Question, address: Address) -> list[Choice]:
    """Empty when there is nothing to choose."""
    if len(question.schemes) < 2:
        return []
    return [
        Choice(name, address(scheme=name, calendar=None, subject=None), name == question.scheme.name)
        for name in question.schemes
    ]


def calendar_title(question: Question, name: str) -> str:
    """By its length: month, week; a second calendar of the same length goes by its own name."""
    every = _every(question.scheme.calendars[name])
    alone = sum(1 for other in question.choices if _every(question.scheme.calendars[other]) == every) == 1
    return translate(f"calendar.{every}") if alone and every is not None else name


def kind_choices(question: Question, address: Address) -> list[Choice]:
    """Whose cards to show; empty when there are departments' alone."""
    if len(question.kinds) < 2:
        return []
    return [
        Choice(translate(f"subject.{kind}"), address(subject=kind), kind == question.kind) for kind in question.kinds
    ]


def _every(calendar: Calendar) -> str | None:
    return calendar.every if isinstance(calendar, RegularCalendar) else None


def as_of_form(question: Question, action: str, parameters: dict[str, Any], now_url: str) -> AsOfForm:
    zone = question.scheme.time_zone
    as_of = question.scope.as_of
    return AsOfForm(
        action=action,
        day=as_of.astimezone(zone).date().isoformat() if as_of else "",
        said=instant(as_of, zone) if as_of else None,
        now_url=now_url,
        kept=[(name, str(value)) for name, value in parameters.items() if value is not None and name != "as_of"],
    )


def strip(health: Health, parked: Sequence[ParkedDepartment], zone: tzinfo) -> Strip:
    return Strip(
        up_to=instant(health.recorded_at, zone) if health.recorded_at else None,
        parked=[department.title for department in parked],
    )
