"""What happens to a department beside what it owes: items of its own accord, adoptions, readings, adjustments."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dev.demo.history import numbers
from dev.demo.history.counting import Counting, Standing
from dev.demo.history.drafts import Draft, Line
from dev.demo.history.drawing import Character, chance, times, weighted
from dev.demo.history.making import Making
from dev.demo.history.owing import Owed
from dev.demo.history.publishing import Publishing
from dev.demo.history.span import falls_due_once
from services.scoring.application.rehearsal.reading.organisation import Organisation
from shared.schemes.model import FixedAmount, FormulaAmount, Kind, Measure, Quota, Scheme, TableAmount
from shared.schemes.schedule import version_in_force

_MONTH = timedelta(days=30)
_UNASKED_A_MONTH = 0.5
"""Items of a kind that no quota asks for."""
_VOLUNTARY_SHARE = 0.4
"""Of what others must do, how much those do who need not."""
_READ_AFTER_DAYS = (3, 14)
_INSTRUCTED_SHARE = 0.03


@dataclass
class Living:
    """One department's life under the versions of the scheme."""

    organisation: Organisation
    schemes: Sequence[Scheme]
    making: Making
    counting: Counting
    standing: Standing
    who: Character

    def unasked(self, owed: Sequence[Owed], first_on: date) -> None:
        """Items that nobody asks the department for, month by month."""
        day, department = first_on, self.making.department.name
        while day <= self.making.span.last_on:
            scheme = version_in_force(self.schemes, self.schemes[0].name, day) or self.schemes[0]
            for kind in scheme.kinds.values():
                rng = chance(self.organisation.name, department, "unasked", kind.name, day)
                for _ in range(times(rng, self._unasked_a_month(scheme, kind, owed) * self.who.reliability)):
                    on = day + timedelta(days=rng.randrange(_MONTH.days))
                    holding = version_in_force(self.schemes, scheme.name, on) or scheme
                    if kind.name in holding.kinds:
                        at = self.making.span.moment(on, rng)
                        self.making.keep(self.making.submit(rng, holding, holding.kinds[kind.name], at))
            day += _MONTH

    def _unasked_a_month(self, scheme: Scheme, kind: Kind, owed: Sequence[Owed]) -> float:
        """How many come; none of a kind that is asked of the department, or of others only and is theirs."""
        if any(self.counting.rule(one.scheme, one.measure, kind.name) is not None for one in owed):
            return 0.0
        asked = [quota for quota in scheme.quotas.values() if self._asks(scheme, quota, kind)]
        if not asked:
            return _UNASKED_A_MONTH
        adopted = kind.name in Publishing(self.making, scheme).adopted_kinds()
        theirs = all(falls_due_once(scheme, quota) or quota.subject == "person" for quota in asked)
        if theirs or not (kind.review or adopted):
            return 0.0
        targets = [_a_month(scheme, quota) for quota in asked]
        return _VOLUNTARY_SHARE * max(targets)

    def _asks(self, scheme: Scheme, quota: Quota, kind: Kind) -> bool:
        return self.counting.rule(scheme, scheme.measures[quota.measure], kind.name) is not None

    def published(self) -> None:
        """Adoptions that no quota asked for, leaders' instructions, and numbers that are read off."""
        for draft in list(self.making.drafts):
            rng = chance(self.organisation.name, draft.reference, "published")
            if draft.accepted_on is None:
                continue
            publishing = Publishing(self.making, draft.scheme)
            if draft.kind.name in publishing.adopted_kinds():
                expected = (0.25 if not draft.adopted_in() else 0.08) * self.who.zeal
                for _ in range(times(rng, expected) + (rng.random() < 0.04)):
                    publishing.adopt(rng, draft, None)
            self._instruct(rng, draft)
            self._measure(rng, draft)

    def _instruct(self, rng: random.Random, draft: Draft) -> None:
        levels: dict[str, float] = {}
        for measure in self._measures(draft.scheme, "instructed"):
            if self.counting.rule(draft.scheme, measure, draft.kind.name) is not None:
                levels.update(_levels(measure))
        if levels and rng.random() < _INSTRUCTED_SHARE * self.who.zeal:
            self.making.instruct(rng, draft, weighted(rng, levels))

    def _measure(self, rng: random.Random, draft: Draft) -> None:
        """Readings that rise, and end near the number at which a measure turns."""
        for measure in self._measures(draft.scheme, "measured"):
            for metric in _values(measure, "metric") or ["clicks"]:
                of = numbers.amount_of_value(self.counting, draft.scheme, measure, draft.item, metric, self.standing)
                if not isinstance(measure.amount, FormulaAmount) or of(Decimal(0)) is None:
                    continue
                near = numbers.of_formula(measure, of, None) + numbers.bounds(measure.where, "value")
                end = int(numbers.draw(rng, near))
                for place, days in enumerate(_READ_AFTER_DAYS):
                    value = end if place else int(end * rng.uniform(0.4, 0.9))
                    self.making.measure(rng, draft, f"measure/{metric}/{place + 1}", metric, value, days)

    def adjusted(self, first_on: date) -> Iterator[Line]:
        """What an operator counts by hand: the categories that measures name; the lazy are found out oftener."""
        department, span, day = self.making.department.name, self.making.span, first_on
        while day <= span.last_on:
            scheme = version_in_force(self.schemes, self.schemes[0].name, day) or self.schemes[0]
            for measure in self._measures(scheme, "adjusted"):
                for category in _values(measure, "category"):
                    rng = chance(self.organisation.name, department, "adjusted", category, day)
                    if rng.random() < 0.08 + (1 - self.who.reliability) / 2:
                        at = span.moment(day + timedelta(days=rng.randrange(_MONTH.days)), rng)
                        yield {
                            "key": f"demo/{department}/adjust/{category}/{day}",
                            "at": at.isoformat(),
                            "command": "adjust",
                            "department": department,
                            "category": category,
                            "value": str(rng.choices((1, 2, 3), (6, 3, 1))[0]),
                            "adjusted_on": span.day_of(at).isoformat(),
                            "reason": measure.title,
                        }
            day += _MONTH

    def _measures(self, scheme: Scheme, count: str) -> list[Measure]:
        return [one for one in scheme.measures.values() if one.count == count]


def _values(measure: Measure, name: str) -> list[str]:
    return sorted(value for one in measure.where if one.field == name for value in one.values)


def _levels(measure: Measure) -> dict[str, float]:
    """The levels of leaders that count; the more they are worth, the rarer."""
    found = dict.fromkeys(_values(measure, "level"), 1.0)
    if isinstance(measure.amount, TableAmount) and "level" in measure.amount.by:
        column = measure.amount.by.index("level")
        found |= {row[column]: 1 / float(worth) ** 2 for row, worth in measure.amount.rows.items() if worth > 0}
    return found


def _a_month(scheme: Scheme, quota: Quota) -> float:
    """How many items a quota asks for in a month, where it says a number."""
    target = quota.at_least.value if isinstance(quota.at_least, FixedAmount) else Decimal(1)
    return float(target) * _MONTH.days / scheme.calendars[quota.calendar].longest_days
