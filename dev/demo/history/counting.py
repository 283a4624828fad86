"""What an invented item counts for: asked of the same rules that score it later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dev.demo.history.drafts import Draft
from dev.demo.history.owing import Owed
from services.scoring.domain import items
from services.scoring.domain.items import Item
from services.scoring.domain.measures import MeasureVersion, kind_rules
from shared.schemes.model import Measure, Scheme


@dataclass(frozen=True)
class Counted:
    """One fact under a measure."""

    on: date
    known_at: datetime
    amount: Decimal


@dataclass(frozen=True)
class Standing:
    """A department whose facts do not change."""

    facts: Mapping[str, Decimal]

    def facts_on(self, day: date, place: int) -> Mapping[str, Decimal]:
        """The department's facts."""
        return self.facts


class Counting:
    """The measures of all versions, by the kinds of items that they can count."""

    def __init__(self, schemes: Sequence[Scheme]) -> None:
        self._rules: dict[tuple[int, str, str], MeasureVersion] = {}
        for kind in dict.fromkeys(name for scheme in schemes for name in scheme.kinds):
            rules = kind_rules(schemes, kind)
            assert rules is not None, "a version declares the kind"
            for one in rules.all:
                for member in one.together or (one,):
                    self._rules.update({(by.version, member.name, kind): by for by in member.versions})

    def rule(self, scheme: Scheme, measure: Measure, kind: str) -> MeasureVersion | None:
        """The measure as it counts items of a kind, if it does."""
        return self._rules.get((scheme.version, measure.name, kind))

    def kinds(self, scheme: Scheme, measure: Measure) -> list[str]:
        """The kinds of items that a measure can count."""
        return [kind for kind in scheme.kinds if self.rule(scheme, measure, kind) is not None]

    def counted(self, scheme: Scheme, measure: Measure, item: Item, standing: Standing) -> list[Counted]:
        """What an item counts for; of several facts where one alone counts, the one that does."""
        by = self.rule(scheme, measure, item.kind)
        if by is None:
            return []
        found = list(_facts(by, item, standing))
        if len(found) < 2 or by.per_item.take == "all":
            return found
        if by.per_item.take == "highest":
            return [max(found, key=lambda one: one.amount)]
        return [max(found, key=lambda one: one.on) if by.per_item.take == "latest" else min(found, key=_day)]

    def towards(self, owed: Owed, draft: Draft, standing: Standing) -> Decimal:
        """How much of what is owed an item makes up in time."""
        measure = owed.measure
        if draft.submitted_at >= owed.due_at or draft.ends_before(owed.period.first):
            return Decimal(0)
        if owed.person is not None and not _credits(measure, draft.item, owed.person.name):
            return Decimal(0)
        found = self.counted(owed.scheme, measure, draft.item, standing)
        return sum((one.amount for one in found if one.on in owed.period and one.known_at < owed.due_at), Decimal(0))


def _facts(by: MeasureVersion, item: Item, standing: Standing) -> Iterator[Counted]:
    for fact in item.facts:
        if fact.type != by.count or not items.counts(item.state, fact.type):
            continue
        day = by.dated(item, fact)
        amount = None if day is None else by.worth(item, fact, day, standing)
        if day is not None and amount is not None and fact.at is not None:
            yield Counted(day, fact.at, amount)


def _day(one: Counted) -> date:
    return one.on


def _credits(measure: Measure, item: Item, person: str) -> bool:
    roles = () if measure.persons is None else measure.persons.roles
    return any(one.person == person and (not roles or one.role in roles) for one in item.contributors)
