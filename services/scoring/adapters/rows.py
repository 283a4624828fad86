"""A batch as rows for the database: a snapshot that no later fold can change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.scoring.adapters.item_codec import encode_body, encode_part, encode_window
from services.scoring.application.ports import Folded
from services.scoring.domain.changes import Changes, Decided, Sum
from services.scoring.domain.department import DepartmentState, Parked
from services.scoring.domain.reaches import Reach
from shared.contracts.scoring_events import TOPIC
from shared.eventstore import Append, Trace

ACTOR = "service:scoring"

Row = tuple[Any, ...]


@dataclass(slots=True)
class Positions:
    """Columns for the compare-and-set."""

    streams: list[str] = field(default_factory=list)
    versions_before: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    last_event_ids: list[UUID | None] = field(default_factory=list)
    recorded_ats: list[datetime | None] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """What one transaction writes, by table."""

    positions: Positions = field(default_factory=Positions)
    parkings: list[tuple[str, Parked | None, int]] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    descriptions: list[Row] = field(default_factory=list)
    persons: list[Row] = field(default_factory=list)
    applied: list[Row] = field(default_factory=list)
    closings: list[Row] = field(default_factory=list)
    waivers: list[Row] = field(default_factory=list)
    reasons: list[Row] = field(default_factory=list)
    new_items: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    windows: list[Row] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    periods: list[Row] = field(default_factory=list)
    obligations: list[Row] = field(default_factory=list)
    while_open: list[Row] = field(default_factory=list)
    """Of obligations whose period was open and is closed now."""
    marks: list[Row] = field(default_factory=list)
    """Parts in what is owed together that have changed."""
    decisions: list[Row] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)


def rows_of(folded: Iterable[Folded]) -> Rows:
    """The rows of all departments, in the order in which they come."""
    rows = Rows()
    for state, changes in folded:
        _add_position(rows, state, changes)
        _add_descriptions(rows, state, changes)
        _add_schemes(rows, state, changes)
        _add_items(rows, state, changes)
        _add_scores(rows, state, changes)
        _add_periods(rows, state, changes)
        _add_obligations(rows, state, changes)
        rows.appends.extend(_appends(state.stream, changes.announced))
    rows.totals.sort()
    return rows


def _add_position(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    positions = rows.positions
    positions.streams.append(state.stream)
    positions.versions_before.append(changes.version_before)
    positions.versions.append(state.version)
    positions.last_event_ids.append(state.last_event_id)
    positions.recorded_ats.append(state.recorded_at)
    if changes.parking:
        rows.parkings.append((state.stream, state.parked, state.parkings))


def _add_descriptions(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    if changes.span:
        rows.spans.append((organisation, department, state.joined_on, state.left_on, state.live, state.live_at))
    for described, recorded_at in changes.descriptions:
        rows.descriptions.append(
            (
                organisation,
                department,
                described.place,
                described.from_on,
                described.title,
                described.group,
                list(described.tags),
                _facts(described.facts),
                recorded_at,
            )
        )
    for person, one, recorded_at in changes.persons:
        rows.persons.append(
            (
                organisation,
                department,
                person,
                one.place,
                one.from_on,
                one.last_on,
                one.title,
                list(one.roles),
                _facts(one.facts),
                recorded_at,
            )
        )


def _facts(facts: dict[str, Decimal]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}


def _add_schemes(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    for applied, recorded_at in changes.applied:
        rows.applied.append(
            (organisation, department, applied.place, applied.scheme, applied.version, applied.from_on, recorded_at)
        )
    for closed, recorded_at in changes.closings:
        rows.closings.append(
            (organisation, department, closed.scheme, closed.calendar, closed.last_on, closed.place, recorded_at)
        )
    for key, reason, recorded_at, place in changes.waivers:
        rows.waivers.append((organisation, department, *key, reason, recorded_at, place))
    rows.reasons += [(organisation, department, place, reason) for place, reason in changes.reasons]


def _add_items(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    new = changes.new_items
    for name, item in changes.items.items():
        row = (organisation, department, name, item.scheme, item.kind, item.title, item.state, encode_body(item))
        (rows.new_items if name in new else rows.items).append(row)
    for key, window in changes.windows.items():
        rows.windows.append((organisation, department, *key, window.end, encode_window(window)))


def _add_scores(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    rows.ledger += changes.entries
    totals: dict[tuple[str, str, str, str, str], tuple[Decimal, int]] = {}
    for reach, total in changes.sums.items():
        _add_total(totals, reach, "", total)
    for (person, reach), total in changes.personal_sums.items():
        _add_total(totals, reach, person, total)
    for (scheme, calendar, period, measure, person), (amount, entries) in totals.items():
        rows.totals.append((organisation, scheme, calendar, period, department, measure, amount, entries, person))


def _add_total(
    totals: dict[tuple[str, str, str, str, str], tuple[Decimal, int]], reach: Reach, person: str, total: Sum
) -> None:
    for calendar, period in reach.totals:
        place = (reach.scheme, calendar, period, reach.measure, person)
        amount, entries = totals.get(place, _NOTHING)
        totals[place] = (amount + total.amount, entries + total.entries)


_NOTHING = (Decimal(0), 0)


def _add_periods(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    for (scheme, calendar, period), change in changes.periods.items():
        rows.periods.append(
            (
                organisation,
                scheme,
                calendar,
                period,
                department,
                change.scheme_version,
                change.first,
                change.end,
                change.partial,
                change.opened_at,
                change.closed_at,
                change.final_at,
            )
        )


def _add_obligations(rows: Rows, state: DepartmentState, changes: Changes) -> None:
    organisation, department = state.organisation, state.department
    for one in changes.obligations.values():
        rows.obligations.append(
            (
                organisation,
                department,
                one.scheme,
                one.quota,
                one.period,
                one.calendar,
                one.scheme_version,
                one.measure,
                one.period_first,
                one.period_end,
                one.target,
                one.actual,
                one.state,
                one.ordinal,
                one.opened_at,
                one.due_at,
                one.due_passed_at,
                one.due_soon_since,
                one.decided_at,
                one.person,
                one.grace_ends_at,
                one.grace_passed_at,
                one.on_time,
                one.actual_when_due,
                one.waived_reason,
                None if one.outcome is None else encode_body(one.outcome),
                None if one.part is None else encode_part(one.part),
            )
        )
        if one.part is not None:
            rows.marks.append((organisation, one.scheme, one.quota, one.period, department))
    for key, *until in changes.while_open:
        scheme, quota, period, person = key
        rows.while_open.append((organisation, department, scheme, quota, period, person, *until))
    for decision in changes.decisions:
        scheme, quota, period, person = decision.key
        rows.decisions.append((organisation, department, scheme, quota, period, *decision[1:], person))


def _appends(stream: str, announced: Sequence[Decided]) -> Iterator[Append]:
    """One append a cause, so that each announcement says what brought it about."""
    place = 0
    while place < len(announced):
        cause = announced[place].cause
        end = place
        while end < len(announced) and announced[end].cause is cause:
            end += 1
        together = announced[place:end]
        trace = Trace(stream, None, ACTOR) if cause is None else Trace(cause.correlationid, str(cause.id), ACTOR)
        yield Append(stream, TOPIC, [one.event for one in together], trace, ids=[one.id for one in together])
        place = end
