"""Cards as they are read, within the service and over HTTP, in the words of the plain implementation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.scoring.application.reading.cards import Card
from shared.schemes.model import SubjectKind
from tests.reference.plain.cards import Card as PlainCard


def of_reading(card: Card) -> PlainCard:
    kind, name, department = card.subject
    one = card.standing
    standing = (None, 0, None, False) if one is None else (one.rank, one.of, one.within, one.awarded)
    return PlainCard(kind, name, department or "", card.values, *standing, card.disqualified)


def of_answer(kind: SubjectKind, card: Mapping[str, Any]) -> PlainCard:
    """One of the cards that the API has answered with."""
    names = {
        "department": (card["department"], ""),
        "person": (card["person"], card["department"]),
        "group": (card["group"], ""),
        "organisation": ("", ""),
    }
    values = {name: Decimal(line["value"]) for name, line in card["lines"].items()}
    one = card["rank"]
    standing = (None, 0, None, False) if one is None else (one["place"], one["of"], one["within"], one["awarded"])
    return PlainCard(kind, *names[kind], values, *standing, card["disqualified"])
