"""Writing changes of alerts: the alerts themselves, their numbered changes, their events, and the deliveries."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from services.notify.adapters import subscription_store
from services.notify.application.changes import Change, NewDelivery, NumberedChange, deliveries_for, rendered
from services.notify.domain.alerts import state_after
from services.notify.domain.subjects import (
    Acknowledged,
    Opened,
    Resolved,
    department_of,
    joint_group_of,
    person_of,
    subject_of,
)
from shared.contracts.alert_events import TOPIC
from shared.contracts.envelope import encode_data
from shared.eventstore import Append, Trace, append_many, sql

_alerts = sql.load("services.notify.adapters", "alerts.sql")
_deliveries = sql.load("services.notify.adapters", "deliveries.sql")


def record_changes(conn: Connection[Any], changes: Sequence[Change], scoring_url: str) -> None:
    """Everything that follows from the changes, in the caller's transaction, whose alerts are locked already.

    Raises AlreadyAppended when a change is in the store: it was made before.
    """
    if not changes:
        return
    recorded = [receipt.recorded_at for receipt in append_many(conn, [_append(change) for change in changes])]
    numbered = _number(conn, changes, recorded, scoring_url)
    _write_alerts(conn, numbered)
    _execute(conn, _alerts.insert_changes, [_change_row(each) for each in numbered])
    organisations = sorted({change.organisation for change in changes})
    deliveries = list(deliveries_for(numbered, subscription_store.enabled_locked(conn, organisations)))
    _execute(conn, _deliveries.insert, [_delivery_row(each) for each in deliveries])


def _append(change: Change) -> Append:
    trace = Trace(change.correlation_id, change.causation_id, change.actor)
    return Append(change.stream, TOPIC, [change.event], trace, ids=[change.event_id])


def _number(
    conn: Connection[Any], changes: Sequence[Change], recorded: Sequence[datetime], scoring_url: str
) -> list[NumberedChange]:
    counts = Counter(change.organisation for change in changes)
    last = dict(conn.execute(_alerts.take_numbers, (list(counts), list(counts.values()))).fetchall())
    following = {organisation: last[organisation] - count + 1 for organisation, count in counts.items()}
    numbered = []
    for change, recorded_at in zip(changes, recorded, strict=True):
        number = following[change.organisation]
        following[change.organisation] = number + 1
        numbered.append(NumberedChange(change, number, recorded_at, rendered(change, scoring_url)))
    return numbered


def _write_alerts(conn: Connection[Any], numbered: Sequence[NumberedChange]) -> None:
    """Ends of alerts that were there come first, then new alerts as the batch leaves them: so there is never more than
    one unresolved alert an obligation and condition."""
    opened = {each.change.alert: each for each in numbered if isinstance(each.change.event, Opened)}
    latest = {each.change.alert: each for each in numbered}
    ended = [each for alert, each in latest.items() if alert not in opened]
    _execute(conn, _alerts.resolve_alerts, [_end_row(each) for each in ended if _is_end(each)])
    _execute(conn, _alerts.insert_alerts, [_alert_row(first, latest[alert]) for alert, first in opened.items()])
    for each in ended:
        event = each.change.event
        if isinstance(event, Acknowledged):
            told = (event.acknowledged_at, event.acknowledged_by, event.note, each.change.correlation_id, each.number)
            conn.execute(_alerts.acknowledge_alert, (*told, each.change.alert))


def _is_end(each: NumberedChange) -> bool:
    return isinstance(each.change.event, Resolved)


def _alert_row(first: NumberedChange, last: NumberedChange) -> tuple[Any, ...]:
    event, obligation = last.change.event, first.change.event.alert.obligation
    resolved = event if isinstance(event, Resolved) else None
    return (
        first.change.alert,
        obligation.organisation,
        department_of(obligation),
        obligation.scheme,
        obligation.quota,
        obligation.calendar,
        obligation.period,
        person_of(obligation),
        subject_of(obligation),
        joint_group_of(obligation),
        event.alert.condition,
        obligation.severity,
        state_after(event),
        first.change.historical,
        event.alert.opened_at,
        resolved and resolved.resolved_at,
        resolved and resolved.resolution,
        encode_data(event.alert),
        last.change.correlation_id,
        first.number,
        last.number,
    )


def _end_row(each: NumberedChange) -> tuple[Any, ...]:
    event = each.change.event
    assert isinstance(event, Resolved)
    body = encode_data(event.alert)
    return (each.change.alert, event.resolution, event.resolved_at, body, each.change.correlation_id, each.number)


def _change_row(each: NumberedChange) -> tuple[Any, ...]:
    change = each.change
    names = (change.department, change.type)
    return (
        change.organisation,
        each.number,
        change.event_id,
        change.alert,
        *names,
        each.message,
        change.correlation_id,
        each.recorded_at,
    )


def _delivery_row(new: NewDelivery) -> tuple[Any, ...]:
    change = new.change.change
    return (
        new.delivery,
        change.organisation,
        new.subscription,
        change.alert,
        new.change.number,
        change.department,
        change.type,
        change.correlation_id,
    )


def _execute(conn: Connection[Any], query: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """A set-based statement that takes one array a column."""
    if rows:
        with conn.cursor() as cursor:
            cursor.execute(query, [list(column) for column in zip(*rows, strict=True)])
