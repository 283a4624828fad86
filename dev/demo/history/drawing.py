"""Chance from a fixed seed: the same words give the same draws, in whatever order they are asked for."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

SEED = "tongbao-demo"

T = TypeVar("T")


def chance(*words: object) -> random.Random:
    """A source of chance of its own for what the words name."""
    return random.Random("/".join((SEED, *map(str, words))))


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def times(rng: random.Random, expected: float) -> int:
    """How often something happens that is expected so often."""
    whole = int(expected)
    return whole + (rng.random() < expected - whole)


def shuffled(rng: random.Random, some: Sequence[T]) -> list[T]:
    """All of them, in another order."""
    return rng.sample(list(some), len(some))


@dataclass(frozen=True)
class Character:
    """How somebody works."""

    reliability: float
    """How often what is owed is done."""
    zeal: float
    """How much more is done than is owed: 1 is exactly that."""

    def goal(self, target: Decimal, rng: random.Random, most: Decimal | None = None) -> Decimal:
        """How much of what is owed for a period comes, at most ``most``."""
        if rng.random() < self.reliability:
            return whole(target * Decimal(f"{rng.uniform(1.0, self.zeal):.3f}"), at_least=target, at_most=most)
        return whole(target * Decimal(f"{rng.uniform(0.4, 0.95):.3f}"), at_most=max(target - 1, Decimal(0)))


_DILIGENT, _RELIABLE, _USUAL, _LAZY = (
    Character(0.995, 1.6),
    Character(0.96, 1.3),
    Character(0.88, 1.2),
    Character(0.7, 1.05),
)
_DEALT = (_RELIABLE, _USUAL, _DILIGENT, _LAZY, _RELIABLE, _USUAL, _RELIABLE)
"""In turn: every organisation of some size has one of each."""


def characters(organisation: str, departments: Sequence[str]) -> dict[str, Character]:
    """Those of an organisation's departments: most are reliable, some are diligent, and some are lazy."""
    drawn = shuffled(chance(organisation, "characters"), departments)
    return {name: _DEALT[place % len(_DEALT)] for place, name in enumerate(drawn)}


def personal(department: Character, *words: object) -> Character:
    """That of one of a department's persons: mostly the department's own."""
    rng = chance("personal", *words)
    return department if rng.random() < 0.6 else rng.choice(_DEALT)


def whole(number: Decimal, at_least: Decimal | None = None, at_most: Decimal | None = None) -> Decimal:
    """The number rounded half up to a whole one, within the bounds."""
    found = number.quantize(Decimal(1), ROUND_HALF_UP)
    if at_least is not None:
        found = max(found, at_least)
    return found if at_most is None else min(found, at_most)
