"""Scorecards as they are shown: what was computed of a subject, how settled it is, and what it owes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from services.scoring.application.reading.records import ObligationRecord
from services.scoring.domain.cards.book import Member, Subject
from services.scoring.domain.cards.evaluation import Card as ComputedCard
from shared.schemes.model import Scorecard

CardState = Literal["open", "closed", "final", "restated"]
"""The period still runs; it ended and late changes still count; it should not change any more; it did all the same."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A subject's place by the ranked line among those it is compared with."""

    rank: int
    of: int
    within: str | None
    """The group or class; none when all are ranked together."""
    awarded: bool


@dataclass(frozen=True, slots=True)
class Card:
    subject: Subject
    title: str
    group: str | None
    tags: tuple[str, ...]
    roles: tuple[str, ...]
    scheme_version: int
    state: CardState
    provisional: bool
    partial: bool
    opened_at: datetime
    closed_at: datetime | None
    final_at: datetime | None
    restated_at: datetime | None
    values: Mapping[str, Decimal]
    """Of the card's lines, in their order. Empty in a calendar that only has quotas."""
    headline: Decimal | None
    """The value of the line that stands for the whole card; none in a calendar that only has quotas."""
    standing: Standing | None
    disqualified: bool
    obligations: tuple[ObligationRecord, ...]

    @property
    def department(self) -> str:
        """The department, also of a person; the name of a group."""
        return self.subject.department or self.subject.name

    @property
    def person(self) -> str | None:
        return self.subject.name if self.subject.kind == "person" else None


def shown(
    computed: Iterable[ComputedCard],
    scorecards: Mapping[int, Scorecard | None],
    obligations: Callable[[Subject], Sequence[ObligationRecord]],
) -> list[Card]:
    """In the order of the computed cards; ``scorecards`` are those of each version of the scheme."""
    return [_card(card, scorecards[card.member.scheme_version], obligations(card.member.subject)) for card in computed]


def _card(card: ComputedCard, scorecard: Scorecard | None, obligations: Sequence[ObligationRecord]) -> Card:
    member = card.member
    state = _state(member)
    becomes_final = scorecard is not None and scorecard.final_after is not None
    return Card(
        subject=member.subject,
        title=member.title,
        group=member.group,
        tags=member.tags,
        roles=member.roles,
        scheme_version=member.scheme_version,
        state=state,
        provisional=state == "open" or (state == "closed" and becomes_final),
        partial=member.partial,
        opened_at=member.opened_at,
        closed_at=member.closed_at,
        final_at=member.final_at,
        restated_at=member.restated_at if state == "restated" else None,
        values=card.values,
        headline=card.headline,
        standing=None if card.rank is None else Standing(card.rank, card.rivals, card.within, card.awarded),
        disqualified=card.disqualified,
        obligations=tuple(obligations),
    )


def _state(member: Member) -> CardState:
    if member.final_at is not None:
        return "restated" if member.restated_at is not None else "final"
    return "open" if member.closed_at is None else "closed"
