"""Obligations as rows: what is owed, what came, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal

from services.scoring.application.reading.records import ObligationRecord
from services.scoring.http.presenters.tally import state_of
from shared.schemes.model import Scheme
from shared.web.formats import instant, number, period


@dataclass(frozen=True, slots=True)
class ObligationRow:
    id: str
    title: str
    cite: str
    period: str
    state: str
    actual: Decimal
    target: Decimal
    actual_text: str
    target_text: str
    lacking: str | None
    due: str


def obligation_rows(obligations: Iterable[ObligationRecord], scheme: Scheme, zone: tzinfo) -> list[ObligationRow]:
    return [_row(each, scheme, zone) for each in obligations]


def _row(obligation: ObligationRecord, scheme: Scheme, zone: tzinfo) -> ObligationRow:
    """A quota that a later version no longer has is called by its name."""
    quota = scheme.quotas.get(obligation.quota)
    lacking = obligation.target - obligation.actual
    return ObligationRow(
        id=f"{obligation.quota}-{obligation.period}",
        title=quota.title if quota else obligation.quota,
        cite=quota.cite if quota else "",
        period=period(obligation.period),
        state=state_of(obligation),
        actual=obligation.actual,
        target=obligation.target,
        actual_text=number(obligation.actual),
        target_text=number(obligation.target),
        lacking=number(lacking) if lacking > 0 else None,
        due=instant(obligation.due_at, zone),
    )
