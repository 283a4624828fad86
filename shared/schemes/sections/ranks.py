"""``rank``: by which line those who have a card are ranked, among whom, and what the first of them get."""

from collections.abc import Collection
from decimal import Decimal
from typing import Literal

from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.model import Rank, SubjectKind
from shared.schemes.reading import Reading
from shared.schemes.shapes import NUMBER, WORD, Either, Entries, Key, Keys, ListOf, whole, words

GROUPS_MAX = 100
PLACES_MAX = 1_000
BONUSES_MAX = 100
THEN_MAX = 10

Within = Literal["group", "all", "class"]

_WITHIN: tuple[Within, ...] = ("group", "all", "class")
_ORDERS: tuple[Literal["highest", "lowest"], ...] = ("highest", "lowest")
_TIES: tuple[Literal["shared", "dense"], ...] = ("shared", "dense")
_PLACES = whole(1, PLACES_MAX)
_AWARDS = Entries(_PLACES, GROUPS_MAX, least=1)
_BONUS = Entries(NUMBER, BONUSES_MAX, least=1, names="[1-9][0-9]{0,3}")

RANK = Keys(
    "a rank",
    (
        Key("by", WORD, "The line of this card that decides.", required=True),
        Key("order", words(_ORDERS), "Which comes first: the highest if left out, or the lowest."),
        Key("then", ListOf(WORD, THEN_MAX), "Lines that decide among equals, in turn."),
        Key("within", words(_WITHIN), "Among whom: all if left out, or each group or class by itself."),
        Key("ties", words(_TIES), "Whether the third comes behind two firsts (shared, if left out), or the second."),
        Key(
            "awards", Either((_PLACES, _AWARDS)), "How many of the first are named, or how many of each group or class."
        ),
        Key("bonus", _BONUS, "What each rank earns, for rank_bonus in formulas."),
    ),
)


def read_rank(
    reading: Reading,
    node: Node,
    subject: SubjectKind,
    shown: Collection[str],
    own: Collection[str],
    classes: Collection[str],
) -> Rank:
    """``shown`` are the lines of the card, ``own`` all those of its subject."""
    fields = Fields(reading, node, RANK)
    by, then, awards, bonus = (fields.get(key) for key in ("by", "then", "awards", "bonus"))
    within = fields.choice("within", _WITHIN, "range of a rank", "all")
    if subject == "organisation":
        reading.mistake(node, "there is one organisation: it cannot be ranked")
    elif subject == "group" and within != "all":
        fields.mistake("within", "groups are ranked among one another: leave it out, or write all")
    elif within == "class" and not classes:
        fields.mistake("within", 'there are no classes to rank within: "classes" declares them')
    return Rank(
        by=reading.reference(by, shown, "line on this card") if by else "",
        within=within,
        awards=_read_awards(reading, awards, within, classes) if awards else {},
        order=fields.choice("order", _ORDERS, "order of a rank", "highest"),
        then=reading.references(then, own, f"line of the {subject}", THEN_MAX) if then else (),
        ties=fields.choice("ties", _TIES, "way to take ties", "shared"),
        bonus=_read_bonus(reading, bonus) if bonus else {},
    )


ALL = "all"
"""In ``awards``: whoever is ranked, and within groups or classes each of them that is not named."""


def _read_awards(reading: Reading, node: Node, within: Within, classes: Collection[str]) -> dict[str, int]:
    if isinstance(node, Scalar):
        return {ALL: reading.whole(node, 1, PLACES_MAX)}
    named = Named(reading, node, "group" if within == "group" else within, any_text, _AWARDS)
    for key, _ in named.entries:
        if key.value == ALL:
            continue
        if within == ALL:
            reading.mistake(key, 'the rank is over all: write awards: 3, or say "within: group"')
        elif within == "class" and key.value not in classes:
            reading.unknown(key, classes, "class")
    return {key.value: reading.whole(entry, 1, PLACES_MAX) for key, entry in named.entries}


def _read_bonus(reading: Reading, node: Node) -> dict[int, Decimal]:
    named = Named(reading, node, "rank", any_text, _BONUS)
    return {reading.whole(key, 1, PLACES_MAX): reading.decimal(entry) for key, entry in named.entries}
