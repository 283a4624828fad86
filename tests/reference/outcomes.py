"""What scoring came to, in the same words for the plain implementation and for the real one."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from services.scoring.application.ports import Folded
from shared.contracts import scoring_events
from shared.contracts.envelope import type_of
from tests.reference.plain import Announcement


def announcement_of(event: Any, stream_version: int) -> Announcement:
    """A published event of the scoring stream, as the plain implementation would list it."""
    type = type_of(event)
    if isinstance(event, scoring_events.PeriodFinalised):
        return Announcement(type, event.scheme, event.calendar, event.period, 0, "", Decimal(0), stream_version)
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
