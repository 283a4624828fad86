"""``quotas``: how much of a measure is owed in each period, by whom, and when it is due."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import get_args

from shared.calendars import Calendar, Due, Duration
from shared.schemes import document
from shared.schemes.document import Node
from shared.schemes.model import Audience, FixedAmount, Joiners, Quota, Severity
from shared.schemes.reading import Fields, Named, Reading, word

QUOTAS_MAX = 100
REMINDERS_MAX = 10
NAMES_MAX = 500

_KEYS = ("title", "cite", "measure", "calendar", "at_least", "applies_to", "due", "remind", "severity", "joiners")
_LATER = "grace on at_most shift waive exempt classes persons role sum"
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_JOINERS: tuple[Joiners, ...] = get_args(Joiners)


def read_quotas(
    reading: Reading, node: Node | None, measures: Collection[str], calendars: Mapping[str, Calendar]
) -> dict[str, Quota]:
    named = Named(reading, node, "quota", word, most=QUOTAS_MAX)
    return {key.value: _quota(reading, key.value, entry, measures, calendars) for key, entry in named.entries}


def _quota(
    reading: Reading, name: str, node: Node, measures: Collection[str], calendars: Mapping[str, Calendar]
) -> Quota:
    fields = Fields(reading, node, "a quota", _KEYS, later=_LATER)
    measure, calendar, at_least = (fields.require(key) for key in ("measure", "calendar", "at_least"))
    title, cite, applies_to = (fields.get(key) for key in ("title", "cite", "applies_to"))
    due, remind, severity, joiners = (fields.get(key) for key in ("due", "remind", "severity", "joiners"))
    calendar_name = reading.reference(calendar, calendars, "calendar") if calendar else ""
    due_after_end = _due(reading, due) if due else Duration()
    shortest_days = calendars[calendar_name].shortest_days if calendar_name in calendars else 365
    return Quota(
        name=name,
        title=reading.text(title) if title else name,
        cite=reading.text(cite) if cite else "",
        measure=reading.reference(measure, measures, "measure") if measure else "",
        calendar=calendar_name,
        at_least=FixedAmount(_at_least(reading, at_least) if at_least else Decimal(1)),
        applies_to=_applies_to(reading, applies_to) if applies_to else Audience(),
        due=Due(after_end=due_after_end),
        remind=_reminders(reading, remind, shortest_days, due_after_end) if remind else (),
        severity=reading.one_of(severity, _SEVERITIES, "severity") if severity else "warning",
        joiners=reading.one_of(joiners, _JOINERS, "rule for those who join within a period") if joiners else "exempt",
    )


def _at_least(reading: Reading, node: Node) -> Decimal:
    if isinstance(node, document.Mapping):
        reading.mistake(node, "a target of its own for each department is not supported yet: write one number")
        return Decimal(1)
    target = reading.decimal(node)
    if target <= 0:
        reading.mistake(node, "a quota asks for more than 0")
    return target


def _applies_to(reading: Reading, node: Node) -> Audience:
    keys = ("departments", "groups", "tags")
    fields = Fields(reading, node, "applies_to", keys, later="classes persons roles not all except")
    named = {key: frozenset(reading.texts(entry, key, NAMES_MAX)) for key in keys if (entry := fields.get(key))}
    return Audience(**named)


def _due(reading: Reading, node: Node) -> Duration:
    fields = Fields(reading, node, "due", ("after_end",), later="at on day workdays shift before_end day_of_month")
    after_end = fields.require("after_end")
    return (reading.duration(after_end) if after_end else None) or Duration()


def _reminders(reading: Reading, node: Node, shortest_days: int, due_after_end: Duration) -> tuple[Duration, ...]:
    open_for = timedelta(days=shortest_days) + due_after_end.nominal
    found: list[Duration] = []
    for item in reading.items(node, "reminders", REMINDERS_MAX):
        duration = reading.duration(item)
        if duration is None:
            continue
        if duration.nominal >= open_for:
            reading.mistake(item, f"a reminder {duration} before it is due would fall before the period opens")
        elif not duration.nominal:
            reading.mistake(item, "a reminder falls before the due instant, not at it")
        elif duration in found:
            reading.mistake(item, "this reminder stands here twice")
        found.append(duration)
    return tuple(sorted(found, key=lambda duration: duration.nominal, reverse=True))
