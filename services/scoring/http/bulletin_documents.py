"""What the bulletins' API answers with, as plain values."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from services.scoring.application.bulletins.ports import Issued, StoredIssue
from services.scoring.domain.errata import Erratum
from services.scoring.http import links
from shared.web import cursors


def issued(one: Issued) -> dict[str, Any]:
    address = links.bulletin(one.organisation, one.issue)
    return {
        **asdict(one),
        "links": {
            "json": f"{address}.json",
            "html": f"{address}.html",
            "csv": f"{address}.csv",
            "xlsx": f"{address}.xlsx",
            "errata": f"{address}/errata",
            "page": links.bulletin_page(one.organisation, one.issue),
        },
    }


def issues_page(issues: Sequence[Issued], limit: int) -> dict[str, Any]:
    """``issues`` holds one more than the page when there is a further one."""
    page = issues[:limit]
    last = page[-1] if len(issues) > limit else None
    return {
        "items": [issued(one) for one in page],
        "next_cursor": cursors.encode(last.issued_at, last.issue) if last else None,
    }


def issue(stored: StoredIssue) -> dict[str, Any]:
    """With the document's bytes as they are: their digest can be computed again."""
    return {**issued(stored.issued), "document": msgspec.Raw(stored.raw)}


def errata(stored: StoredIssue, found: Sequence[Erratum]) -> dict[str, Any]:
    one = stored.issued
    return {"issue": one.issue, "number": one.number, "period": one.period, "items": list(found)}
