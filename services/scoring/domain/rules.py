"""Schemes compiled for the fold: what is looked up for every event is worked out once a scheme version."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from services.scoring.domain.items import Fact, Item
from shared.contracts.department_events import AttributeValue
from shared.schemes.facts import texts_of
from shared.schemes.model import Condition, DateName, FactType, FixedAmount, Measure, Quota, Scheme, TableAmount

REACHES_KEPT_MAX = 50_000
"""How many (measure, day) pairs a scheme remembers the periods of."""
OFFSETS_KEPT_MAX = 10_000
"""Of how many days a scheme remembers how far its zone is from UTC."""

_NO_TIME, _ALMOST_A_DAY = timedelta(), timedelta(days=1) - timedelta.resolution
_CHANGES = timedelta.max
"""Stands for an offset that is not the same all day."""

Worth = Callable[[Item, Fact], Decimal | None]
"""What a fact is worth by itself; None when the measure does not count it."""

Dated = Callable[[Item, Fact], date | None]


class QuotaPeriod(NamedTuple):
    """Names one obligation of a department."""

    scheme: str
    quota: str
    period: str


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Where the entries of one measure count that are dated on one day. Compared, and hashed, as the object it is."""

    scheme: str
    measure: str
    totals: tuple[tuple[str, str], ...]
    """Calendar and period of each total."""
    obligations: tuple[QuotaPeriod, ...]


@dataclass(frozen=True, slots=True)
class MeasureVersion:
    """A measure as one version of the scheme has it."""

    version: int
    count: FactType
    dated: Dated
    highest: bool
    worth: Worth


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """A measure in all versions that have it, latest first, narrowed down to one kind of item."""

    name: str
    versions: tuple[MeasureVersion, ...]


@dataclass(frozen=True, slots=True)
class KindRules:
    """The measures that can count facts of items of one kind, by what has happened to the item."""

    needs_review: bool
    all: tuple[MeasureRules, ...]
    submitted: tuple[MeasureRules, ...]
    """Those that can count an item that has only been submitted."""
    adopted: tuple[MeasureRules, ...]
    instructed: tuple[MeasureRules, ...]
    decided: tuple[MeasureRules, ...]
    """Those that look at acceptances, returns and rejections, or are dated by the acceptance."""


class Rules:
    """One scheme in the versions that some departments are under. Immutable but for what it remembers of its answers.

    A day belongs to the highest version that holds by then, as in ``shared.schemes.schedule``.
    """

    def __init__(self, versions: Sequence[tuple[date, Scheme]]) -> None:
        """``versions``: at least one, each with the day from which it holds."""
        by_day = sorted(versions, key=lambda one: (one[0], one[1].version))
        self.versions: tuple[Scheme, ...] = tuple(sorted((scheme for _, scheme in versions), key=_number))
        self.latest = self.versions[-1]
        self.name = self.latest.name
        self._by_number = {scheme.version: scheme for scheme in self.versions}
        self._from_ons = [from_on for from_on, _ in by_day]
        self._in_force = [0, *accumulate((scheme.version for _, scheme in by_day), max)]
        self._kinds: dict[str, KindRules | None] = {}
        self._offsets: dict[date, timedelta] = {}
        self._reaches: dict[tuple[str, int, date], Reach] = {}

    def version_on(self, day: date) -> int:
        """The number of the version in force on the day; 0 before the first."""
        return self._in_force[bisect_right(self._from_ons, day)]

    def day_of(self, instant: datetime) -> date:
        """The date of an instant, given in UTC, in the scheme's zone (the latest version's)."""
        day = instant.date()
        offset = self._offsets.get(day)
        if offset is None:
            if len(self._offsets) >= OFFSETS_KEPT_MAX:
                self._offsets.clear()
            offset = self._offsets[day] = self._offset_on(day)
        if offset is _CHANGES:
            return instant.astimezone(self.latest.time_zone).date()
        return (instant + offset).date()

    def _offset_on(self, day: date) -> timedelta:
        """How far the zone's clock is ahead of UTC on a whole day of UTC, or _CHANGES."""
        start = datetime.combine(day, time.min, UTC)
        ends = {(start + part).astimezone(self.latest.time_zone).utcoffset() for part in (_NO_TIME, _ALMOST_A_DAY)}
        offset = ends.pop()
        return _CHANGES if ends or offset is None else offset

    def version(self, number: int) -> Scheme | None:
        return self._by_number.get(number)

    def kind(self, name: str) -> KindRules | None:
        """The rules for items of a kind; None when no version declares it."""
        try:
            return self._kinds[name]
        except KeyError:
            rules = self._kinds[name] = self._compile_kind(name)
            return rules

    def reach(self, measure: str, version: int, day: date) -> Reach:
        """Where an entry counts: the totals of its own version's calendars, the obligations of any version's quotas."""
        key = (measure, version, day)
        reach = self._reaches.get(key)
        if reach is None:
            if len(self._reaches) >= REACHES_KEPT_MAX:
                self._reaches.clear()
            reach = self._reaches[key] = self._find_reach(measure, version, day)
        return reach

    def _find_reach(self, measure: str, version: int, day: date) -> Reach:
        calendars = self._by_number[version].calendars
        owed = {
            QuotaPeriod(self.name, quota.name, scheme.calendars[quota.calendar].period_of(day).id): None
            for scheme in self.versions
            for quota in scheme.quotas.values()
            if quota.measure == measure
        }
        totals = tuple((name, calendar.period_of(day).id) for name, calendar in calendars.items())
        return Reach(self.name, measure, totals, tuple(owed))

    def _compile_kind(self, kind: str) -> KindRules | None:
        declaring = [scheme for scheme in self.versions if kind in scheme.kinds]
        if not declaring:
            return None
        compiled: dict[str, list[tuple[Measure, MeasureVersion]]] = {}
        for scheme in reversed(self.versions):
            for measure in scheme.measures.values():
                if all(kind in one.values for one in measure.where if one.field == "kind"):
                    version = _compile_measure(measure, scheme.version)
                    compiled.setdefault(measure.name, []).append((measure, version))
        rules = {name: MeasureRules(name, tuple(one for _, one in found)) for name, found in compiled.items()}

        def where(looks: Callable[[Measure], bool]) -> tuple[MeasureRules, ...]:
            return tuple(rules[name] for name, found in compiled.items() if any(looks(one) for one, _ in found))

        return KindRules(
            needs_review=bool(declaring[-1].kinds[kind].review),
            all=tuple(rules.values()),
            submitted=where(lambda measure: measure.count in ("submitted", "accepted")),
            adopted=where(lambda measure: measure.count == "adopted"),
            instructed=where(lambda measure: measure.count == "instructed"),
            decided=where(
                lambda measure: measure.count in ("accepted", "returned", "rejected") or measure.dated == "accepted_on"
            ),
        )


