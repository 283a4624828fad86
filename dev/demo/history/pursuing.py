"""How a department sees to what is owed: items and adoptions until it has done as much as is in its character."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from dev.demo.history.counting import Counting, Standing
from dev.demo.history.drafts import Draft, Line
from dev.demo.history.drawing import chance, shuffled
from dev.demo.history.making import Making
from dev.demo.history.owing import Owed
from dev.demo.history.publishing import Publishing
from dev.demo.history.span import worked_on
from services.scoring.application.rehearsal.reading.organisation import Organisation
from shared.schemes.model import FormulaAmount, Kind, Scheme

_FAILURES_MAX = 12
"""After so many attempts that counted for nothing, it is left at that."""
_ITEMS_MAX = 200
"""For one obligation."""
_DAY = timedelta(days=1)


@dataclass
class Pursuing:
    """One department's ways."""

    organisation: Organisation
    making: Making
    counting: Counting
    standing: Standing

    def pursue(self, owed: Owed) -> Iterator[Line]:
        """See to one thing that is owed; gives a waiver's line where it is waived instead."""
        department = self.making.department.name
        rng = chance(self.organisation.name, department, *owed.words)
        summed = isinstance(owed.measure.amount, FormulaAmount)
        goal = owed.who.goal(owed.target, rng, most=owed.target if summed else None)
        if goal < owed.target and owed.own and rng.random() < 0.15:
            yield from self._waive(rng, owed)
        done = sum((self.counting.towards(owed, draft, self.standing) for draft in self.making.drafts), Decimal(0))
        failures = 0
        for _ in range(_ITEMS_MAX):
            if done >= goal or failures >= _FAILURES_MAX:
                break
            gained = self._attempt(rng, owed, below=owed.target - done if goal < owed.target else None)
            done += gained
            failures += gained <= 0
        if goal < owed.target and owed.measure.dated == "happened_on" and rng.random() < 0.6:
            self._too_late(rng, owed)

    def _attempt(self, rng: random.Random, owed: Owed, below: Decimal | None) -> Decimal:
        """What one more item, or one more adoption, gives.

        What gives nothing has not been, nor what would fulfil the whole where less is to come: ``below`` is lacking.
        """
        if owed.measure.count == "adopted":
            gained = self._adopted(rng, owed)
            if gained > 0:
                return gained
        draft = self._drafted(rng, owed)
        if draft is None:
            return Decimal(0)
        gained = self.counting.towards(owed, draft, self.standing)
        if gained <= 0 or (below is not None and gained >= below):
            return Decimal(0)
        self.making.keep(draft)
        return gained

    def _adopted(self, rng: random.Random, owed: Owed) -> Decimal:
        """An item that is there is adopted in the period."""
        between = (owed.first_on, owed.period.last)
        for draft in shuffled(rng, [one for one in self.making.drafts if self._adoptable(one, owed)])[:_FAILURES_MAX]:
            facts, steps = len(draft.item.facts), len(draft.steps)
            if Publishing(self.making, owed.scheme).adopt(rng, draft, between, owed.measure.where):
                gained = self.counting.towards(owed, draft, self.standing)
                if gained > 0:
                    return gained
                draft.untake(facts, steps)
        return Decimal(0)

    def _adoptable(self, draft: Draft, owed: Owed) -> bool:
        accepted_on = draft.accepted_on
        within = accepted_on is not None and owed.first_on - 10 * _DAY <= accepted_on <= owed.period.last
        return (
            within
            and not draft.adopted_in()
            and self.counting.rule(owed.scheme, owed.measure, draft.kind.name) is not None
        )

    def _drafted(self, rng: random.Random, owed: Owed) -> Draft | None:
        """An item that may count: it is handed in so that it does, as far as that is known beforehand."""
        kinds = self.counting.kinds(owed.scheme, owed.measure)
        if not kinds:
            return None
        kind = owed.scheme.kinds[kinds[0] if len(kinds) == 1 else rng.choice(kinds)]
        happened_on = None
        if owed.measure.dated == "happened_on":
            at = self._handed_in(rng, owed)
            happened_on = min(self.making.span.day_of(at), owed.period.last) if at else None
            if happened_on is not None and rng.random() < 0.3:
                happened_on = max(owed.first_on, happened_on - _DAY)
        else:
            at = self._within(rng, owed)
        if at is None:
            return None
        draft = self.making.submit(rng, owed.scheme, kind, at, happened_on, towards=owed)
        if owed.measure.count == "adopted":
            between = (owed.first_on, owed.period.last)
            if not Publishing(self.making, owed.scheme).adopt(rng, draft, between, owed.measure.where):
                return None
        return draft

    def _within(self, rng: random.Random, owed: Owed) -> datetime | None:
        """A moment of the period before it is due, when people are at work if there is such a day."""
        last = min(owed.period.last, self.making.span.day_of(owed.due_at))
        return self._moment(rng, owed.scheme, owed.first_on, last, owed.due_at)

    def _handed_in(self, rng: random.Random, owed: Owed) -> datetime | None:
        """What tells of a whole period is handed in towards its end, or when it is due after that."""
        last = self.making.span.day_of(owed.due_at - timedelta(seconds=1))
        beyond = last > owed.period.last
        first = max(owed.first_on, owed.period.last - 3 * _DAY) if beyond else owed.first_on
        if owed.target == 1 and not beyond:
            first += (last - first) * 2 // 3
        return self._moment(rng, owed.scheme, first, last, owed.due_at)

    def _moment(self, rng: random.Random, scheme: Scheme, first: date, last: date, before: datetime) -> datetime | None:
        span = self.making.span
        if last < first:
            return None
        for _ in range(_FAILURES_MAX):
            day = first + timedelta(days=rng.randint(0, (last - first).days))
            at = span.moment(day, rng)
            if at < before and (worked_on(scheme, day) or rng.random() < 0.05):
                return at
        return None

    def _too_late(self, rng: random.Random, owed: Owed) -> None:
        """Of what was not there in time, one comes after all."""
        kind = self._only_kind(owed)
        if kind is not None:
            day = self.making.span.day_of(owed.due_at) + rng.randint(1, 4) * _DAY
            at, told_on = self.making.span.moment(day, rng), min(day, owed.period.last)
            draft = self.making.submit(rng, owed.scheme, kind, at, told_on, towards=owed)
            self.making.keep(draft)

    def _only_kind(self, owed: Owed) -> Kind | None:
        kinds = self.counting.kinds(owed.scheme, owed.measure)
        return owed.scheme.kinds[kinds[0]] if len(kinds) == 1 else None

    def _waive(self, rng: random.Random, owed: Owed) -> Iterator[Line]:
        """The obligation is waived before it falls due."""
        at = self._within(rng, owed)
        if at is None:
            return
        department, (quota, period, person) = self.making.department.name, owed.words
        yield {
            "key": f"demo/{department}/waive/{quota}/{period}/{person}",
            "at": at.isoformat(),
            "command": "waive",
            "department": department,
            "quota": quota,
            "period": period,
            "reason": self.making.words.reason(rng, "waived"),
            **({"person": person} if person else {}),
        }
