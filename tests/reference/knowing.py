"""What the plain implementation knows of a stream as of an instant, and of cards in any order."""

from collections.abc import Iterable
from datetime import datetime

from tests.reference import plain
from tests.reference.plain.cards import Card
from tests.reference.streams import StreamWriter


def known(writer: StreamWriter, find_scheme: plain.FindScheme, as_of: datetime | None = None) -> plain.Department:
    """The department after all events that had been recorded by then; with None after all."""
    department = plain.Department(find_scheme)
    for event in writer.events():
        if as_of is None or event.recorded_at <= as_of:
            department.take(event)
    return department


def in_order_of_subjects(cards: Iterable[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (card.kind, card.name, card.department))
