"""The rulebooks that loads are made under, and what happens in a department under each."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from shared.contracts import department_events as happened
from shared.contracts.directory_events import SchemePublished
from shared.contracts.identifiers import new_id
from shared.schemes import Scheme, read_scheme

ORGANISATION = "haidian"
_HERE = Path(__file__).parent
_TOPICS = ("progress", "problem", "practice")
_FORMS: tuple[happened.Form, ...] = ("whole", "whole", "edited")
_KINDS = ("news", "study", "video", "photos", "figures")
_KINDS_OFTEN = (50, 15, 10, 15, 10)
_DAY = timedelta(days=1)

Happening = Callable[[str, random.Random, list[str], datetime], object]
"""The next event of a department under a scheme at an instant, by chance; it may add to the names of items so far."""


@dataclass(frozen=True)
class Rulebook:
    path: Path
    happening: Happening

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def scheme(self) -> Scheme:
        return read_scheme(self.text)

    @cached_property
    def published(self) -> SchemePublished:
        scheme, digest = self.scheme, sha256(self.text.encode()).hexdigest()
        return SchemePublished(
            ORGANISATION, scheme.name, scheme.version, scheme.title, scheme.effective_from, self.text, digest
        )


def _in_the_district(scheme: str, chance: random.Random, items: list[str], at: datetime) -> object:
    """60 % submitted, 20 % reviewed, 15 % adopted, 5 % instructed."""
    drawn = chance.random()
    if drawn < 0.6 or not items:
        attributes: dict[str, happened.AttributeValue] = {"topic": chance.choice(_TOPICS)}
        return _submitted(items, scheme, attributes)
    return _about(chance, _recent(chance, items), drawn, at)


def _under_full_load(scheme: str, chance: random.Random, items: list[str], at: datetime) -> object:
    """As in the district, of several kinds, but a fifth of what becomes of items is read off or decided by hand."""
    drawn = chance.random()
    if drawn < 0.6 or not items:
        (kind,) = chance.choices(_KINDS, _KINDS_OFTEN)
        attributes: dict[str, happened.AttributeValue] = {}
        if kind in ("news", "study"):
            attributes = {"topic": chance.choice(_TOPICS), "length": chance.randrange(100, 1500)}
        if kind == "news" and chance.random() < 0.2:
            attributes["urgent"] = True
        return _submitted(items, scheme, attributes, kind, at - chance.randrange(6) * _DAY)
    if chance.random() < 0.8:
        return _about(chance, _recent(chance, items), drawn, at)
    if chance.random() < 0.7:
        clicks = Decimal(chance.randrange(400))
        return happened.ItemMeasured(_recent(chance, items), str(new_id()), "clicks", clicks, at.date())
    category, value = chance.choice((("bonus", 2), ("deduction", -1)))
    return happened.AdjustmentMade(str(new_id()), scheme, category, Decimal(value), at.date(), "按季考核")


def _submitted(
    items: list[str],
    scheme: str,
    attributes: dict[str, happened.AttributeValue],
    kind: str = "report",
    happened_at: datetime | None = None,
) -> object:
    item = str(new_id())
    items.append(item)
    return happened.ItemSubmitted(
        item,
        scheme,
        kind,
        "创建全国文明城区工作动态信息",
        contributors=(happened.Contributor("王芳"),),
        attributes=attributes,
        happened_on=None if happened_at is None else happened_at.date(),
    )


def _recent(chance: random.Random, items: list[str]) -> str:
    return items[-1 - min(int(chance.expovariate(0.05)), len(items) - 1)]


def _about(chance: random.Random, item: str, drawn: float, at: datetime) -> object:
    if drawn < 0.8:
        return happened.ItemReviewed(item, "office", "accepted", True)
    if drawn < 0.95:
        tier = chance.choice(("district", "city", "national"))
        return happened.ItemAdopted(
            item,
            str(new_id()),
            f"{tier}-daily",
            "日报",
            tier,
            "paper",
            chance.choice(_FORMS),
            at.date(),
            placement=chance.choice(("头版", None)),
            words=chance.randrange(100, 3000),
        )
    level = chance.choice(("capital", "city", "district"))
    return happened.ItemInstructed(item, str(new_id()), level, at.date())


DISTRICT = Rulebook(Path("schemes/haidian-civilised-district/scheme.yaml"), _in_the_district)
"""A simple one: 3 measures, 1 quota, 4 lines."""
TWELVE_LINES = Rulebook(_HERE / "twelve_lines.yaml", _in_the_district)
"""7 measures, 2 quotas, and a card of 12 lines."""
FULL_LOAD = Rulebook(_HERE / "full_load.yaml", _under_full_load)
"""30 measures, 10 quotas, 25 lines."""
