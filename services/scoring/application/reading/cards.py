"""Scorecards: the lines of every department in a period, their ranks and awards, and how settled they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from services.scoring.application.reading import lines as scheme_lines
from services.scoring.application.reading.ranking import ranks
from services.scoring.application.reading.records import Amounts, Membership, ObligationRecord
from shared.schemes.model import Rank, Scheme, Scorecard

CardState = Literal["open", "closed", "final", "restated"]
"""The period still runs; it ended and late changes still count; it should not change any more; it did all the same."""

SchemeOf = Callable[[int], Scheme]
"""The scheme by the version that a period belongs to."""

_NOBODY: Mapping[str, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """A department's place by the ranked line among those it is compared with."""

    rank: int
    of: int
    by: str
    within: str | None
    """The group; none when all are ranked together."""
    awarded: bool


@dataclass(frozen=True, slots=True)
class Card:
    department: str
    title: str
    group: str | None
    tags: tuple[str, ...]
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
    obligations: tuple[ObligationRecord, ...]


def cards(
    scheme_of: SchemeOf,
    calendar: str,
    members: Iterable[Membership],
    amounts: Amounts,
    obligations: Iterable[ObligationRecord] = (),
    shown: Sequence[str] | None = None,
) -> list[Card]:
    """The cards of all members of one period, ranked, in the order of the members.

    Every department is scored by the version its period belongs to. Ranks need all members, so whoever wants a
    group's or one department's cards picks them from the result. With ``shown``, no other lines than those are
    computed, besides the headline.
    """
    owed = _by_department(obligations)
    drawn = [
        _card(
            scheme_of(member.scheme_version), calendar, member, amounts, tuple(owed.get(member.department, ())), shown
        )
        for member in members
    ]
    return _ranked(drawn, _rank_in_force(scheme_of, calendar, drawn))


def _card(
    scheme: Scheme,
    calendar: str,
    member: Membership,
    amounts: Amounts,
    obligations: tuple[ObligationRecord, ...],
    shown: Sequence[str] | None,
) -> Card:
    card = scheme.scorecards.get(calendar)
    listed = () if card is None else tuple(name for name in card.lines if shown is None or name in shown)
    first = headline(card)
    wanted = listed if first is None else (*listed, first)
    values = scheme_lines.evaluate(scheme, amounts.get(member.department, _NOBODY), wanted) if wanted else {}
    state = _state(member)
    return Card(
        department=member.department,
        title=member.title,
        group=member.group,
        tags=member.tags,
        scheme_version=member.scheme_version,
        state=state,
        provisional=state == "open" or (state == "closed" and card is not None and card.final_after is not None),
        partial=member.partial,
        opened_at=member.opened_at,
        closed_at=member.closed_at,
        final_at=member.final_at,
        restated_at=member.restated_at if state == "restated" else None,
        values={name: scheme_lines.plain(values[name]) for name in listed},
        headline=None if first is None else scheme_lines.plain(values[first]),
        standing=None,
        obligations=obligations,
    )


def _state(member: Membership) -> CardState:
    if member.final_at is not None:
        return "restated" if member.restated_at is not None else "final"
    return "open" if member.closed_at is None else "closed"


def _rank_in_force(scheme_of: SchemeOf, calendar: str, drawn: Sequence[Card]) -> Rank | None:
    """Where departments stand under different versions in one period, the newest says how they are compared."""
    if not drawn:
        return None
    scorecard = scheme_of(max(card.scheme_version for card in drawn)).scorecards.get(calendar)
    return None if scorecard is None else scorecard.rank


def _ranked(drawn: list[Card], rank: Rank | None) -> list[Card]:
    if rank is None:
        return drawn
    rivals: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
    for card in drawn:
        if card.headline is not None:
            rivals[_compared_with(card, rank)][card.department] = card.headline
    places = {group: ranks(values) for group, values in rivals.items()}
    return [replace(card, standing=_standing(card, rank, places)) for card in drawn]


def _compared_with(card: Card, rank: Rank) -> str | None:
    return card.group if rank.within == "group" else None


def _standing(card: Card, rank: Rank, places: Mapping[str | None, Mapping[str, int]]) -> Standing | None:
    group = _compared_with(card, rank)
    rivals = places.get(group, {})
    place = rivals.get(card.department)
    if place is None:
        return None
    awards = rank.awards.get("all" if rank.within == "all" else group or "", 0)
    return Standing(place, len(rivals), rank.by, group, place <= awards)


def headline(scorecard: Scorecard | None) -> str | None:
    """The line that stands for the whole card: the one it is ranked by, otherwise its last."""
    if scorecard is None or not scorecard.lines:
        return None
    return scorecard.rank.by if scorecard.rank is not None else scorecard.lines[-1]


def _by_department(obligations: Iterable[ObligationRecord]) -> dict[str, list[ObligationRecord]]:
    owed: dict[str, list[ObligationRecord]] = defaultdict(list)
    for obligation in obligations:
        owed[obligation.department].append(obligation)
    return owed
