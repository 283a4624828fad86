"""What the what-ifs' API answers with, as plain values."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.scoring.application.what_ifs.differences import CardChange, Outcome
from services.scoring.application.what_ifs.questions import Backdating, WhatIf
from shared.web import cursors


def address(organisation: str, id: UUID) -> str:
    return f"/v1/organisations/{organisation}/what-ifs/{id}"


def what_if(one: WhatIf) -> dict[str, Any]:
    question = one.question
    backdating = question.about if isinstance(question.about, Backdating) else None
    return {
        "id": one.id,
        "address": address(question.organisation, one.id),
        "title": question.title,
        "scheme": question.about.scheme,
        "version": None if backdating is None else backdating.version,
        "from": question.first if backdating is None else backdating.from_on,
        "to": question.last,
        "state": one.state,
        "progress": round(one.progress, 3),
        "requested_at": one.requested_at,
        "began_at": one.began_at,
        "ended_at": one.ended_at,
        "reason": one.told,
        "cards": one.changes,
        "complete": one.complete,
        "left_out": one.left_out,
    }


def page(found: Sequence[WhatIf], limit: int) -> dict[str, Any]:
    """``found`` holds one more than the page when there is a further one."""
    last = found[limit - 1] if len(found) > limit else None
    return {
        "items": [what_if(one) for one in found[:limit]],
        "next_cursor": cursors.encode(last.requested_at, last.id) if last else None,
    }


def answered(one: WhatIf, changes: Sequence[tuple[int, CardChange]], limit: int) -> dict[str, Any]:
    """With a page of the differences; ``changes`` holds one more when there is a further one."""
    return {
        **what_if(one),
        "differences": [_change(change) for _, change in changes[:limit]],
        "next_cursor": cursors.encode(changes[limit - 1][0]) if len(changes) > limit else None,
    }


def _change(one: CardChange) -> dict[str, Any]:
    return {
        "calendar": one.calendar,
        "period": one.period,
        "subject": one.kind,
        "department": one.department,
        "name": one.name or None,
        "rank": {"before": one.rank_before, "after": one.rank_after},
        "lines": [line._asdict() for line in one.lines],
        "quotas": [
            {"quota": quota.quota, "before": _outcome(quota.before), "after": _outcome(quota.after)}
            for quota in one.quotas
        ],
    }


def _outcome(one: Outcome | None) -> dict[str, Any] | None:
    return None if one is None else one._asdict()
