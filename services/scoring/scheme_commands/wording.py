"""How values, subjects and explanations are written for a person at a terminal."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.playing.record import LedgerEntry
from services.scoring.application.rehearsal.trying.explaining import Explanation
from services.scoring.application.rehearsal.trying.findings import Finding, Value
from services.scoring.domain.cards.book import QuotaFigure, Subject
from services.scoring.domain.cards.explaining import ExplainedLine, UsedValue
from shared.schemes.facts import number_text

ENTRIES_SHOWN_MAX = 20
"""Of one measure."""
INDENT = "  "


def value_text(value: Value, zone: ZoneInfo) -> str:
    """As examples write it; instants in the scheme's zone."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        return instant_text(value, zone)
    if isinstance(value, tuple):
        return f"[{', '.join(instant_text(one, zone) for one in value)}]"
    return str(value)


def instant_text(instant: datetime, zone: ZoneInfo) -> str:
    """As examples write it: with seconds only where there are any."""
    local = instant.astimezone(zone).replace(tzinfo=None)
    if local.microsecond:
        return local.isoformat()
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def subject_text(subject: Subject) -> str:
    if subject.kind == "person":
        return f"{subject.name} of {subject.department}"
    if subject.kind == "department":
        return subject.name
    return f"group {subject.name}" if subject.kind == "group" else "the organisation"


def finding_text(finding: Finding, zone: ZoneInfo) -> str:
    """What was expected, and what there is."""
    whom = "" if finding.subject is None else f"{subject_text(finding.subject)}, "
    expected, found = value_text(finding.expected, zone), value_text(finding.found, zone)
    return f"{whom}{finding.calendar} {finding.period}, {finding.what}: expected {expected}, found {found}"


def explanation_lines(explanation: Explanation, zone: ZoneInfo) -> Iterator[str]:
    """The line's formula, with values, its clause; the lines and obligations it stands on; the ledger behind it."""
    for one in (explanation.explained.line, *explanation.explained.lines):
        yield from _line(one)
    for name, amount in explanation.explained.amounts.items():
        measure = explanation.scheme.measures[name]
        yield f"{name} = {number_text(amount)}{_named(measure.title, name)}, the sum of the ledger's entries:"
        if measure.cite:
            yield f"{INDENT}“{measure.cite}”"
        yield from entry_lines(explanation.entries[name], zone)


def _line(one: ExplainedLine) -> Iterator[str]:
    name, formula = one.line.name, one.line.formula.text
    steps = [formula, one.with_values, number_text(one.value)]
    written = [step for place, step in enumerate(steps) if place == 0 or step != steps[place - 1]]
    yield f"{name} = {' = '.join(written)}{_named(one.line.title, name)}"
    if one.line.cite:
        yield f"{INDENT}“{one.line.cite}”"
    for used in one.uses:
        yield from _used(used)


def _used(used: UsedValue) -> Iterator[str]:
    if used.parts:
        parts = ", ".join(f"{_of(part.subject, part.period.id)} {number_text(part.value)}" for part in used.parts)
        yield f"{INDENT}{used.reference.key} = {number_text(used.value)}: {parts}"
    elif used.figures:
        yield f"{INDENT}{used.reference.key} = {number_text(used.value)}:"
        for figure in used.figures:
            yield f"{INDENT * 2}{figure_text(figure)}"


def _of(subject: Subject, period: str) -> str:
    return f"{subject.name or 'all'} {period}"


def figure_text(figure: QuotaFigure) -> str:
    """What became of one obligation."""
    late = ", in its time of grace" if figure.state == "met" and figure.on_time is False else ""
    return f"{figure.period}: {figure.state}, {number_text(figure.actual)} of {number_text(figure.target)}{late}"


def entry_lines(entries: tuple[LedgerEntry, ...] | list[LedgerEntry], zone: ZoneInfo) -> Iterator[str]:
    """Each entry: what it adds, on which date, for which item and fact, and when that was recorded."""
    for entry in entries[:ENTRIES_SHOWN_MAX]:
        amount = number_text(entry.amount)
        signed = amount if amount.startswith("-") else f"+{amount}"
        fact = "" if entry.fact in ("", entry.item) else f" {entry.fact}"
        recorded = instant_text(entry.recorded_at, zone)
        yield f"{INDENT}{entry.dated} {signed:>6}  {entry.item}{fact}, recorded {recorded}"
    if len(entries) > ENTRIES_SHOWN_MAX:
        yield f"{INDENT}… and {len(entries) - ENTRIES_SHOWN_MAX} more"
    if not entries:
        yield f"{INDENT}no entries"


def _named(title: str, name: str) -> str:
    return f" ({title})" if title and title != name else ""
