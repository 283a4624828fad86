"""The vocabulary of invented items: titles by kind, in the rulebook's own field."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.contracts.department_events import AttributeValue
from shared.schemes.model import Kind

_FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True)
class Words:
    """Of one rulebook."""

    themes: Sequence[str]
    patterns: Mapping[str, Any]
    """By kind: how titles are made of a theme, or by which choice of the item that is told."""
    usual: Sequence[str]
    reasons: Mapping[str, Sequence[str]]

    def title(
        self, rng: random.Random, department: str, kind: Kind, attributes: Mapping[str, AttributeValue], month: int
    ) -> str:
        """What an item of a kind is called."""
        theme = rng.choice(self.themes)
        told = self.patterns.get(kind.name)
        if isinstance(told, dict):
            (name, by_choice), *_ = told.items()
            told = by_choice.get(str(attributes.get(name)), self.usual)
        elif told is None:
            told = self.usual if _tells_news(kind) else ("{department}{month}月{kind}",)
        pattern = str(rng.choice(told))
        title = pattern.format(theme=theme, department=department, month=month, kind=kind.title)
        return title if "{department}" in pattern else department + title

    def reason(self, rng: random.Random, what: str) -> str:
        """Why something was decided so."""
        return rng.choice(self.reasons[what])


def _tells_news(kind: Kind) -> bool:
    """Whether its items tell of something, unlike a table or a form that is handed in."""
    return bool(kind.review) or "channel" in kind.attributes


def words_of(scheme: str) -> Words:
    """Those of the rulebook, or the usual ones where it has none of its own."""
    told = _told()
    own = told["rulebooks"].get(scheme, {})
    return Words(own.get("themes", told["themes"]), own.get("kinds", {}), told["titles"], told["reasons"])


@cache
def _told() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found
