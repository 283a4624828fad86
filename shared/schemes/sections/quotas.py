"""``quotas``: how much of a measure is owed in each period, by whom, and when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from shared.calendars import Calendar, Campaign, Due, Duration
from shared.schemes.document import Mapping as MappingNode
from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, word
from shared.schemes.facts import OF_QUOTAS
from shared.schemes.mistakes import shortened
from shared.schemes.model import Audience, Condition, DepartmentFact, FixedAmount, Joiners, Quota, Severity, SubjectKind
from shared.schemes.reading import Reading
from shared.schemes.sections.audiences import APPLIES_TO, read_audience
from shared.schemes.sections.dues import DUE, read_due
from shared.schemes.sections.lines import SUBJECTS
from shared.schemes.sections.measures import WrittenMeasure
from shared.schemes.sections.reminders import REMINDERS_MAX, InForce, check_due, read_reminders, shortest_opening
from shared.schemes.sections.targets import TARGETS, read_target
from shared.schemes.shapes import CITE, DAY, LENGTH, TITLE, WORD, WORD_PATTERN, Entries, Key, Keys, ListOf, words

QUOTAS_MAX = 100

_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_JOINERS: tuple[Joiners, ...] = get_args(Joiners)

QUOTA = Keys(
    "a quota",
    (
        TITLE,
        CITE,
        Key("measure", WORD, "What is owed.", required=True),
        Key("calendar", WORD, "In each of whose periods it is owed."),
        Key("by", DAY, "The one day by which it is owed, once; later is late."),
        Key("at_least", TARGETS, "How much is owed.", required=True),
        Key("subject", words(SUBJECTS), "Who owes it: departments if left out, or persons where roles are named."),
        Key("applies_to", APPLIES_TO, "Whom it applies to; all if left out."),
        Key("due", DUE, "By when it is due; at the end of the period if left out."),
        Key("grace", LENGTH, "How long after that it can be made good without being missed."),
        Key("remind", ListOf(LENGTH, REMINDERS_MAX), "How long before it is due those that are short are reminded."),
        Key("severity", words(_SEVERITIES), "How bad it is to miss it; warning if left out."),
        Key("joiners", words(_JOINERS), "What one owes who joins within a period; nothing, exempt, if left out."),
    ),
)
QUOTAS = Entries(QUOTA, QUOTAS_MAX, names=WORD_PATTERN)


@dataclass(frozen=True)
class Surroundings:
    """What the quotas of a scheme may speak of, and when they are in force."""

    measures: Mapping[str, WrittenMeasure]
    calendars: Mapping[str, Calendar]
    classes: Mapping[str, Audience]
    facts: Mapping[str, DepartmentFact]
    force: InForce


def named_quotas(node: Node | None) -> list[str]:
    """The names alone: measures may select by them, and quotas are of measures."""
    return list(node.entries) if isinstance(node, MappingNode) else []


def read_quotas(
    reading: Reading, node: Node | None, around: Surroundings
) -> tuple[dict[str, Quota], dict[str, Calendar]]:
    """The quotas, and the calendars of those that are owed once: a campaign each, named like the quota."""
    named = Named(reading, node, "quota", word, QUOTAS)
    quotas: dict[str, Quota] = {}
    once: dict[str, Calendar] = {}
    for key, entry in named.entries:
        fields = Fields(reading, entry, QUOTA)
        calendar = _calendar(fields, key, around)
        if fields.get("by") is not None and calendar is not None:
            once[key.value] = calendar
        quotas[key.value] = _quota(fields, key, calendar, around)
    counted = {name: _outcomes_of(quota, quotas, around.measures) for name, quota in quotas.items()}
    for key, _ in named.entries:
        _refuse_circle(reading, key, counted)
    return quotas, once


def _calendar(fields: Fields, key: Scalar, around: Surroundings) -> Calendar | None:
    """The calendar that the quota names, or one of its own; None when neither is right, and the mistake noted."""
    reading = fields.reading
    way = fields.just_one("calendar", "by")
    node = fields.get(way) if way else None
    if node is None:
        return None
    if way == "calendar":
        return around.calendars.get(reading.reference(node, around.calendars, "calendar"))
    if key.value in around.calendars:
        message = f'a quota with "by" has a calendar of its own, named like it: "{key.value}" is one already'
        reading.mistake(key, message)
    day = reading.day(node)
    if day < around.force.begins:
        reading.mistake(node, f"{day} lies before this version begins, on {around.force.begins}")
        return None
    return Campaign(key.value, around.force.begins, day)


def _quota(fields: Fields, key: Scalar, calendar: Calendar | None, around: Surroundings) -> Quota:
    reading, name = fields.reading, key.value
    measure, at_least, due_node, remind = (fields.get(part) for part in ("measure", "at_least", "due", "remind"))
    audience, grace = fields.get("applies_to"), fields.get("grace")
    applies_to = read_audience(reading, audience, around.classes) if audience else Audience()
    subject = _subject(fields, applies_to)
    due = read_due(reading, due_node, calendar) if due_node else Due()
    opening = shortest_opening(calendar, due, around.force) if calendar and (due_node or remind) else None
    if due_node is not None:
        check_due(reading, due_node, opening)
    return Quota(
        name=name,
        title=fields.text("title", name),
        cite=fields.text("cite"),
        measure=_measure(reading, measure, subject, around) if measure else "",
        calendar=calendar.name if calendar else "",
        at_least=read_target(reading, at_least, subject, applies_to, around.classes, around.facts)
        if at_least
        else FixedAmount(Decimal(1)),
        applies_to=applies_to,
        due=due,
        remind=read_reminders(reading, remind, opening) if remind else (),
        severity=fields.choice("severity", _SEVERITIES, "severity", "warning"),
        joiners=fields.choice("joiners", _JOINERS, "rule for those who join within a period", "exempt"),
        subject=subject,
        grace=_grace(reading, grace) if grace else None,
        once=fields.get("by") is not None,
    )


def _subject(fields: Fields, applies_to: Audience) -> SubjectKind:
    """Departments, or persons where roles are named, if it is left out."""
    usual: SubjectKind = "person" if applies_to.roles else "department"
    subject = fields.choice("subject", SUBJECTS, "subject", usual)
    if applies_to.roles and subject != "person":
        fields.mistake("subject", f"roles are those of persons: a quota of the {subject} applies to no roles")
    return subject


def _measure(reading: Reading, node: Node, subject: SubjectKind, around: Surroundings) -> str:
    name = reading.reference(node, around.measures, "measure")
    if subject == "person" and name in around.measures and not around.measures[name].credits_persons:
        message = f'no person is ever credited with "{shortened(name)}": give the measure "persons"'
        reading.mistake(node, message)
    return name


def _grace(reading: Reading, node: Node) -> Duration | None:
    found = reading.duration(node)
    if found is not None and not found.nominal:
        reading.mistake(node, "grace of no length is none: leave it out")
    return found


def _refuse_circle(reading: Reading, key: Scalar, counted: Mapping[str, list[str]]) -> None:
    """A quota may be about the outcomes of others, but not, even by way of others, about its own."""
    ahead, seen = [key.value], set[str]()
    while ahead:
        for name in counted[ahead.pop()]:
            if name not in seen:
                seen.add(name)
                ahead.append(name)
    if key.value in seen:
        message = (
            f'the quota "{key.value}" would depend on its own outcome, which its measure counts: say which quotas are '
            "meant, with where: {quota: NAME}"
        )
        reading.mistake(key, message)


def _outcomes_of(quota: Quota, quotas: Mapping[str, Quota], measures: Mapping[str, WrittenMeasure]) -> list[str]:
    """The quotas whose outcomes the quota's measure counts."""
    written = measures.get(quota.measure)
    if written is None or written.measure.count not in OF_QUOTAS:
        return []
    conditions = [one for one in written.measure.where if one.field == "quota"]
    return [name for name in quotas if all(_fits(condition, name) for condition in conditions)]


def _fits(condition: Condition, name: str) -> bool:
    return name not in condition.none_of and (not condition.values or name in condition.values)
