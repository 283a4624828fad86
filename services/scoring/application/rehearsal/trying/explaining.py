"""Why a line of an example has its value: formulas with values, and the ledger behind each measure."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.scoring.application.rehearsal.playing.book import home_of
from services.scoring.application.rehearsal.playing.record import LedgerEntry
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.domain.cards.book import Member, Subject
from services.scoring.domain.cards.explaining import Explained, explained
from shared.schemes.model import Scheme


class NothingToExplain(Exception):
    """The subject has no card for the period, or its version does not have the line; the message says which."""


@dataclass(frozen=True, slots=True)
class Explanation:
    scheme: Scheme
    """The version that the card is scored by."""
    member: Member
    explained: Explained
    entries: Mapping[str, tuple[LedgerEntry, ...]]
    """By measure, the entries behind each amount. Of groups and the organisation, those of their departments."""


def explain(rehearsal: Rehearsal, subject: Subject, calendar: str, period: str, line: str) -> Explanation:
    """Raises NothingToExplain, and what a rehearsal raises."""
    book, columns = rehearsal.opened(calendar, period, subject, [line])
    whole = rehearsal.period(calendar, period)
    member = next((one for one in columns.frame(subject.kind, whole).members if one.subject == subject), None)
    if member is None:
        raise NothingToExplain(f"there is no card of {calendar} {period}")
    scheme = book.scheme(member.scheme_version)
    known = scheme.lines.get(line)
    if known is None or known.subject != subject.kind:
        raise NothingToExplain(f'version {scheme.version} has no line "{line}" of a {subject.kind}')
    found = explained(book, columns, whole, member, line)
    entries = {name: entries_of(rehearsal, subject, calendar, period, name) for name in found.amounts}
    return Explanation(scheme, member, found, entries)


def entries_of(
    rehearsal: Rehearsal, subject: Subject, calendar: str, period: str, measure: str
) -> tuple[LedgerEntry, ...]:
    """The entries that a subject's amount is the sum of. Raises what a rehearsal raises."""
    if subject.kind == "person":
        return tuple(rehearsal.figures(home_of(subject)).entries_behind(subject.name, calendar, period, measure))
    departments = [subject.name] if subject.kind == "department" else _members(rehearsal, subject, calendar, period)
    found = (rehearsal.figures(name).entries_behind("", calendar, period, measure) for name in departments)
    return tuple(entry for some in found for entry in some)


def _members(rehearsal: Rehearsal, whole: Subject, calendar: str, period: str) -> list[str]:
    """The departments of a group, or all of them."""
    book, _ = rehearsal.opened(calendar, period, whole)
    members = (one for one in book.members(calendar, period) if one.subject.kind == "department")
    return [one.subject.name for one in members if whole.kind == "organisation" or one.group == whole.name]
