"""Dated commands of the past: what an imported line says, and how its ids follow from its own keys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.submission.domain.commands import ItemCommand, Submit
from services.submission.domain.departments import Change, Leave
from services.submission.domain.record_commands import IssueCall, RecordCommand
from services.submission.domain.refusals import DepartmentLive, FieldMistake, InstantRefused, NotJoined
from services.submission.domain.rulebooks import Closing
from shared.contracts.identifiers import derived_id

NO_HAND = "import"
"""As who reviews: the past's hands are not known, so an import never counts as reviewing what one submitted."""


LineCommand = Submit | ItemCommand | RecordCommand | Closing | Change | Leave


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an import."""

    key: str
    digest: bytes
    at: datetime
    departments: tuple[str, ...]
    """That it names, in its order. A closing names none, for it concerns them all."""
    command: LineCommand
    item: UUID | None = None
    """That it is about, if it is about one."""

    def field_of(self, number: int) -> str:
        """Where the line names its n-th department."""
        if isinstance(self.command, IssueCall):
            return f"departments.{number}"
        return "department" if number == 0 else f"departments.{number - 1}"


def item_of(organisation: str, reference: str) -> UUID:
    """The id of an imported item, the same whenever it is sent again."""
    return derived_id(organisation, "import", "item", reference)


def call_of(organisation: str, reference: str) -> UUID:
    """The id of an imported call."""
    return derived_id(organisation, "import", "call", reference)


def fact_of(organisation: str, key: str) -> UUID:
    """The id of the adoption, instruction, measurement or adjustment that the line with this key records."""
    return derived_id(organisation, "import", "fact", key)


def event_of(organisation: str, key: str) -> UUID:
    """The id of the event that the line with this key becomes."""
    return derived_id(organisation, "import", "event", key)


def check_instant(
    department: str,
    at: datetime,
    live: bool,
    joins_at: datetime,
    last_recorded_at: datetime,
    now: datetime,
    named_in: str = "department",
) -> None:
    """Whether a past command may stand behind what the stream holds.

    Raises DepartmentLive, about the field that names the department, NotJoined or InstantRefused.
    """
    if live:
        raise DepartmentLive(FieldMistake(named_in, f"“{department}” is live; its past can no longer be imported"))
    if at > now:
        raise InstantRefused(FieldMistake("at", "lies in the future"))
    if at < joins_at:
        raise NotJoined(FieldMistake("at", f"lies before “{department}” joined, {joins_at.isoformat()}"))
    if at < last_recorded_at:
        detail = f"lies before what was imported last, {last_recorded_at.isoformat()}; send lines in their order"
        raise InstantRefused(FieldMistake("at", detail))
