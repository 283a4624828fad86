"""The cards of one period, from the figures of a book."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.domain.cards.book import Book, Member
from shared.schemes.model import SubjectKind


@dataclass(frozen=True, slots=True)
class Card:
    """What a scorecard shows of one subject."""

    member: Member
    values: Mapping[str, Decimal]
    """Of the scorecard's lines, in their order. Empty in a calendar without a scorecard."""
    rank: int | None
    """None where nothing is ranked, and for one that is disqualified and not kept as last."""
    rivals: int
    """Among how many it is ranked, itself among them."""
    within: str | None
    """The group or class whose members are compared; None when all are."""
    awarded: bool
    disqualified: bool


def evaluate(
    book: Book, calendar: str, period: str, kind: SubjectKind = "department", lines: Collection[str] | None = None
) -> list[Card]:
    """The cards of all subjects of a kind, in the order of the book's members.

    With ``lines``, no others than these are computed, besides what the ranks stand on.
    """
    raise NotImplementedError
