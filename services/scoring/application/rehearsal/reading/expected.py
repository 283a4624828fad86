"""What an example can expect: cells of scorecards, outcomes of quotas, amounts of measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from services.scoring.application.rehearsal.reading.places import Where
from services.scoring.domain.cards.book import Subject

Outcome = Literal["open", "met", "missed", "met_late", "waived", "none"]
"""``none``: nothing is owed."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class ExpectedCard:
    """Cells of one subject's card. None: not asked for."""

    where: Where
    subject: Subject
    calendar: str
    period: str
    lines: Mapping[str, tuple[Decimal, Where]] = field(default_factory=dict)
    rank: int | None = None
    """0: it has no rank."""
    awarded: bool | None = None
    disqualified: bool | None = None
    no_card: bool = False
    """It has no card at all."""
    final_at: datetime | None = None
    restated: bool | None = None


@dataclass(frozen=True, slots=True)
class ExpectedQuota:
    """What becomes of a quota of one subject in one of the quota's own periods. None: not asked for."""

    where: Where
    subject: Subject
    quota: str
    period: str
    outcome: Outcome | None = None
    target: Decimal | None = None
    actual: Decimal | None = None
    due_at: datetime | None = None
    on_time: bool | None = None
    reminded: tuple[datetime, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAmount:
    where: Where
    subject: Subject
    measure: str
    calendar: str
    period: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedBulletin:
    where: Where
    bulletin: str
    period: str
    issued_at: datetime


Expectation = ExpectedCard | ExpectedQuota | ExpectedAmount | ExpectedBulletin
