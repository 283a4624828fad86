"""What can be asked of a fact: its fields, its dates, functions of these; and whether a condition holds of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from shared.calendars import start_instant
from shared.schemes.facts import number_text
from shared.schemes.model import Bound, Condition, Measure, Scheme
from tests.reference.plain.things import Fact, Thing, Value

Asked = Value | date | datetime | time | None

_OWN_DATE = {
    "published_on": "adopted",
    "instructed_on": "instructed",
    "measured_on": "measured",
    "adjusted_on": "adjusted",
    "called_on": "called",
    "answered_on": "answered",
}
_OUTCOMES = ("met", "missed", "met_late")


def date_of(thing: Thing, fact: Fact, name: str) -> date | None:
    """One of the dates of a fact, None where it has none such."""
    if name == "happened_on":
        return thing.happened_on or thing.submitted_on
    if name == "submitted_on":
        return thing.submitted_on
    if name == "accepted_on":
        return thing.accepted.day if thing.accepted else None
    if name == "closed_on":
        return fact.day if fact.type in _OUTCOMES else None
    return fact.day if _OWN_DATE.get(name) == fact.type else fact.dates.get(name)


@dataclass(frozen=True)
class Asking:
    """One fact under one version of one measure (or, without a measure, an item on its way to a review)."""

    scheme: Scheme
    measure: Measure | None
    thing: Thing
    fact: Fact
    day: date
    """The date that selects its periods."""

    def value(self, name: str) -> Asked:
        """A field, a date or an instant by its name."""
        if name == "kind":
            return self.thing.kind
        if name == "on_time":
            return self.on_time()
        if name in ("submitted_at", "accepted_at", "recorded_at"):
            return self.instant(name)
        if name in self.fact.instants:
            return self.fact.instants[name]
        if name.endswith("_on") and (day := date_of(self.thing, self.fact, name)) is not None:
            return day
        if name in self.fact.fields:
            return self.fact.fields[name]
        return self.attribute(name)

    def instant(self, name: str) -> datetime | None:
        if name == "submitted_at":
            return self.thing.submitted_at
        if name == "accepted_at":
            return self.thing.accepted.at if self.thing.accepted else None
        return self.fact.at

    def attribute(self, name: str) -> Asked:
        """As its type says: numbers, dates and times travel as text, and of files their number is asked."""
        value = self.thing.attributes.get(name)
        kind = self.scheme.kinds.get(self.thing.kind or "")
        if value is None or kind is None or name not in kind.attributes:
            return value
        type = kind.attributes[name].type
        if type == "number":
            return Decimal(str(value))
        if type == "date":
            return date.fromisoformat(str(value))
        if type == "time":
            return time.fromisoformat(str(value))
        return len(value) if type == "files" and isinstance(value, list) else value

    def on_time(self) -> bool | None:
        """Whether the fact was there before it was due; None where nothing was due for its date."""
        due = self.measure.on_time if self.measure else None
        if due is None or self.fact.type in _OUTCOMES:
            told = self.fact.fields.get("on_time")
            return None if told is None else bool(told)
        period = self.scheme.calendars[due.calendar].period_of(self.day)
        if period is None or (period.open and due.due.on is None):
            return None
        first = self.fact.type in ("submitted", "accepted", "answered")
        at = self.thing.submitted_at if first else self.fact.at
        assert at is not None
        return at < due.due.instant(period, self.scheme.time_zone, self.scheme.workdays)

    def function(self, name: str, of: tuple[str, ...]) -> Decimal | time | None:
        """A function of one or two dates or instants; None where one of them is not there."""
        asked = [self.value(one) for one in of]
        if any(one is None for one in asked):
            return None
        if name == "hours":
            first, second = (self.moment(one) for one in asked)
            return Decimal((second - first) / timedelta(microseconds=1)) / 3_600_000_000
        if name == "time_of":
            return self.clock(asked[0])
        days = [self.day_of(one) for one in asked]
        match name:
            case "days":
                return Decimal((days[1] - days[0]).days)
            case "workdays":
                return Decimal(self.workdays(days[0], days[1]))
            case "weekday_of":
                return Decimal(days[0].isoweekday())
            case "day_of":
                return Decimal(days[0].day)
            case _:
                return Decimal(days[0].month)

    def workdays(self, first: date, second: date) -> int:
        """Those after the first up to and with the second; negative the other way round."""
        if second < first:
            return -self.workdays(second, first)
        days = (first + timedelta(days=number) for number in range(1, (second - first).days + 1))
        return sum(self.scheme.workdays.is_workday(day) for day in days)

    def moment(self, value: Asked) -> datetime:
        return value if isinstance(value, datetime) else start_instant(self.day_of(value), self.scheme.time_zone)

    def day_of(self, value: Asked) -> date:
        if isinstance(value, datetime):
            return value.astimezone(self.scheme.time_zone).date()
        assert isinstance(value, date)
        return value

    def clock(self, value: Asked) -> time:
        if isinstance(value, datetime):
            return value.astimezone(self.scheme.time_zone).time()
        assert isinstance(value, time)
        return value

    # Conditions

    def holds(self, of: Condition) -> bool:
        value = self.value(of.field) if of.function is None else self.function(of.function, of.of)
        bounds = (of.at_least, of.at_most, of.above, of.below)
        if value is None:
            return bool(of.none_of) and not of.values and bounds == (None,) * 4
        words = {self.band(of, value)} if of.bands else set(texts(value))
        return (
            (not of.values or bool(of.values & words))
            and not of.none_of & words
            and (of.at_least is None or self.like(value, of.at_least) >= of.at_least)  # type: ignore[operator]
            and (of.at_most is None or self.like(value, of.at_most) <= of.at_most)  # type: ignore[operator]
            and (of.above is None or self.like(value, of.above) > of.above)  # type: ignore[operator]
            and (of.below is None or self.like(value, of.below) < of.below)  # type: ignore[operator]
        )

    def band(self, of: Condition, value: Asked) -> str | None:
        assert of.bands is not None
        return of.bands.of(number(value))

    def like(self, value: Asked, bound: Bound) -> Bound:
        """The value as what the bound is."""
        if isinstance(bound, Decimal):
            return number(value)
        return self.clock(value) if isinstance(bound, time) else self.day_of(value)


def texts(value: Asked) -> tuple[str, ...]:
    """As the scheme writes it, one text a choice."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, int | Decimal):
        return (number_text(Decimal(value)),)
    if isinstance(value, time):
        return (value.strftime("%H:%M"),)
    return (str(value),)


def number(value: Asked) -> Decimal:
    """A time of day is its hours since midnight."""
    if isinstance(value, time):
        return Decimal(value.hour) + Decimal(value.minute) / 60 + Decimal(value.second) / 3600
    assert isinstance(value, int | Decimal), value
    return Decimal(value)
