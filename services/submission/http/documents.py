"""What the API answers with, as plain values. Instants become RFC 3339 in UTC, days dates, Decimals strings."""

from collections.abc import Sequence
from typing import Any

import msgspec

from services.submission.application.ports import StoredItem
from services.submission.domain.item_state import Adoption, Instruction, Measurement
from shared.contracts.directory_events import TokenDescribed
from shared.directory.entities import Department, Organisation, PublishedScheme, Standing, Token
from shared.eventstore import StoredEvent
from shared.web import cursors


def item(stored: StoredItem) -> dict[str, Any]:
    state = stored.state
    return {
        "id": state.item,
        "department": state.department,
        "scheme": state.scheme,
        "scheme_version": state.scheme_version,
        "kind": state.kind,
        "state": state.state,
        "awaits": state.awaits,
        "title": state.title,
        "summary": state.summary,
        "contributors": state.contributors,
        "attributes": state.attributes,
        "happened_on": state.happened_on,
        "departments": state.departments[1:],
        "answers": state.answers,
        "submitted_by": state.submitted_by,
        "submitted_at": stored.submitted_at,
        "changed_at": stored.changed_at,
        "version": stored.version,
        "reviews": state.reviews,
        "adoptions": [_adoption(each) for each in state.adoptions],
        "instructions": [_instruction(each) for each in state.instructions],
        "measurements": [_measurement(each) for each in state.measurements],
        "withdrawal_reason": state.withdrawal_reason,
    }


def _adoption(adoption: Adoption) -> dict[str, Any]:
    return {
        "id": adoption.adoption,
        "outlet": adoption.outlet,
        "outlet_title": adoption.outlet_title,
        "tier": adoption.tier,
        "medium": adoption.medium,
        "form": adoption.form,
        "published_on": adoption.published_on,
        "placement": adoption.placement,
        "words": adoption.words,
    }


def _instruction(instruction: Instruction) -> dict[str, Any]:
    return {
        "id": instruction.instruction,
        "level": instruction.level,
        "instructed_on": instruction.instructed_on,
        "text": instruction.text,
    }


def _measurement(measurement: Measurement) -> dict[str, Any]:
    return {
        "id": measurement.measurement,
        "metric": measurement.metric,
        "value": measurement.value,
        "measured_on": measurement.measured_on,
    }


def item_page(found: Sequence[StoredItem], limit: int) -> dict[str, Any]:
    """``found`` holds one item more than the page when there are more behind it."""
    shown = found[:limit]
    more = len(found) > limit
    cursor = cursors.encode(shown[-1].submitted_at, shown[-1].state.item) if more else None
    return {"items": [item(each) for each in shown], "next_cursor": cursor}


def item_event(event: StoredEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "version": event.version,
        "time": event.recorded_at,
        "actor": event.actor,
        "correlation_id": event.correlation_id,
        "data": msgspec.Raw(event.data),
    }


def organisation(known: Organisation) -> dict[str, Any]:
    return {"organisation": known.organisation, "title": known.title, "time_zone": known.time_zone}


def department(known: Department) -> dict[str, Any]:
    return {
        "organisation": known.organisation,
        "department": known.department,
        "title": known.title,
        "group": known.group,
        "tags": known.tags,
        "facts": dict(known.facts),
        "from": known.from_on,
        "live": known.live,
        "last_on": known.last_on,
    }


def outlet(organisation: str, outlet: str, standings: Sequence[Standing]) -> dict[str, Any]:
    shown = [
        {"title": each.title, "tier": each.tier, "medium": each.medium, "from": each.from_on} for each in standings
    ]
    return {"organisation": organisation, "outlet": outlet, "standings": shown}


def scheme(known: PublishedScheme) -> dict[str, Any]:
    return {
        "organisation": known.organisation,
        "scheme": known.scheme,
        "version": known.scheme_version,
        "title": known.title,
        "effective_from": known.effective_from,
        "digest": known.digest,
    }


def token(known: Token | TokenDescribed) -> dict[str, Any]:
    return {
        "id": known.token,
        "title": known.title,
        "role": known.role,
        "organisation": known.organisation,
        "department": known.department,
        "expires_at": known.expires_at,
        "revoked_at": known.revoked_at,
    }
