"""Dated commands of the past: what an imported line says, and how its ids follow from its own keys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.submission.domain.commands import ItemCommand, Submit
from services.submission.domain.refusals import DepartmentLive, FieldMistake, InstantRefused, NotJoined
from shared.contracts.identifiers import derived_id

NO_HAND = "import"
"""As who reviews: the past's hands are not known, so an import never counts as reviewing what one submitted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an import. ``reference`` is the importer's own name of the item."""

    key: str
    digest: bytes
    at: datetime
    department: str
    item: UUID
    command: Submit | ItemCommand


def item_of(organisation: str, reference: str) -> UUID:
    """The id of an imported item, the same whenever it is sent again."""
    return derived_id(organisation, "import", "item", reference)


def fact_of(organisation: str, key: str) -> UUID:
    """The id of the adoption or instruction that the line with this key records."""
    return derived_id(organisation, "import", "fact", key)


def event_of(organisation: str, key: str) -> UUID:
    """The id of the event that the line with this key becomes."""
    return derived_id(organisation, "import", "event", key)


def check_instant(
    department: str, at: datetime, live: bool, joins_at: datetime, last_recorded_at: datetime, now: datetime
) -> None:
    """Whether a past command may stand behind what the stream holds.

    Raises DepartmentLive, NotJoined or InstantRefused.
    """
    if live:
        raise DepartmentLive(FieldMistake("department", f"“{department}” is live; its past can no longer be imported"))
    if at > now:
        raise InstantRefused(FieldMistake("at", "lies in the future"))
    if at < joins_at:
        raise NotJoined(FieldMistake("at", f"lies before “{department}” joined, {joins_at.isoformat()}"))
    if at < last_recorded_at:
        detail = f"lies before what was imported last, {last_recorded_at.isoformat()}; send lines in their order"
        raise InstantRefused(FieldMistake("at", detail))
