"""Who stands where: order, ties, those that are compared, awards, the disqualified."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.domain.cards.book import Member
from shared.schemes.model import Audience, Rank, Scheme, Scorecard

ALL = "all"
"""The award of those that are all ranked together."""

_NOTHING = Decimal(0)

Row = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Standing:
    """A subject's place among those it is compared with."""

    rank: int
    rivals: int
    """How many have a rank there, itself among them."""
    within: str | None
    """The group or class; None when all are compared, and for those that belong to none."""
    awarded: bool
    bonus: Decimal


def standings(scheme: Scheme, card: Scorecard, members: Sequence[Member], rows: Sequence[Row]) -> list[Standing | None]:
    """In the order of the members; None for one without a rank.

    The disqualified have none, and those behind them move up; with ``ranked: last`` they come behind all others, in
    the same order, without award or bonus. A member whose version does not have the line ranked by has none either.
    """
    rank = card.rank
    if rank is None:
        return [None] * len(members)
    rivals: dict[str | None, list[int]] = defaultdict(list)
    for place, (member, row) in enumerate(zip(members, rows, strict=True)):
        ranked = has_card(card, member) and (card.ranked == "last" or not disqualified(card, row))
        if ranked and rank.by in row:
            rivals[_compared_with(scheme, rank, member)].append(place)
    found: list[Standing | None] = [None] * len(members)
    for within, places in rivals.items():
        awards = _awards(rank, within)
        for place, number in _numbered(card, rank, places, rows):
            last = disqualified(card, rows[place])
            bonus = _NOTHING if last else rank.bonus.get(number, _NOTHING)
            found[place] = Standing(number, len(places), within, number <= awards and not last, bonus)
    return found


def has_card(card: Scorecard, member: Member) -> bool:
    """Whether the card is one of this subject's: some are of persons in certain roles alone."""
    return not card.roles or not card.roles.isdisjoint(member.roles)


def disqualified(card: Scorecard, row: Row) -> bool:
    return card.disqualified is not None and bool(row.get(card.disqualified, _NOTHING))


def _numbered(card: Scorecard, rank: Rank, places: Sequence[int], rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Each place with its number: equals share theirs, and behind a tie numbers are left out unless ties are dense."""
    deciding, sign = (rank.by, *rank.then), -1 if rank.order == "highest" else 1
    ordered = sorted((_key(card, deciding, sign, rows[place]), place) for place in places)
    numbered: list[tuple[int, int]] = []
    number, before = 0, None
    for count, (key, place) in enumerate(ordered, start=1):
        if key != before:
            number = number + 1 if rank.ties == "dense" else count
            before = key
        numbered.append((place, number))
    return numbered


def _key(card: Scorecard, deciding: Sequence[str], sign: int, row: Row) -> tuple[Decimal | bool, ...]:
    return disqualified(card, row), *[sign * row.get(line, _NOTHING) for line in deciding]


def _compared_with(scheme: Scheme, rank: Rank, member: Member) -> str | None:
    if rank.within == "group":
        return member.group
    if rank.within == "class":
        return next((name for name, audience in scheme.classes.items() if _belongs(member, audience)), None)
    return None


def _belongs(member: Member, audience: Audience) -> bool:
    department = member.subject.department or member.subject.name
    if audience.roles and audience.roles.isdisjoint(member.roles):
        return False
    return audience.covers(department, member.group, member.tags)


def _awards(rank: Rank, within: str | None) -> int:
    """A number that is declared for all holds for each group and class that has none of its own."""
    for_all = rank.awards.get(ALL, 0)
    return for_all if within is None else rank.awards.get(within, for_all)
