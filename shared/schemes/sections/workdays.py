"""``workdays``: the organisation's own table of closed and worked days, above the public one."""

from datetime import date, timedelta

from shared.calendars import Workdays
from shared.schemes.document import Mapping, Node
from shared.schemes.entries import Fields
from shared.schemes.reading import YEAR_MAX, YEAR_MIN, Reading
from shared.schemes.shapes import DAY, Either, Key, Keys, ListOf, whole

SPANS_MAX = 400
SPAN_DAYS_MAX = 366
YEARS_MAX = 50

SPAN = Keys(
    "a span of days",
    (Key("from", DAY, "Its first day.", required=True), Key("to", DAY, "Its last day.", required=True)),
)
_DAYS = ListOf(Either((DAY, SPAN)), SPANS_MAX, repeats=True)
WORKDAYS = Keys(
    "workdays",
    (
        Key("closed", _DAYS, "Days that are not worked, whatever the public calendar says."),
        Key("worked", _DAYS, "Days that are worked, whatever the public calendar says."),
        Key(
            "years",
            ListOf(whole(YEAR_MIN, YEAR_MAX), YEARS_MAX, repeats=True),
            "Years that this table alone tells in full.",
        ),
    ),
)


def read_workdays(reading: Reading, node: Node | None) -> Workdays:
    if node is None:
        return Workdays()
    fields = Fields(reading, node, WORKDAYS)
    closed = _days(reading, fields.get("closed"), frozenset())
    worked = _days(reading, fields.get("worked"), closed)
    years = fields.get("years")
    numbers = (
        [reading.whole(item, YEAR_MIN, YEAR_MAX) for item in reading.items(years, "years", YEARS_MAX)] if years else []
    )
    return Workdays(closed, worked, frozenset(numbers))


def _days(reading: Reading, node: Node | None, closed: frozenset[date]) -> frozenset[date]:
    """All days that the list names; those that are ``closed`` as well are refused and left out."""
    found: set[date] = set()
    for item in reading.items(node, "days", SPANS_MAX) if node else []:
        days = _span(reading, item) if isinstance(item, Mapping) else {reading.day(item)}
        both = days & closed
        if both:
            reading.mistake(item, f"{min(both)} is both closed and worked")
        found |= days - closed
    return frozenset(found)


def _span(reading: Reading, node: Node) -> set[date]:
    fields = Fields(reading, node, SPAN)
    first_node, last_node = fields.get("from"), fields.get("to")
    if first_node is None or last_node is None:
        return set()
    first, last = reading.day(first_node), reading.day(last_node)
    if not first <= last <= first + timedelta(days=SPAN_DAYS_MAX - 1):
        message = f"a span of days has 1 to {SPAN_DAYS_MAX} days; this one goes from {first} to {last}"
        reading.mistake(last_node, message)
        return set()
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
