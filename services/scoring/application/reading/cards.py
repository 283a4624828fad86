"""Scorecards: the lines of every department in a period, their ranks and awards, and how settled they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from services.scoring.application.reading.lines import Computation, computation, plain
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
    present = list(members)
    plans = {
        version: _plan(scheme_of(version), calendar, shown) for version in {member.scheme_version for member in present}
    }
    computed = [
        plans[member.scheme_version].computation.values(amounts.get(member.department, _NOBODY)) for member in present
    ]
    # Where departments stand under different versions in one period, the newest says how they are compared.
    rank = plans[max(plans)].rank if plans else None
    standings = _standings(rank, present, computed) if rank is not None else [None] * len(present)
    owed = _by_department(obligations)
    return [
        _card(plans[member.scheme_version], member, values, standing, tuple(owed.get(member.department, ())))
        for member, values, standing in zip(present, computed, standings, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one version of the scheme makes the cards of a calendar."""

    listed: Sequence[str]
    headline: str | None
    computation: Computation
    rank: Rank | None
    becomes_final: bool


def _plan(scheme: Scheme, calendar: str, shown: Sequence[str] | None) -> _Plan:
    scorecard = scheme.scorecards.get(calendar)
    if scorecard is None:
        return _Plan((), None, computation(scheme, ()), None, False)
    listed = [name for name in scorecard.lines if shown is None or name in shown]
    first = headline(scorecard)
    needed = computation(scheme, listed if first is None else [*listed, first])
    return _Plan(listed, first, needed, scorecard.rank, scorecard.final_after is not None)


def _card(
    plan: _Plan,
    member: Membership,
    values: Mapping[str, Decimal],
    standing: Standing | None,
    obligations: tuple[ObligationRecord, ...],
) -> Card:
    state = _state(member)
    return Card(
        department=member.department,
        title=member.title,
        group=member.group,
        tags=member.tags,
        scheme_version=member.scheme_version,
        state=state,
        provisional=state == "open" or (state == "closed" and plan.becomes_final),
        partial=member.partial,
        opened_at=member.opened_at,
        closed_at=member.closed_at,
        final_at=member.final_at,
        restated_at=member.restated_at if state == "restated" else None,
        values={name: plain(values[name]) for name in plan.listed},
        headline=None if plan.headline is None else plain(values[plan.headline]),
        standing=standing,
        obligations=obligations,
    )


def _state(member: Membership) -> CardState:
    if member.final_at is not None:
        return "restated" if member.restated_at is not None else "final"
    return "open" if member.closed_at is None else "closed"


def _standings(
    rank: Rank, members: Sequence[Membership], computed: Sequence[Mapping[str, Decimal]]
) -> list[Standing | None]:
    """In the order of the members; None for one whose version does not have the ranked line."""
    rivals: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
    for member, values in zip(members, computed, strict=True):
        if rank.by in values:
            rivals[_compared_with(member, rank)][member.department] = values[rank.by]
    places = {group: ranks(found) for group, found in rivals.items()}
    return [_standing(member, rank, places) for member in members]


def _compared_with(member: Membership, rank: Rank) -> str | None:
    return member.group if rank.within == "group" else None


def _standing(member: Membership, rank: Rank, places: Mapping[str | None, Mapping[str, int]]) -> Standing | None:
    group = _compared_with(member, rank)
    rivals = places.get(group, {})
    place = rivals.get(member.department)
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
