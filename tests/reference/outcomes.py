"""What scoring came to, in the same words for the plain implementation and for the real one."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from services.scoring.application.ports import Folded
from services.scoring.domain.obligations import Obligation
from shared.contracts import scoring_events
from shared.contracts.envelope import type_of
from shared.schemes.model import Scheme
from tests.reference.plain import Announcement, Outcome


def announcement_of(event: Any, stream_version: int) -> Announcement:
    """A published event of the scoring stream, as the plain implementation would list it."""
    type = type_of(event)
    if isinstance(event, scoring_events.PeriodFinalised):
        return Announcement(type, event.scheme, event.calendar, event.period, "", 0, "", Decimal(0), stream_version)
    obligation = event.obligation
    outcome = {
        "tongbao.quota.due_soon.v1": "open",
        "tongbao.quota.met.v1": "met",
        "tongbao.quota.missed.v1": "missed",
        "tongbao.quota.met_late.v1": "met_late",
        "tongbao.quota.waived.v1": "waived",
    }.get(type) or event.outcome
    return Announcement(
        type,
        obligation.scheme,
        obligation.quota,
        obligation.period,
        obligation.person or "",
        obligation.ordinal,
        outcome,
        obligation.actual,
        stream_version,
    )


def announcements_of(folded: Iterable[Folded]) -> list[Announcement]:
    return [
        announcement_of(one.event, one.cause.version)
        for _, changes in folded
        for one in changes.announced
        if one.cause is not None
    ]


def in_order(announcements: Iterable[Announcement]) -> list[Announcement]:
    """By event and obligation: in which order one event decides several obligations is nobody's concern."""
    return sorted(announcements, key=lambda one: (one.stream_version, one.what, one.period, one.person, one.ordinal))


def outcome_of(one: Obligation) -> Outcome:
    """What has become of an obligation, as the plain implementation would tell it."""
    return Outcome(
        one.state,
        one.target,
        one.actual,
        one.on_time,
        one.actual_when_due,
        one.ordinal,
        one.due_at,
        one.grace_ends_at,
        one.period_end,
        one.waived_reason,
    )


class LedgerEntry(NamedTuple):
    """What a line of the ledger says of amounts."""

    scheme: str
    version: int
    measure: str
    person: str
    dated: date
    amount: Decimal


def added_up(
    entries: Iterable[LedgerEntry], schemes: Mapping[tuple[str, int], Scheme]
) -> dict[tuple[str, str, str, str, str], Decimal]:
    """The totals that a ledger comes to, by scheme, calendar, period, measure and person; without those of nothing.

    ``schemes`` by name and version, as they were at last: with the calendars that had been closed.
    """
    found: dict[tuple[str, str, str, str, str], Decimal] = {}
    for one in entries:
        for calendar in schemes[one.scheme, one.version].calendars.values():
            period = calendar.period_of(one.dated)
            if period is not None:
                key = (one.scheme, calendar.name, period.id, one.measure, one.person)
                found[key] = found.get(key, Decimal(0)) + one.amount
    return {key: amount for key, amount in found.items() if amount}
