"""What the reports answer with, as plain values."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.scoring.application.reading.changes import Changes
from services.scoring.application.reading.distribution import Distribution
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.rates import PeriodsRates, Rates
from services.scoring.application.reading.records import Change
from services.scoring.domain.cards.distribution import EVEN_SHARE, MonthsShare
from services.scoring.http import documents
from shared.schemes.model import Scheme
from shared.web import cursors


def changes_page(read: Changes) -> dict[str, Any]:
    return {
        "department": read.department,
        "since": read.since,
        "as_of": read.question.scope.as_of,
        "items": [_change(change) for change in read.page],
        "next_cursor": cursors.encode(*read.more_after) if read.more_after else None,
    }


def rates(read: PeriodsRates) -> dict[str, Any]:
    return {
        **_heading(read.question, read.scheme),
        "calendar": read.question.calendar.name,
        "period": documents.period(read.period),
        "overall": _rate(read.overall),
        "groups": [{"group": each.group, **_rate(each.rates)} for each in read.groups],
        "quotas": [
            {
                "quota": each.quota.name,
                "title": each.quota.title,
                "cite": each.quota.cite,
                **_rate(each.overall),
                "groups": [{"group": one.group, **_rate(one.rates)} for one in each.groups],
            }
            for each in read.quotas
        ],
    }


def distribution(read: Distribution) -> dict[str, Any]:
    return {
        **_heading(read.question, read.question.scheme),
        "year": read.year,
        "measure": read.measure.name,
        "unit": read.measure.unit,
        "even_share": EVEN_SHARE,
        "months": _months(read.year, read.together),
        "departments": [
            {
                "department": each.department,
                "title": each.title,
                "group": each.group,
                "months": _months(read.year, each.months),
            }
            for each in read.departments
        ],
    }


def _heading(question: Question, scheme: Scheme) -> dict[str, Any]:
    return {
        "organisation": question.scope.organisation,
        "scheme": scheme.name,
        "scheme_version": scheme.version,
        "as_of": question.scope.as_of,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "recorded_at": change.recorded_at,
        "stream_version": change.stream_version,
        "cause": change.cause,
        "reason": change.reason,
        "changed": change.changed,
    }


def _rate(rates: Rates) -> dict[str, Any]:
    reported = rates.reported
    return {
        "expected": reported.expected,
        "submitted": reported.submitted,
        "on_time": reported.on_time,
        "rate": reported.rate,
        "on_time_rate": reported.on_time_rate,
        "items": rates.items,
        "adopted": rates.adopted,
        "adoption_rate": rates.adoption_rate,
    }


def _months(year: int, shares: Sequence[MonthsShare]) -> list[dict[str, Any]]:
    return [
        {
            "month": f"{year:04}-{each.month:02}",
            "first": date(year, each.month, 1),
            "amount": each.amount,
            "share": each.share,
            "deviation": each.deviation,
        }
        for each in shares
    ]
