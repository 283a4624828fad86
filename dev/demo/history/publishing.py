"""Which outlets adopt what, and in which form: by the tiers and words that the scheme's measures name."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dev.demo.history import numbers
from dev.demo.history.drafts import Draft
from dev.demo.history.drawing import weighted
from dev.demo.history.making import Making
from shared.contracts.directory_events import OutletStanding
from shared.schemes.facts import FORMS
from shared.schemes.model import Condition, Measure, Scheme, TableAmount

_PUBLISHED_WITHIN_DAYS = 8
_USUAL_FORM = "whole"


@dataclass
class Publishing:
    """Of one department's items."""

    making: Making
    scheme: Scheme
    _tiers: dict[str, float] = field(default_factory=dict)

    @property
    def _adopting(self) -> list[Measure]:
        return [one for one in self.scheme.measures.values() if one.count == "adopted"]

    def adopted_kinds(self) -> set[str]:
        """The kinds of items that adoptions of count for something."""
        kinds: set[str] = set()
        for measure in self._adopting:
            asked = [one for one in measure.where if one.field == "kind" and one.values]
            kinds |= set(self.scheme.kinds) if not asked else {name for one in asked for name in one.values}
        return kinds if self.making.outlets else set()

    def adopt(
        self, rng: random.Random, draft: Draft, between: tuple[date, date] | None, where: Sequence[Condition] = ()
    ) -> bool:
        """An outlet that ``where`` allows adopts the item, within some days of its acceptance; whether one does."""
        accepted_on = draft.accepted_on
        if accepted_on is None:
            return False
        first, last = between or (accepted_on, accepted_on + timedelta(days=_PUBLISHED_WITHIN_DAYS))
        first = max(first, accepted_on)
        if last < first:
            return False
        on = first + timedelta(days=rng.randint(0, min((last - first).days, _PUBLISHED_WITHIN_DAYS)))
        outlets = self._outlets(draft, on, where)
        if not outlets:
            return False
        self.making.adopt(rng, draft, on, weighted(rng, outlets), self._form(rng, where), **self._more(rng, where))
        return True

    def _outlets(self, draft: Draft, on: date, where: Sequence[Condition]) -> Mapping[str, float]:
        """Those that may adopt the item on a day; the easier ones oftener."""
        found: dict[str, float] = {}
        for name in self.making.outlets:
            standing = self.making.standing(name, on)
            if standing is None or name in draft.adopted_in() or not _allowed(name, standing, where):
                continue
            found[name] = self._weight(standing.tier)
        return found

    def _weight(self, tier: str) -> float:
        """The more a tier is worth, the rarer it is; where nothing tells, the later it stands in the registry."""
        if tier not in self._tiers:
            worths = [worth for measure in self._adopting for worth in _worths(measure, tier) if worth > 0]
            known = [one.tier for standings in self.making.outlets.values() for one in standings]
            place = list(dict.fromkeys(known)).index(tier)
            self._tiers[tier] = 1 / float(max(worths)) if worths else 1.0 / (1 + place) ** 2
        return self._tiers[tier]

    def _form(self, rng: random.Random, where: Sequence[Condition]) -> str:
        asked = [one for one in where if one.field == "form"]
        fitting = [one for one in FORMS if all(_fits(each, one) for each in asked)]
        named = self._named("form")
        weights = {one: 6.0 if one == _USUAL_FORM else 2.0 for one in fitting if one in named or one == _USUAL_FORM}
        return weighted(rng, weights or {fitting[0]: 1.0})

    def _more(self, rng: random.Random, where: Sequence[Condition]) -> dict[str, Any]:
        """The place within the outlet and the length, where anything asks for them."""
        found: dict[str, Any] = {}
        places = sorted(self._named("placement"))
        wanted = sorted(name for one in where if one.field == "placement" for name in one.values)
        if wanted or (places and rng.random() < 0.2):
            found["placement"] = rng.choice(wanted or places)
        near = numbers.bounds((one for measure in self._adopting for one in measure.where), "words")
        near += numbers.of_tables(self._adopting, "words")
        if near:
            found["words"] = int(numbers.draw(rng, near))
        return found

    def _named(self, name: str) -> set[str]:
        """The values of a field that the scheme's measures name."""
        found = {
            value for measure in self._adopting for one in measure.where if one.field == name for value in one.values
        }
        for measure in self._adopting:
            if isinstance(measure.amount, TableAmount) and name in measure.amount.by:
                column = measure.amount.by.index(name)
                found |= {row[column] for row in measure.amount.rows}
        return found


def _worths(measure: Measure, tier: str) -> list[Decimal]:
    if not isinstance(measure.amount, TableAmount) or "tier" not in measure.amount.by:
        return []
    column = measure.amount.by.index("tier")
    return [worth for row, worth in measure.amount.rows.items() if row[column] == tier]


def _allowed(outlet: str, standing: OutletStanding, where: Sequence[Condition]) -> bool:
    said = {"outlet": outlet, "tier": standing.tier, "medium": standing.medium}
    return all(_fits(one, said[one.field]) for one in where if one.field in said)


def _fits(condition: Condition, value: str) -> bool:
    return (not condition.values or value in condition.values) and value not in condition.none_of
