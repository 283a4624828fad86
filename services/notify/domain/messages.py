"""What subscribers and readers are told of an alert: in webhooks, in the stream of changes and over HTTP."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from services.notify.domain.alerts import state_after
from services.notify.domain.subjects import AlertEvent, AnyAlert, AnyObligation, subject_of
from services.notify.domain.subscriptions import BULLETIN_TYPE, TEST_TYPE, message_type
from shared.contracts.alert_events import (
    AlertAcknowledged,
    AlertOpened,
    AlertResolved,
    JointAlertAcknowledged,
    JointAlertOpened,
    JointAlertResolved,
)
from shared.contracts.scoring_events import BulletinIssued, JointObligation

JsonObject = dict[str, Any]


def describe_alert(alert: AnyAlert, historical: bool, scoring_url: str) -> JsonObject:
    """What was expected, what came, by how much it falls short, since when, the clause, and where to look."""
    obligation = alert.obligation
    return {
        "alert": alert.alert,
        "condition": alert.condition,
        "severity": obligation.severity,
        "organisation": obligation.organisation,
        **_owed_by(obligation),
        "scheme": obligation.scheme,
        "scheme_version": obligation.scheme_version,
        "quota": obligation.quota,
        "quota_title": obligation.quota_title,
        "clause": obligation.cite,
        "measure": obligation.measure,
        "measure_title": obligation.measure_title,
        "unit": obligation.unit,
        "calendar": obligation.calendar,
        "period": obligation.period,
        "period_first": obligation.period_first.isoformat(),
        "period_last": (obligation.period_end - timedelta(days=1)).isoformat(),
        "due_at": instant(obligation.due_at),
        "grace_ends_at": obligation.grace_ends_at and instant(obligation.grace_ends_at),
        "expected": plain(obligation.target),
        "actual": plain(obligation.actual),
        "shortfall": plain(shortfall(obligation)),
        "since": instant(alert.opened_at),
        "historical": historical,
        "scorecard": scorecard_page(scoring_url, obligation),
        "scorecard_api": scorecard_resource(scoring_url, obligation),
    }


def alert_message(event: AlertEvent, historical: bool, correlation_id: str, scoring_url: str) -> JsonObject:
    """The body of a webhook (Standard Webhooks: ``type``, ``timestamp``, ``data``) for one change of an alert.

    ``historical``: the alert was opened by a decision on the imported past.
    """
    data = describe_alert(event.alert, historical, scoring_url)
    data["state"] = state_after(event)
    match event:
        case AlertOpened(alert) | JointAlertOpened(alert):
            at = alert.opened_at
        case AlertAcknowledged() | JointAlertAcknowledged():
            at = event.acknowledged_at
            data |= {"acknowledged_by": event.acknowledged_by, "acknowledged_at": instant(at), "note": event.note}
        case AlertResolved() | JointAlertResolved():
            at = event.resolved_at
            data |= {"resolution": event.resolution, "resolved_at": instant(at)}
    data["correlation_id"] = correlation_id
    return {"type": message_type(event), "timestamp": instant(at), "data": data}


def trial_message(organisation: str, subscription: UUID, title: str, at: datetime, correlation_id: str) -> JsonObject:
    """The body with which somebody tries out a subscription."""
    data = {
        "organisation": organisation,
        "subscription": str(subscription),
        "title": title,
        "correlation_id": correlation_id,
    }
    return {"type": TEST_TYPE, "timestamp": instant(at), "data": data}


def bulletin_message(issued: BulletinIssued, correlation_id: str, scoring_url: str) -> JsonObject:
    """The body that tells of an issue, with where it is to be read."""
    named = {"scheme": issued.scheme, "bulletin": issued.bulletin}
    path = f"organisations/{quote(issued.organisation)}/bulletins"
    root = scoring_url.rstrip("/")
    data = {
        "organisation": issued.organisation,
        **named,
        "number": issued.number,
        "title": issued.title,
        "calendar": issued.calendar,
        "period": issued.period,
        "issued_at": instant(issued.issued_at),
        "page": f"{root}/{path}?{urlencode(named)}",
        "api": f"{root}/v1/{path}?{urlencode({**named, 'period': issued.period})}",
        "correlation_id": correlation_id,
    }
    return {"type": BULLETIN_TYPE, "timestamp": instant(issued.issued_at), "data": data}


def shortfall(obligation: AnyObligation) -> Decimal:
    return max(obligation.target - obligation.actual, Decimal(0))


def scorecard_page(scoring_url: str, obligation: AnyObligation) -> str:
    """Where a person looks: at the card, or of what is owed together at those of the departments."""
    page = f"{scoring_url.rstrip('/')}/organisations/{quote(obligation.organisation)}"
    if isinstance(obligation, JointObligation):
        group = {"group": obligation.group} if obligation.group else {}
        shown = {"calendar": obligation.calendar, "until": obligation.period, "scheme": obligation.scheme}
        return f"{page}?{urlencode(group | shown)}"
    return f"{page}/departments/{quote(obligation.department)}?{_card(obligation)}"


def scorecard_resource(scoring_url: str, obligation: AnyObligation) -> str:
    """Where a program looks."""
    path, query = f"/v1/organisations/{quote(obligation.organisation)}/scorecards", _card(obligation)
    if isinstance(obligation, JointObligation):
        named = {"subject": obligation.subject, **({"group": obligation.group} if obligation.group else {})}
        return f"{scoring_url.rstrip('/')}{path}?{urlencode(named)}&{query}"
    return f"{scoring_url.rstrip('/')}{path}/{quote(obligation.department)}?{query}"


def _owed_by(obligation: AnyObligation) -> JsonObject:
    """Who owes it: a department, one of its persons, or several departments together."""
    if isinstance(obligation, JointObligation):
        return {
            "subject": obligation.subject,
            "subject_title": obligation.subject_title,
            "department": None,
            "department_title": None,
            "group": obligation.group,
            "person": None,
            "person_title": None,
            "departments": list(obligation.departments),
        }
    return {
        "subject": subject_of(obligation),
        "subject_title": obligation.person_title or obligation.department_title,
        "department": obligation.department,
        "department_title": obligation.department_title,
        "group": obligation.group,
        "person": obligation.person,
        "person_title": obligation.person_title,
        "departments": [obligation.department],
    }


def _card(obligation: AnyObligation) -> str:
    return urlencode({"calendar": obligation.calendar, "period": obligation.period, "scheme": obligation.scheme})


def plain(amount: Decimal) -> str:
    """A number as people write it: 2, not 2.00 and not 2E+0."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
