"""Why a figure of an example is what it is, in lines for a person."""

from collections.abc import Iterator
from decimal import Decimal

from services.scoring.application.rehearsal.playing.book import home_of
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.trying.explaining import NothingToExplain, entries_of, explain
from services.scoring.application.rehearsal.trying.findings import Finding
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.obligations import Obligation
from services.scoring.scheme_commands.wording import INDENT, entry_lines, explanation_lines, instant_text, subject_text
from shared.schemes.facts import number_text

RIVALS_SHOWN_MAX = 30


def reason_lines(rehearsal: Rehearsal, finding: Finding) -> Iterator[str]:
    """What stands behind a finding: of a line its formula and the ledger, of a quota what counted for it."""
    subject, calendar, period = finding.subject, finding.calendar, finding.period
    if subject is None:
        return
    if finding.line is not None:
        yield from line_reasons(rehearsal, subject, calendar, period, finding.line)
    elif finding.quota is not None:
        yield from _quota(rehearsal, subject, finding.quota, calendar, period)
    elif finding.ranked:
        yield from _ranking(rehearsal, subject, calendar, period)
    elif finding.measure is not None:
        entries = entries_of(rehearsal, subject, calendar, period, finding.measure)
        yield from entry_lines(entries, rehearsal.rulebook.latest.time_zone)


def line_reasons(rehearsal: Rehearsal, subject: Subject, calendar: str, period: str, line: str) -> Iterator[str]:
    """Why a line has its value, or why it has none."""
    try:
        found = explain(rehearsal, subject, calendar, period, line)
    except NothingToExplain as nothing:
        yield str(nothing)
        return
    yield from explanation_lines(found, rehearsal.rulebook.latest.time_zone)


def _ranking(rehearsal: Rehearsal, subject: Subject, calendar: str, period: str) -> Iterator[str]:
    """All that the subject is compared with, in the order of their ranks; those without one last."""
    cards = rehearsal.cards(calendar, period, subject.kind)
    own = next(card for card in cards if card.member.subject == subject)
    rivals = [card for card in cards if card.within == own.within]
    for card in sorted(rivals, key=lambda each: (each.rank is None, each.rank or 0))[:RIVALS_SHOWN_MAX]:
        rank = "no rank" if card.rank is None else f"{card.rank}."
        said = [subject_text(card.member.subject), "" if card.headline is None else number_text(card.headline)]
        said += ["awarded"] * card.awarded + ["disqualified"] * card.disqualified
        yield f"{rank} {', '.join(one for one in said if one)}"
    if len(rivals) > RIVALS_SHOWN_MAX:
        yield f"… and {len(rivals) - RIVALS_SHOWN_MAX} more"


def _quota(rehearsal: Rehearsal, subject: Subject, quota: str, calendar: str, period: str) -> Iterator[str]:
    zone = rehearsal.rulebook.latest.time_zone
    declared = next(one.quotas[quota] for one in reversed(rehearsal.rulebook.schemes) if quota in one.quotas)
    if declared.cite:
        yield f"“{declared.cite}”"
    departments = rehearsal.departments
    if subject.kind in ("department", "person"):
        departments = (home_of(subject),)
    person = subject.name if subject.kind == "person" else ""
    for name in departments:
        figures = rehearsal.figures(name)
        for key, owed in figures.obligations.items():
            if (key.quota, key.period, key.person) != (quota, period, person):
                continue
            yield f"{subject_text(Subject('department', name))}: {_owed(owed)}, due {instant_text(owed.due_at, zone)}"
            counted = figures.entries_behind(person, calendar, period, owed.measure)
            yield f"{INDENT}{owed.measure}, as the ledger has it:"
            yield from (INDENT + line for line in entry_lines(counted, zone))


def _owed(owed: Obligation) -> str:
    actual = number_text(owed.actual)
    if owed.state == "part":
        return f"{actual} added"
    lacking = max(owed.target - owed.actual, Decimal(0))
    short = f", {number_text(lacking)} lacking" if lacking else ""
    return f"{owed.state}, {actual} of {number_text(owed.target)}{short}"
