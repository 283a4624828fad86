"""Cards as they are read, within the service and over HTTP, in the words of the plain implementation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.records import ObligationRecord
from shared.schemes.model import SubjectKind
from tests.reference.plain import Outcome
from tests.reference.plain.cards import Card as PlainCard


def of_reading(card: Card) -> PlainCard:
    kind, name, department = card.subject
    one = card.standing
    standing = (None, 0, None, False) if one is None else (one.rank, one.of, one.within, one.awarded)
    return PlainCard(kind, name, department or "", card.values, *standing, card.disqualified)


def outcome_of_record(one: ObligationRecord) -> Outcome:
    """Without how often it was decided on, which is not read."""
    return Outcome(
        one.state,
        one.target,
        one.actual,
        one.on_time,
        one.actual_when_due,
        0,
        one.due_at,
        one.grace_ends_at,
        one.period_end,
        one.waived_reason,
    )


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
