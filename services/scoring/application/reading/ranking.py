"""Ranks: who stands where, by one value of each."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

Subject = TypeVar("Subject", bound=Hashable)


def ranks(values: Mapping[Subject, Decimal]) -> dict[Subject, int]:
    """Highest first, ties shared, and the places behind a tie left out: 1, 2, 2, 4."""
    standings: dict[Subject, int] = {}
    before: Decimal | None = None
    rank = 0
    for place, (subject, value) in enumerate(sorted(values.items(), key=lambda pair: -pair[1]), start=1):
        if value != before:
            rank, before = place, value
        standings[subject] = rank
    return standings
