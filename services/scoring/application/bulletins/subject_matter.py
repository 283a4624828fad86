"""What an issue is about: from the names that were given to a bulletin of the scheme and a period of its calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.scoring.application.bulletins.ports import Look, StillRunning
from services.scoring.application.reading.fetched import scheme_of
from services.scoring.application.reading.questions import (
    KINDS,
    Asked,
    Misasked,
    NothingScored,
    Question,
    calendars,
    known_periods,
    named_period,
    one_of,
    resolve,
)
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.domain.bulletins import Document, Progress, still_running
from shared.calendars import Period, start_instant
from shared.schemes.model import Bulletin, Scheme, SubjectKind

NAMED_MAX = 5
"""Departments that a refusal names."""


@dataclass(frozen=True, slots=True)
class SubjectMatter:
    """A bulletin, and the calendar that it follows, by kind of subject that has cards or quotas there."""

    bulletin: str
    questions: dict[SubjectKind, Question]

    @property
    def question(self) -> Question:
        return next(iter(self.questions.values()))

    @property
    def organisation(self) -> str:
        return self.question.scope.organisation

    @property
    def scheme(self) -> str:
        return self.question.scheme.name

    def version(self, look: Look, known: KnownPeriod) -> Scheme:
        """The version by which a period is scored."""
        return scheme_of(look, self.question)(known.scheme_version)

    def described(self, look: Look, known: KnownPeriod) -> Bulletin:
        """The bulletin as the period's version has it; where that has none of the name, as the newest has it."""
        return self.version(look, known).bulletins.get(self.bulletin) or self.question.scheme.bulletins[self.bulletin]


def find(look: Look, organisation: str, scheme: str | None, bulletin: str) -> SubjectMatter:
    """Without a scheme, the first by name that has such a bulletin. Raises Misasked and NothingScored."""
    newest = newest_versions(look, organisation)
    if not newest:
        raise NothingScored(f'organisation "{organisation}" has no scheme yet')
    names = {one.name: one for one in newest}
    if scheme is not None and scheme not in names:
        raise Misasked("scheme", one_of("scheme", scheme, names))
    possible = newest if scheme is None else [names[scheme]]
    for one in possible:
        if bulletin in one.bulletins:
            return matter(look, organisation, one, bulletin, one.bulletins[bulletin].calendar)
    known = dict.fromkeys(name for one in possible for name in one.bulletins)
    raise Misasked("bulletin", one_of("bulletin", bulletin, known))


def newest_versions(look: Look, organisation: str) -> list[Scheme]:
    """The newest version of each scheme, by name."""
    newest: dict[str, Scheme] = {}
    for scheme in look.schemes(organisation):
        if scheme.name not in newest or newest[scheme.name].version < scheme.version:
            newest[scheme.name] = scheme
    return [newest[name] for name in sorted(newest)]


def told_of(look: Look, issue: Document) -> SubjectMatter:
    """What an issue is about, also of a bulletin that newer versions do not have. Raises Misasked and NothingScored."""
    newest = {one.name: one for one in newest_versions(look, issue.organisation)}
    if issue.scheme not in newest:
        raise NothingScored(f'there is no scheme "{issue.scheme}" any more')
    return matter(look, issue.organisation, newest[issue.scheme], issue.bulletin, issue.calendar)


def matter(look: Look, organisation: str, scheme: Scheme, bulletin: str, calendar: str) -> SubjectMatter:
    """Raises Misasked for a bulletin whose calendar has nothing to tell of: neither a scorecard nor a quota."""
    kinds = [kind for kind in KINDS if calendar in calendars(scheme, kind)]
    if not kinds:
        raise Misasked("bulletin", f'the calendar "{calendar}" of "{bulletin}" has neither scorecards nor quotas')
    asked = {kind: Asked(organisation, scheme.name, calendar, subject=kind) for kind in kinds}
    return SubjectMatter(bulletin, {kind: resolve(look, one) for kind, one in asked.items()})


def find_period(look: Look, about: SubjectMatter, name: str) -> KnownPeriod:
    """The period by its id.

    Raises Misasked for one that is none of the calendar or that nobody has a card for, and StillRunning for one that
    has not opened yet.
    """
    question = about.question
    known = known_periods(look, question, 1, named_period(question.calendar, name))
    if known and known[0].period.id == name:
        return known[0]
    latest = known_periods(look, question, 1)
    period = question.calendar.period(name)
    if not latest or period.first > latest[0].period.first:
        raise StillRunning(_until(about, period, ()))
    raise Misasked("period", f'no department has a card for "{name}"; the latest is {latest[0].period.id}')


def check_ended(about: SubjectMatter, period: Period, progress: Iterable[Progress]) -> None:
    """Raises StillRunning while the period runs for a department that nothing holds up."""
    if period.open:
        raise StillRunning(_until(about, period, ()))
    running = still_running(progress)
    if running:
        raise StillRunning(_until(about, period, running))


def _until(about: SubjectMatter, period: Period, running: Sequence[str]) -> str:
    if period.open:
        return f"{period.id} can be told of when an operator has closed the calendar {period.calendar}"
    ends_at = start_instant(period.end, about.question.scheme.time_zone).astimezone(about.question.scheme.time_zone)
    names = ", ".join(running[:NAMED_MAX]) + (" …" if len(running) > NAMED_MAX else "")
    still = f"; it still runs for {names}" if names else ""
    return f"{period.id} can be told of when it has ended, from {ends_at.isoformat()} on{still}"
