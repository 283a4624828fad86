"""What several facts of one item give together: each ``take`` as a running sum that tells what one more fact adds.

The facts come in the order of their selecting dates and places; what they give together is F, and a fact adds what F
grows by, which may be less than nothing.
"""

from bisect import insort
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from shared.schemes.model import PerItem

_ZERO = Decimal(0)


class Together(Protocol):
    def add(self, worth: Decimal, group: str) -> Decimal:
        """Take in the next fact, and say by how much it raises what all give. ``group``: see ``highest_per``."""


class All:
    """Their sum."""

    def add(self, worth: Decimal, group: str) -> Decimal:
        return worth


class Highest:
    def __init__(self) -> None:
        self._best: Decimal | None = None

    def add(self, worth: Decimal, group: str) -> Decimal:
        before = self._best
        if before is None:
            self._best = worth
            return worth
        if worth <= before:
            return _ZERO
        self._best = worth
        return worth - before


class First:
    def __init__(self) -> None:
        self._there = False

    def add(self, worth: Decimal, group: str) -> Decimal:
        there, self._there = self._there, True
        return _ZERO if there else worth


class Latest:
    def __init__(self) -> None:
        self._last = _ZERO

    def add(self, worth: Decimal, group: str) -> Decimal:
        before, self._last = self._last, worth
        return worth - before


class Top:
    """The sum of the highest few."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: list[Decimal] = []

    def add(self, worth: Decimal, group: str) -> Decimal:
        kept = self._kept
        insort(kept, worth)
        if len(kept) <= self._count:
            return worth
        return worth - kept.pop(0)


class HighestPer:
    """The sum of the highest of each value of a field."""

    def __init__(self) -> None:
        self._groups: dict[str, Highest] = {}

    def add(self, worth: Decimal, group: str) -> Decimal:
        return self._groups.setdefault(group, Highest()).add(worth, group)


_TAKES: dict[str, Callable[[], Together]] = {
    "all": All,
    "highest": Highest,
    "first": First,
    "latest": Latest,
    "highest_per": HighestPer,
}


def begin(per_item: PerItem) -> Together:
    """A running sum of no facts yet."""
    return Top(per_item.count) if per_item.take == "top" else _TAKES[per_item.take]()
