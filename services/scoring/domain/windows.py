"""``per_period``: the credits of one subject under one measure in one period of a calendar, and what each comes to.

The credits stand in the order of their dates, places and facts, whatever the order in which they became known. Each
adds what the credits up to it give more than those before it:

- ``at_most`` n: their sum, but not more than n;
- ``best`` n: the sum of the n highest;
- ``beyond`` n: nothing for the first n.

A credit is bound by n as it was known at its own place of the stream; so a later description of the department
changes nothing that had been counted.
"""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

Take = Literal["at_most", "best", "beyond"]

_ZERO = Decimal(0)


@dataclass(slots=True)
class WindowCredit:
    """One credit of a window, and what it comes to there."""

    day: date
    place: int
    fact: str
    item: str
    amount: Decimal
    version: int
    """Of the scheme."""
    take: Take
    number: Decimal
    counted: Decimal = _ZERO
    """What the ledger holds of it."""

    @property
    def order(self) -> tuple[date, int, str, str]:
        return self.day, self.place, self.fact, self.item


@dataclass(slots=True)
class Window:
    """All credits of a window, each once an item and fact."""

    end: date
    """The day after the period's last."""
    credits: dict[tuple[str, str], WindowCredit] = field(default_factory=dict)


class Moved(NamedTuple):
    """By how much the ledger's amount of a credit is to change."""

    credit: WindowCredit
    amount: Decimal


def put(window: Window, item: str, credits: list[WindowCredit]) -> Iterator[Moved]:
    """Let the item have these credits in the window, and none beside them; say what changes for all of its credits.

    What is taken back comes first.
    """
    kept = {(one.item, one.fact): one for one in credits}
    for key in [key for key in window.credits if key[0] == item]:
        old, new = window.credits[key], kept.get(key)
        if new is not None and (new.day, new.version) == (old.day, old.version):
            new.counted = old.counted
            continue
        del window.credits[key]
        if old.counted:
            yield Moved(old, -old.counted)
    window.credits |= kept
    yield from _settle(window)


def _settle(window: Window) -> Iterator[Moved]:
    ordered = sorted(window.credits.values(), key=lambda one: one.order)
    added = _Added()
    for one in ordered:
        counted = added.next(one)
        if counted != one.counted:
            moved = counted - one.counted
            one.counted = counted
            yield Moved(one, moved)


class _Added:
    """What each credit in turn adds."""

    def __init__(self) -> None:
        self._sum = _ZERO
        self._amounts: list[Decimal] = []
        """Of the credits so far, ascending."""

    def next(self, credit: WindowCredit) -> Decimal:
        before, self._sum = self._sum, self._sum + credit.amount
        if credit.take == "at_most":
            counted = min(self._sum, credit.number) - min(before, credit.number)
        elif credit.take == "beyond":
            counted = credit.amount if len(self._amounts) >= int(credit.number) else _ZERO
        else:
            counted = self._raises(credit.amount, max(int(credit.number), 0))
        insort(self._amounts, credit.amount)
        return counted

    def _raises(self, amount: Decimal, best: int) -> Decimal:
        """By how much the sum of the highest few grows."""
        amounts = self._amounts
        if len(amounts) < best:
            return amount
        if best == 0 or amount <= amounts[-best]:
            return _ZERO
        return amount - amounts[-best]
