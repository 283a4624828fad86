"""Obligations as rows: what is owed, what came, until when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal

from services.scoring.application.reading.records import ObligationRecord
from services.scoring.http import links
from services.scoring.http.presenters.tally import state_of, tally
from shared.schemes.model import Scheme
from shared.web.formats import instant, number, period
from shared.web.languages import translate


@dataclass(frozen=True, slots=True)
class ObligationRow:
    id: str
    period: str
    state: str
    actual: Decimal
    target: Decimal
    actual_text: str
    target_text: str
    lacking: str | None
    url: str
    """The entries behind what came."""
    due: str
    grace: str | None
    """Until when it is not missed, where it is still of use to know."""
    in_grace: bool
    """Met, but only within the time of grace."""
    waived: str | None
    """Why it is not owed any more."""


@dataclass(frozen=True, slots=True)
class QuotaRows:
    """One quota's obligations within a period."""

    quota: str
    title: str
    cite: str
    done: str
    rows: Sequence[ObligationRow]


def quota_rows(
    obligations: Iterable[ObligationRecord], scheme: Scheme, organisation: str, zone: tzinfo, as_of: str | None
) -> list[QuotaRows]:
    """In the order in which they first fall due. A quota that this version does not have goes by its name."""
    by_quota: dict[str, list[ObligationRecord]] = defaultdict(list)
    for each in obligations:
        by_quota[each.quota].append(each)
    made = []
    for name, found in by_quota.items():
        quota, counted = scheme.quotas.get(name), tally(found)
        made.append(
            QuotaRows(
                quota=name,
                title=quota.title if quota else name,
                cite=quota.cite if quota else "",
                done=f"{counted.fulfilled}/{counted.owed}",
                rows=[_row(each, organisation, zone, as_of) for each in found],
            )
        )
    return made


def _row(obligation: ObligationRecord, organisation: str, zone: tzinfo, as_of: str | None) -> ObligationRow:
    lacking = obligation.target - obligation.actual
    waiting = obligation.state == "open" and obligation.due_passed
    return ObligationRow(
        id=f"{obligation.quota}-{obligation.period}",
        period=period(obligation.period),
        state=state_of(obligation),
        actual=obligation.actual,
        target=obligation.target,
        actual_text=number(obligation.actual),
        target_text=number(obligation.target),
        lacking=number(lacking) if lacking > 0 and obligation.state != "waived" else None,
        url=links.ledger_page(
            organisation,
            obligation.department,
            person=obligation.person or None,
            scheme=obligation.scheme,
            calendar=obligation.calendar,
            period=obligation.period,
            measure=obligation.measure,
            as_of=as_of,
        ),
        due=instant(obligation.falls_due_at, zone) if obligation.falls_due_at else translate("card.due.open"),
        grace=instant(obligation.grace_ends_at, zone) if obligation.grace_ends_at and waiting else None,
        in_grace=obligation.state == "met" and obligation.on_time is False,
        waived=obligation.waived_reason if obligation.state == "waived" else None,
    )
