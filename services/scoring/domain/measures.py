"""Measures compiled for the fold, each in all versions that have it, narrowed down to one kind of item."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.scoring.domain import amounts, conditions, fields
from services.scoring.domain.amounts import Known, Worth
from services.scoring.domain.fields import Dated, Field, Terms
from services.scoring.domain.items import Fact, Item
from shared.schemes.facts import OF_ITEMS
from shared.schemes.model import AttributeType, FactType, Kind, Measure, OnTime, PerItem, Scheme

CALL = "(call)"
ADJUSTMENT = "(adjustment)"
OUTCOME = "(outcome)"
"""Kinds of what is scored like an item and is none; no scheme can name a kind so."""

_FACTS_OF: Mapping[str, frozenset[FactType]] = {
    CALL: frozenset(("called",)),
    ADJUSTMENT: frozenset(("adjusted",)),
    OUTCOME: frozenset(("met", "missed", "met_late")),
}

DUES_KEPT_MAX = 2_000
"""Of how many days a measure remembers by when facts dated then had to be there."""


@dataclass(frozen=True, slots=True)
class MeasureVersion:
    """A measure as one version of the scheme has it."""

    version: int
    measure: Measure
    count: FactType
    dated: Dated
    worth: Worth
    highest: bool
    """Of several facts, each adds what it raises the highest by, in its own period."""
    all: bool
    """Of several facts, each adds what it is worth, in its own period."""
    group: Field | None
    """Which facts compete for the highest of each."""

    @property
    def per_item(self) -> PerItem:
        return self.measure.per_item


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """A measure in all versions that have it, latest first."""

    name: str
    versions: tuple[MeasureVersion, ...]
    models: Mapping[int, Measure]
    """By version."""
    personal: bool
    """Whether any version of it credits or pays persons."""
    windowed: bool
    """Whether any version of it looks at the credits of a period together."""
    together: "tuple[MeasureRules, ...]" = ()
    """All measures whose facts of one item are taken together, this one the first of them."""


@dataclass(frozen=True, slots=True)
class KindRules:
    """The measures that can count facts of items of one kind, by what has happened to the item.

    Of measures that are taken together the first stands for all.
    """

    needs_review: Callable[[Item], bool]
    all: tuple[MeasureRules, ...]
    submitted: tuple[MeasureRules, ...]
    """Those that can count an item that has only been submitted."""
    told: Mapping[FactType, tuple[MeasureRules, ...]]
    """Those that count adoptions, instructions, measurements."""
    decided: tuple[MeasureRules, ...]
    """Those that look at acceptances, returns and rejections, or are dated by the acceptance."""


def kind_rules(versions: Sequence[Scheme], kind: str) -> KindRules | None:
    """``versions`` in their order. None when no version declares the kind."""
    declaring = [scheme for scheme in versions if kind in _FACTS_OF or kind in scheme.kinds]
    if not declaring:
        return None
    compiled: dict[str, list[MeasureVersion]] = {}
    for scheme in reversed(versions):
        for measure in scheme.measures.values():
            if _can_count(measure, kind):
                compiled.setdefault(measure.name, []).append(_measure(measure, scheme, kind))
    rules = _joined([_rules(name, tuple(found)) for name, found in compiled.items()])

    def where(looks: Callable[[Measure], bool]) -> tuple[MeasureRules, ...]:
        return tuple(
            one
            for one in rules
            if any(looks(by.measure) for member in one.together or (one,) for by in member.versions)
        )

    told: dict[FactType, tuple[MeasureRules, ...]] = {
        "adopted": where(lambda measure: measure.count == "adopted"),
        "instructed": where(lambda measure: measure.count == "instructed"),
        "measured": where(lambda measure: measure.count == "measured"),
    }
    return KindRules(
        needs_review=_needs_review(declaring[-1], kind),
        all=tuple(rules),
        submitted=where(lambda measure: measure.count in ("submitted", "accepted", "answered")),
        told=told,
        decided=where(
            lambda measure: measure.count in ("accepted", "returned", "rejected") or measure.dated == "accepted_on"
        ),
    )


def _can_count(measure: Measure, kind: str) -> bool:
    if kind in _FACTS_OF:
        return measure.count in _FACTS_OF[kind]
    if measure.count not in OF_ITEMS:
        return False
    asked = [one for one in measure.where if one.field == "kind"]
    return all((not one.values or kind in one.values) and kind not in one.none_of for one in asked)


def _rules(name: str, versions: tuple[MeasureVersion, ...]) -> MeasureRules:
    models = {by.version: by.measure for by in versions}
    personal = any(one.pay or one.persons is not None for one in models.values())
    windowed = any(one.per_period is not None for one in models.values())
    return MeasureRules(name, versions, models, personal, windowed)


def _joined(rules: Sequence[MeasureRules]) -> list[MeasureRules]:
    """Those that any version takes together become one."""
    groups: dict[str, set[str]] = {one.name: {one.name} for one in rules}
    for one in rules:
        for by in one.versions:
            for other in by.measure.together_with:
                if other in groups and groups[other] is not groups[one.name]:
                    groups[one.name] |= groups[other]
                    for name in groups[other]:
                        groups[name] = groups[one.name]
    found: list[MeasureRules] = []
    seen: set[str] = set()
    for one in rules:
        if one.name in seen:
            continue
        group = groups[one.name]
        seen |= group
        members = tuple(member for member in rules if member.name in group)
        found.append(one if len(members) == 1 else replace(one, together=members))
    return found


def _measure(measure: Measure, scheme: Scheme, kind: str) -> MeasureVersion:
    terms = Terms(scheme.time_zone, scheme.workdays, _attributes(scheme.kinds.get(kind)), _on_time(measure, scheme))
    per_item, own = measure.per_item, measure.difference == "own" and not measure.together_with
    return MeasureVersion(
        version=scheme.version,
        measure=measure,
        count=measure.count,
        dated=fields.dated(measure.dated),
        worth=_worth(measure, scheme, terms),
        highest=per_item.take == "highest" and own,
        all=per_item.take == "all" and own,
        group=fields.field(per_item.field, terms) if per_item.take == "highest_per" else None,
    )


def _worth(measure: Measure, scheme: Scheme, terms: Terms) -> Worth:
    worth = amounts.amount(measure.amount, measure.scale, terms, scheme.facts)
    asked = [conditions.condition(one, terms) for one in measure.where if one.field != "kind"]
    if measure.late != "include":
        asked.append(_punctual(terms, late=measure.late == "only"))
    hold = conditions.all_hold(asked)
    if hold is None:
        return worth

    def if_they_hold(item: Item, fact: Fact, day: date, known: Known) -> object:
        return worth(item, fact, day, known) if hold(item, fact, day) else None

    return if_they_hold  # type: ignore[return-value]


def _punctual(terms: Terms, *, late: bool) -> conditions.Holds:
    """What nothing is due for is not late."""
    return lambda item, fact, day: (terms.on_time(item, fact, day) is False) == late


def _on_time(measure: Measure, scheme: Scheme) -> Field:
    if measure.on_time is None or measure.count in _FACTS_OF[OUTCOME]:
        return _told_on_time
    due_at = _due_at(measure.on_time, scheme)

    def on_time(item: Item, fact: Fact, day: date) -> bool | None:
        due, at = due_at(day), fields.recorded_at(item, fact)
        return None if due is None or at is None else at < due

    return on_time


def _told_on_time(item: Item, fact: Fact, day: date) -> bool | None:
    told = fact.fields.get("on_time")
    return None if told is None else told == "true"


def _due_at(of: OnTime, scheme: Scheme) -> Callable[[date], datetime | None]:
    """By when a fact dated on a day had to be there; None where nothing is due for that day, or not known yet when."""
    calendar = scheme.calendars[of.calendar]
    known: dict[date, datetime | None] = {}

    def due_at(day: date) -> datetime | None:
        if day not in known:
            if len(known) >= DUES_KEPT_MAX:
                known.clear()
            period = calendar.period_of(day)
            waits = period is None or (period.open and of.due.on is None)
            known[day] = None if waits or period is None else of.due.instant(period, scheme.time_zone, scheme.workdays)
        return known[day]

    return due_at


def _attributes(kind: Kind | None) -> Mapping[str, AttributeType]:
    return {} if kind is None else {name: attribute.type for name, attribute in kind.attributes.items()}


def _needs_review(scheme: Scheme, kind: str) -> Callable[[Item], bool]:
    """Whether anybody is to look at an item: whether one of the kind's review paths is its own."""
    declared = scheme.kinds.get(kind)
    if declared is None or not declared.review:
        return lambda item: False
    if any(not path.when for path in declared.review):
        return lambda item: True
    terms = Terms(scheme.time_zone, scheme.workdays, _attributes(declared), _told_on_time)
    paths = [tuple(conditions.condition(one, terms) for one in path.when) for path in declared.review]

    def needs(item: Item) -> bool:
        fact = item.facts[0]
        return any(all(holds(item, fact, item.submitted_on) for holds in path) for path in paths)

    return needs
