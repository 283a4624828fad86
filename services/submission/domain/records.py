"""What a department's stream says beside its items, each as it stands now: persons, calls, adjustments, waivers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

RecordKind = Literal["person", "call", "adjustment", "waiver"]


@dataclass(frozen=True, slots=True)
class Person:
    person: str
    title: str
    roles: tuple[str, ...]
    facts: dict[str, Decimal]
    from_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call for copy (约稿), as every department that it was issued to has it."""

    call: str
    scheme: str
    title: str
    text: str
    due_at: datetime
    issued_at: datetime
    departments: tuple[str, ...]
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    adjustment: str
    scheme: str
    category: str
    value: Decimal
    adjusted_on: date
    reason: str
    person: str | None
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    scheme: str
    quota: str
    period: str
    reason: str
    person: str | None


Record = Person | Call | Adjustment | Waiver


@dataclass(frozen=True, slots=True)
class RecordKey:
    """``name`` is a person's name or an id, and tells the records of one kind in one department apart."""

    kind: RecordKind
    name: str
    department: str


Records = Mapping[RecordKey, Record]


def waiver_name(scheme: str, quota: str, period: str, person: str | None) -> str:
    """A quota is waived once for a period and whoever owes it."""
    return "/".join((scheme, quota, period, person or ""))
