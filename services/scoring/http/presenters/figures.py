"""The figure that stands for a card, and how it moved against the period before."""

from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.cards import Card
from services.scoring.http.presenters.tally import tally
from shared.web.formats import number


@dataclass(frozen=True, slots=True)
class Figure:
    value: Decimal
    target: Decimal | None
    """What the value should reach, where the card stands for one obligation."""


@dataclass(frozen=True, slots=True)
class Trend:
    sign: str
    text: str


def figure(card: Card, calendar: str) -> Figure:
    """The headline; where a calendar has quotas alone, what came of the one quota, or how many were fulfilled."""
    if card.headline is not None:
        return Figure(card.headline, None)
    own = [each for each in card.obligations if each.calendar == calendar]
    if len(own) == 1:
        return Figure(own[0].actual, own[0].target)
    counted = tally(own)
    return Figure(Decimal(counted.fulfilled), Decimal(counted.owed))


def trend(now: Decimal, before: Decimal) -> Trend:
    """An arrow and the difference."""
    difference = now - before
    if difference > 0:
        return Trend("up", f"↗{number(difference)}")
    if difference < 0:
        return Trend("down", f"↘{number(-difference)}")
    return Trend("level", "→")