def owes(quota: Quota, department: str, group: str | None, tags: Sequence[str]) -> bool:
    """Whether the quota applies to a department that is described so."""
    to = quota.applies_to
    if not (to.departments or to.groups or to.tags):
        return True
    return department in to.departments or group in to.groups or not to.tags.isdisjoint(tags)


def _compile_measure(measure: Measure, version: int) -> MeasureVersion:
    return MeasureVersion(
        version=version,
        count=measure.count,
        dated=_DATES[measure.dated],
        highest=measure.per_item == "highest",
        worth=_compile_worth(measure),
    )


_DATES: dict[DateName, Dated] = {
    # An item that does not say when it happened is taken to have happened when it was reported.
    "happened_on": lambda item, fact: item.happened_on or item.submitted_on,
    "submitted_on": lambda item, fact: item.submitted_on,
    "accepted_on": lambda item, fact: item.accepted_on,
    "published_on": lambda item, fact: fact.on if fact.type == "adopted" else None,
    "instructed_on": lambda item, fact: fact.on if fact.type == "instructed" else None,
}


def _compile_worth(measure: Measure) -> Worth:
    amount = _compile_amount(measure.amount)
    conditions = tuple(one for one in measure.where if one.field != "kind")
    if not conditions:
        return amount

    def worth(item: Item, fact: Fact) -> Decimal | None:
        for condition in conditions:
            if not _holds(condition, item, fact):
                return None
        return amount(item, fact)

    return worth


def _compile_amount(amount: FixedAmount | TableAmount) -> Worth:
    if isinstance(amount, FixedAmount):
        value = amount.value
        return lambda item, fact: value
    by, rows = amount.by, amount.rows

    def look_up(item: Item, fact: Fact) -> Decimal | None:
        return rows.get(tuple([_text(_field(name, item, fact)) for name in by]))

    return look_up


def _holds(condition: Condition, item: Item, fact: Fact) -> bool:
    value = _field(condition.field, item, fact)
    return value is not None and not condition.values.isdisjoint(texts_of(value))


def _field(name: str, item: Item, fact: Fact) -> AttributeValue | None:
    """The fact's own field, or else the item's."""
    value = fact.fields.get(name)
    if value is not None:
        return value
    return item.kind if name == "kind" else item.attributes.get(name)


def _text(value: AttributeValue | None) -> str:
    """As tables write it. What is not there, or is not one value, is like no text that a table can hold."""
    if type(value) is str:
        return value
    texts = () if value is None else texts_of(value)
    return texts[0] if len(texts) == 1 else ""


def _number(scheme: Scheme) -> int:
    return scheme.version
