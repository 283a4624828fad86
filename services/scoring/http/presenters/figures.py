"""The figure that stands for a card, and how it moved against the period before."""

from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.cards import Card
from services.scoring.http.presenters.tally import tally
from shared.web.formats import number


@dataclass(frozen=True, slots=True)
class Figure:
    value: Decimal | None
    """None where the calendar has quotas alone and nothing was owed."""
    target: Decimal | None
    """What the value should reach, where there is no other figure than the obligations'."""


def figure(card: Card, calendar: str) -> Figure:
    """The headline; where a calendar has quotas alone, what came of the one quota, or how many were fulfilled."""
    if card.headline is not None:
        return Figure(card.headline, None)
    own = [each for each in card.obligations if each.calendar == calendar]
    if len(own) == 1:
        return Figure(own[0].actual, own[0].target)
    if not own:
        return Figure(None, None)
    counted = tally(own)
    return Figure(Decimal(counted.fulfilled), Decimal(counted.owed))


def trend(now: Figure, before: Figure | None) -> str | None:
    """An arrow and the difference; nothing where nothing moved or there is nothing to compare with."""
    if before is None or now.value is None or before.value is None or now.value == before.value:
        return None
    difference = now.value - before.value
    return f"↗{number(difference)}" if difference > 0 else f"↘{number(-difference)}"
