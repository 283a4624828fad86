"""Score one department's whole stream in memory, as plainly as the rules can be told: slow, obvious, no database.

It shares nothing with the scoring service but the events, the schemes and the calendars. Where the two disagree, one of
them has misread the rules.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.calendars import Period
from shared.contracts import department_events as happened
from shared.contracts.envelope import Event
from shared.schemes.model import FixedAmount, Measure, Quota, Scheme, TableAmount
from shared.schemes.schedule import quota_due_at

FindScheme = Callable[[str, int], Scheme]

Amounts = dict[tuple[str, str], list[tuple[date, int, Decimal]]]
"""By measure and fact: date, scheme version, amount."""


@dataclass
class PlainFact:
    id: str
    type: str
    order: int
    day: date
    fields: dict[str, object]


@dataclass
class PlainItem:
    scheme: str
    kind: str
    state: str
    submitted_on: date
    happened_on: date | None
    attributes: dict[str, object]
    accepted_on: date | None = None
    facts: list[PlainFact] = field(default_factory=list)
    amounts: Amounts = field(default_factory=dict)


@dataclass
class Owed:
    scheme: Scheme
    quota: Quota
    period: Period
    opened_at: datetime
    due_at: datetime
    state: str = "open"
    due_passed: bool = False
    due_soon: bool = False
    announcements: int = 0


@dataclass(frozen=True)
class Announcement:
    type: str
    scheme: str
    what: str
    """The quota, or the calendar of a period that is final."""
    period: str
    ordinal: int
    outcome: str
    actual: Decimal
    stream_version: int


@dataclass
class Scored:
    """What the stream comes to. Totals of nothing are left out."""

    totals: dict[tuple[str, str, str, str], Decimal]
    """By scheme, calendar, period and measure."""
    outcomes: dict[tuple[str, str, str], tuple[str, Decimal, Decimal]]
    """By scheme, quota and period: state, target, actual."""
    announcements: list[Announcement]


def score(events: Iterable[Event], find_scheme: FindScheme) -> Scored:
    department = Plain(find_scheme)
    for event in events:
        department.take(event)
    return Scored(department.totals(), department.outcomes(), department.announcements)


class Plain:
    def __init__(self, find_scheme: FindScheme) -> None:
        self.find_scheme = find_scheme
        self.name = ""
        self.descriptions: list[tuple[date, int, str | None, tuple[str, ...]]] = []
        self.applied: dict[str, list[tuple[date, Scheme]]] = {}
        self.items: dict[str, PlainItem] = {}
        self.owed: dict[tuple[str, str, str], Owed] = {}
        self.announcements: list[Announcement] = []

    def take(self, event: Event) -> None:
        data = event.data
        if isinstance(data, happened.DepartmentRegistered):
            self.name = data.department
            self.descriptions.append((data.joined_on, event.version, data.group, data.tags))
        elif isinstance(data, happened.DepartmentChanged):
            self.descriptions.append((data.from_on, event.version, data.group, data.tags))
        elif isinstance(data, happened.SchemeApplied):
            scheme = self.find_scheme(data.scheme, data.version)
            self.applied.setdefault(data.scheme, []).append((data.from_on, scheme))
        elif isinstance(data, happened.MilestonesReached):
            for milestone in data.milestones:
                self.reach(milestone, data.instant, event)
        elif not isinstance(data, happened.DepartmentWentLive):
            self.take_item(event)

    # Items

    def take_item(self, event: Event) -> None:
        data = event.data
        if isinstance(data, happened.ItemSubmitted):
            today = self.today(data.scheme, event)
            item = PlainItem(data.scheme, data.kind, "submitted", today, data.happened_on, dict(data.attributes))
            item.facts.append(PlainFact("submitted", "submitted", event.version, today, {}))
            self.items[data.item] = item
            if not self.needs_review(item):
                self.decide(item, "accepted", today, event)
        item = self.items[data.item]
        self.change(item, event)
        item.amounts = self.amounts_of(item)
        for owed in sorted(self.owed.values(), key=lambda one: (one.scheme.name, one.quota.name, one.period.id)):
            self.judge(owed, event)

    def change(self, item: PlainItem, event: Event) -> None:
        data = event.data
        today = self.today(item.scheme, event)
        if isinstance(data, happened.ItemResubmitted):
            item.attributes, item.happened_on = dict(data.attributes), data.happened_on
            if item.state != "withdrawn" and self.needs_review(item):
                self.decide(item, "submitted", today, event)
            elif item.state not in ("withdrawn", "accepted"):
                self.decide(item, "accepted", today, event)
        elif isinstance(data, happened.ItemReviewed) and item.state != "withdrawn":
            if data.decision == "accepted" and not data.final:
                self.decide(item, "submitted", today, event)
            else:
                self.decide(item, data.decision, today, event)
        elif isinstance(data, happened.ItemAdopted):
            told = {
                "outlet": data.outlet,
                "tier": data.tier,
                "medium": data.medium,
                "form": data.form,
                "placement": data.placement,
            }
            item.facts.append(PlainFact(data.adoption, "adopted", event.version, data.published_on, told))
        elif isinstance(data, happened.ItemInstructed):
            told = {"level": data.level}
            item.facts.append(PlainFact(data.instruction, "instructed", event.version, data.instructed_on, told))
        elif isinstance(data, happened.ItemFactRetracted):
            item.facts = [fact for fact in item.facts if fact.id != data.fact]
        elif isinstance(data, happened.ItemWithdrawn):
            item.state = "withdrawn"

    def decide(self, item: PlainItem, state: str, today: date, event: Event) -> None:
        item.facts = [fact for fact in item.facts if fact.type not in ("accepted", "rejected")]
        item.state = state
        item.accepted_on = today if state == "accepted" else None
        if state in ("accepted", "rejected"):
            item.facts.append(PlainFact(state, state, event.version, today, {}))
        elif state == "returned":
            item.facts.append(PlainFact(f"returned-{event.version}", state, event.version, today, {}))

    def needs_review(self, item: PlainItem) -> bool:
        declaring = [scheme for _, scheme in self.applied[item.scheme] if item.kind in scheme.kinds]
        return bool(max(declaring, key=lambda scheme: scheme.version).kinds[item.kind].review)

    def today(self, scheme: str, event: Event) -> date:
        latest = max((one for _, one in self.applied[scheme]), key=lambda one: one.version)
        return event.recorded_at.astimezone(latest.time_zone).date()

    # Amounts

    def version_on(self, scheme: str, day: date) -> Scheme | None:
        holding = [one for from_on, one in self.applied[scheme] if from_on <= day]
        return max(holding, key=lambda one: one.version, default=None)

    def amounts_of(self, item: PlainItem) -> Amounts:
        amounts: Amounts = {}
        names = {name for _, scheme in self.applied[item.scheme] for name in scheme.measures}
        for name in names:
            best: Decimal | None = None
            for day, _, fact, scheme in self.counted(item, name):
                measure = scheme.measures[name]
                worth = self.worth(item, fact, measure)
                if worth is None:
                    continue
                if measure.per_item.take == "highest":
                    before, best = best, worth if best is None else max(best, worth)
                    worth = best if before is None else best - before
                if worth:
                    amounts.setdefault((name, fact.id), []).append((day, scheme.version, worth))
        return amounts

    def counted(self, item: PlainItem, name: str) -> list[tuple[date, int, PlainFact, Scheme]]:
        """The facts that the measure counts, each with the version that scores it, in the order of the rules."""
        if item.state == "withdrawn":
            return []
        found = []
        for fact in item.facts:
            for _, scheme in sorted(self.applied[item.scheme], key=lambda one: -one[1].version):
                measure = scheme.measures.get(name)
                if measure is None or measure.count != fact.type or not self.of_kind(item, measure):
                    continue
                day = self.date_of(item, fact, measure)
                if day is not None and self.version_on(item.scheme, day) is scheme:
                    if item.state != "rejected" or fact.type == "rejected":
                        found.append((day, fact.order, fact, scheme))
                    break
        return sorted(found, key=lambda one: one[:2])

    def of_kind(self, item: PlainItem, measure: Measure) -> bool:
        return all(item.kind in one.values for one in measure.where if one.field == "kind")

    def date_of(self, item: PlainItem, fact: PlainFact, measure: Measure) -> date | None:
        if measure.dated == "submitted_on":
            return item.submitted_on
        if measure.dated == "happened_on":
            return item.happened_on or item.submitted_on
        if measure.dated == "accepted_on":
            return item.accepted_on
        return fact.day

    def worth(self, item: PlainItem, fact: PlainFact, measure: Measure) -> Decimal | None:
        known = {"kind": item.kind, **item.attributes, **{k: v for k, v in fact.fields.items() if v is not None}}
        for condition in measure.where:
            value = known.get(condition.field)
            values = value if isinstance(value, list) else [value]
            if not any(self.text(one) in condition.values for one in values):
                return None
        if isinstance(measure.amount, FixedAmount):
            return measure.amount.value
        assert isinstance(measure.amount, TableAmount)
        return measure.amount.rows.get(tuple(self.text(known.get(name)) for name in measure.amount.by))

    def text(self, value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    # Time

    def reach(self, milestone: happened.Milestone, instant: datetime, event: Event) -> None:
        scheme = next(one for _, one in self.applied[milestone.scheme] if one.version == milestone.version)
        period = scheme.calendars[milestone.calendar].period(milestone.period)
        if milestone.kind == "period_opened":
            for quota in scheme.quotas.values():
                if quota.calendar == milestone.calendar and self.owes(quota, period, milestone.partial):
                    key = (scheme.name, quota.name, period.id)
                    self.owed[key] = Owed(scheme, quota, period, instant, quota_due_at(scheme, quota, period))
                    self.judge(self.owed[key], event)
        elif milestone.kind == "period_final":
            what = ("tongbao.period.finalised.v1", scheme.name, milestone.calendar, period.id)
            self.announcements.append(Announcement(*what, 0, "", Decimal(0), event.version))
        elif milestone.quota is not None:
            owed = self.owed.get((scheme.name, milestone.quota, period.id))
            if owed is not None and milestone.kind == "quota_due":
                owed.due_passed = True
                self.judge(owed, event)
            elif owed is not None:
                owed.due_soon = True
                if owed.state == "open":
                    self.announce(owed, "tongbao.quota.due_soon.v1", event)

    def owes(self, quota: Quota, period: Period, partial: bool) -> bool:
        if partial and quota.joiners == "exempt":
            return False
        before = [one for one in self.descriptions if one[0] <= period.first]
        _, _, group, tags = max(before) if before else min(self.descriptions)
        to = quota.applies_to
        everyone = not to.departments and not to.groups and not to.tags
        return everyone or self.name in to.departments or group in to.groups or bool(to.tags & set(tags))

    def actual(self, owed: Owed) -> Decimal:
        amount = Decimal(0)
        for item in self.items.values():
            for (measure, _), credited in item.amounts.items():
                for day, _, value in credited:
                    if item.scheme == owed.scheme.name and measure == owed.quota.measure and day in owed.period:
                        amount += value
        return amount

    def target(self, owed: Owed) -> Decimal:
        assert isinstance(owed.quota.at_least, FixedAmount)
        return owed.quota.at_least.value

    def judge(self, owed: Owed, event: Event) -> None:
        enough = self.actual(owed) >= self.target(owed)
        if owed.state == "open" and enough:
            owed.state = "met"
            self.announce(owed, "tongbao.quota.met.v1", event)
        elif owed.state == "open" and owed.due_passed:
            owed.state = "missed"
            self.announce(owed, "tongbao.quota.missed.v1", event)
        elif owed.state == "missed" and enough:
            owed.state = "met_late"
            self.announce(owed, "tongbao.quota.met_late.v1", event)
        elif owed.state in ("met", "met_late") and not enough:
            owed.state = "missed" if owed.due_passed else "open"
            self.announce(owed, "tongbao.quota.restated.v1", event)
            if owed.state == "open" and owed.due_soon:
                self.announce(owed, "tongbao.quota.due_soon.v1", event)

    def announce(self, owed: Owed, type: str, event: Event) -> None:
        owed.announcements += 1
        self.announcements.append(
            Announcement(
                type,
                owed.scheme.name,
                owed.quota.name,
                owed.period.id,
                owed.announcements,
                owed.state,
                self.actual(owed),
                event.version,
            )
        )

    # Results

    def totals(self) -> dict[tuple[str, str, str, str], Decimal]:
        totals: dict[tuple[str, str, str, str], Decimal] = {}
        for item in self.items.values():
            for (measure, _), credited in item.amounts.items():
                for day, version, value in credited:
                    scheme = next(one for _, one in self.applied[item.scheme] if one.version == version)
                    for calendar in scheme.calendars.values():
                        period = calendar.period_of(day)
                        if period is not None:
                            key = (item.scheme, calendar.name, period.id, measure)
                            totals[key] = totals.get(key, Decimal(0)) + value
        return {key: value for key, value in totals.items() if value}

    def outcomes(self) -> dict[tuple[str, str, str], tuple[str, Decimal, Decimal]]:
        return {key: (owed.state, self.target(owed), self.actual(owed)) for key, owed in self.owed.items()}
