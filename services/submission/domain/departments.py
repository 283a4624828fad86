"""What a department may be told about itself, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.submission.domain.refusals import ChangeBeforeLast, DateInFuture, FieldMistake


@dataclass(frozen=True, slots=True)
class Change:
    """The whole description of a department, as it holds from the day ``from_on`` on."""

    title: str
    group: str | None
    tags: tuple[str, ...]
    facts: Mapping[str, Decimal]
    from_on: date


@dataclass(frozen=True, slots=True)
class Leave:
    """The department is no more: ``last_on`` is its last day, ``into`` are those that go on with its work."""

    last_on: date
    into: tuple[str, ...] = ()
    reason: str = ""


def check_registration(from_on: date, joins_at: datetime, live: bool, now: datetime) -> None:
    """Raises DateInFuture for a past that is to be imported and lies ahead."""
    if not live and joins_at > now:
        raise DateInFuture(FieldMistake("from", f"{from_on} is in the future: there is no past to import"))


def check_change(from_on: date, changed_from: date) -> None:
    """``from_on`` is the day from which a changed description holds. Raises ChangeBeforeLast."""
    if from_on < changed_from:
        detail = f"must not be before {changed_from}, from which the last known description holds"
        raise ChangeBeforeLast(FieldMistake("from", detail))
