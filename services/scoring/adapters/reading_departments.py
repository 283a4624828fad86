"""A department's state as its tables have it: read in sets, for many departments at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import Cursor

from services.scoring.adapters.item_codec import decode_outcome, decode_part, decode_window
from services.scoring.domain.department import DepartmentState, Parked
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar, Description, PersonDescription
from services.scoring.domain.keys import QuotaPeriod, WindowKey
from services.scoring.domain.obligations import Obligation
from shared.eventstore import sql

_sql = sql.load("services.scoring.adapters", "departments.sql")


def read_departments(cursor: Cursor[Any], streams: Mapping[str, date]) -> list[DepartmentState]:
    """Those of the departments that have a position, with obligations and windows since the day that is given for each.

    Without items, and without rules.
    """
    names = list(streams)
    organisations, departments = _split(names)
    states = {row[0]: _state(*row) for row in cursor.execute(_sql.positions, (names,))}
    for query, take in _DESCRIBED.items():
        for stream, *row in cursor.execute(getattr(_sql, query), (organisations, departments)):
            take(states[stream], *row)
    since = list(streams.values())
    for query, take in _SINCE.items():
        for stream, *row in cursor.execute(getattr(_sql, query), (organisations, departments, since)):
            take(states[stream], *row)
    return list(states.values())


def _span(state: DepartmentState, *span: Any) -> None:
    state.joined_on, state.left_on, state.live, state.live_at = span


def _description(
    state: DepartmentState, from_on: date, place: int, title: str, group: str | None, tags: list[str], facts: Any
) -> None:
    state.descriptions.append(Description(from_on, place, title, group, tuple(tags), _decimals(facts)))


def _person(
    state: DepartmentState,
    person: str,
    from_on: date,
    place: int,
    title: str,
    roles: list[str],
    facts: Any,
    last_on: date | None,
) -> None:
    described = PersonDescription(from_on, place, title, tuple(roles), _decimals(facts), last_on)
    state.persons.setdefault(person, []).append(described)


def _applied(state: DepartmentState, *row: Any) -> None:
    applied = AppliedScheme(*row)
    state.applied.setdefault(applied.scheme, []).append(applied)


def _closing(state: DepartmentState, *row: Any) -> None:
    closed = ClosedCalendar(*row)
    state.closings.setdefault(closed.scheme, []).append(closed)


def _waiver(state: DepartmentState, scheme: str, quota: str, period: str, person: str, reason: str) -> None:
    state.waivers[QuotaPeriod(scheme, quota, period, person)] = reason


def _obligation(state: DepartmentState, *row: Any) -> None:
    *columns, outcome, part = row
    obligation = Obligation(*columns)
    if outcome is not None:
        obligation.outcome = decode_outcome(obligation, outcome)
    if part is not None:
        obligation.part = decode_part(part)
    state.obligations[obligation.key] = obligation


def _window(
    state: DepartmentState,
    scheme: str,
    measure: str,
    person: str,
    calendar: str,
    period: str,
    period_end: date,
    body: bytes,
) -> None:
    state.windows[WindowKey(scheme, measure, person, calendar, period)] = decode_window(period_end, body)


_DESCRIBED: dict[str, Callable[..., None]] = {
    "spans": _span,
    "descriptions": _description,
    "persons": _person,
    "applied_schemes": _applied,
    "closings": _closing,
    "waivers": _waiver,
}
_SINCE: dict[str, Callable[..., None]] = {"obligations": _obligation, "windows": _window}
"""By named query, what takes one of its rows."""


def _state(
    stream: str, version: int, last_event_id: Any, recorded_at: Any, parkings: int, *parked: Any
) -> DepartmentState:
    organisation, department = stream.split("/")
    state = DepartmentState(organisation, department, stream, version, last_event_id, recorded_at, parkings=parkings)
    state.parked = None if parked[0] is None else Parked(*parked)
    state.take_changes()
    return state


def _decimals(facts: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in facts.items()}


def _split(streams: Sequence[str]) -> tuple[list[str], list[str]]:
    pairs = [stream.split("/") for stream in streams]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
