"""The questions about scorecards: of an organisation, of one subject, of one line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.scoring.application.reading.cards import Card, shown
from services.scoring.application.reading.explanations import Explanation, explain
from services.scoring.application.reading.fetched import fetch, scheme_of
from services.scoring.application.reading.own_lines import take_own_lines
from services.scoring.application.reading.questions import (
    Asked,
    NothingHere,
    Question,
    one_of,
    resolve,
    resolve_period,
)
from services.scoring.application.reading.records import KnownPeriod, ObligationRecord, Owed
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.book import Subject
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import cards, headline, lines_of, period_of
from shared.schemes.model import Scheme, Scorecard


@dataclass(frozen=True, slots=True)
class Scorecards:
    question: Question
    period: KnownPeriod
    scheme: Scheme
    """The version by which this period is scored."""
    cards: list[Card]

    @property
    def scorecard(self) -> Scorecard | None:
        return self.scheme.scorecard(self.question.calendar.name, self.question.kind)


@dataclass(frozen=True, slots=True)
class OneCard:
    """A department's or a person's card."""

    question: Question
    period: KnownPeriod
    scheme: Scheme
    """The version by which this subject is scored in this period."""
    card: Card

    @property
    def scorecard(self) -> Scorecard | None:
        return self.scheme.scorecard(self.question.calendar.name, self.question.kind)


@dataclass(frozen=True, slots=True)
class ExplainedCard:
    of: OneCard
    explanation: Explanation


def read_scorecards(snapshot: Snapshot, asked: Asked) -> Scorecards:
    """All subjects' cards of one period. Raises Misasked, NothingScored and TooLarge."""
    question = resolve(snapshot, asked)
    period = resolve_period(snapshot, question, asked.period)
    scheme = scheme_of(snapshot, question)(period.scheme_version)
    return Scorecards(question, period, scheme, read_cards(snapshot, question, [period])[period.period.id])


def read_scorecard(snapshot: Snapshot, asked: Asked, subject: Subject) -> OneCard:
    """One subject's card, ranked among all. Raises NothingHere when it has none for the period."""
    whole = read_scorecards(snapshot, asked)
    for card in whole.cards:
        if card.subject == subject:
            scheme = scheme_of(snapshot, whole.question)(card.scheme_version)
            return OneCard(whole.question, whole.period, scheme, card)
    raise NothingHere(f'{subject.kind} "{subject.name}" has no card for {whole.period.period.id}')


def read_explanation(snapshot: Snapshot, asked: Asked, subject: Subject, line: str) -> ExplainedCard:
    """Raises NothingHere for a line that the scheme version of this period does not have."""
    return explain_card(snapshot, read_scorecard(snapshot, asked, subject), line)


def explain_card(snapshot: Snapshot, of: OneCard, line: str) -> ExplainedCard:
    """The explanation of a line of a card that has been read. Raises NothingHere for an unknown line."""
    known = [each.name for each in of.scheme.lines.values() if each.subject == of.question.kind]
    if line not in known:
        raise NothingHere(one_of("line", line, known))
    book = fetch(snapshot, of.question, [of.period.period], [line], of.card.department)
    return ExplainedCard(of, explain(snapshot, of.question, of.scheme, of.period.period, of.card, line, book))


def read_cards(
    snapshot: Snapshot,
    question: Question,
    periods: Sequence[KnownPeriod],
    *,
    headlines: bool = False,
    department: str | None = None,
) -> dict[str, list[Card]]:
    """The ranked cards of all subjects by period; with ``headlines``, of no further lines than what stands for a card.

    With ``department``, of that one and its persons alone, and then the rank says nothing.
    """
    scorecards = _scorecards(snapshot, question)
    lines = [first for first in map(headline, scorecards.values()) if first is not None] if headlines else None
    windows = [known.period for known in periods]
    owed = snapshot.obligations(question.scope, windows, None, department)
    together = question.kind in ("group", "organisation")
    joint = snapshot.joint_obligations(question.scope, windows) if together else {}
    book = fetch(snapshot, question, windows, lines, department, owed)
    columns = Columns(book)
    found = {}
    for window in windows:
        listed = () if headlines else None
        period = period_of(columns, book, window.calendar, window.id)
        if period is not None and department is None and question.kind in ("department", "person"):
            own = lines_of(columns, book, period, question.kind, listed)
            take_own_lines(snapshot, question, book, columns, period, own)
        computed = cards(columns, book, window.calendar, window.id, question.kind, listed)
        key = (window.calendar, window.id)
        found[window.id] = [
            card
            for card in shown(computed, scorecards, joint[key].of if together else _of_departments(owed.get(key, {})))
            if department in (None, card.department)
        ]
    return found


def _scorecards(snapshot: Snapshot, question: Question) -> dict[int, Scorecard | None]:
    """By version of the scheme."""
    found = snapshot.schemes(question.scope.organisation)
    return {
        scheme.version: scheme.scorecard(question.calendar.name, question.kind)
        for scheme in found
        if scheme.name == question.scheme.name
    }


def _of_departments(owed: Mapping[str, Owed]) -> Callable[[Subject], Sequence[ObligationRecord]]:
    def of(subject: Subject) -> Sequence[ObligationRecord]:
        found = owed.get(subject.home)
        return () if found is None else found.of(subject)

    return of
