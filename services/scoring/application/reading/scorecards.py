"""The questions about scorecards: of an organisation, of one department, of one line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.scoring.application.reading import lines as scheme_lines
from services.scoring.application.reading.cards import Card, SchemeOf, cards
from services.scoring.application.reading.explanations import Behind, Explanation, explain
from services.scoring.application.reading.questions import (
    Asked,
    NothingHere,
    Question,
    one_of,
    resolve,
    resolve_period,
)
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.application.reading.store import LedgerFilter, Snapshot
from shared.schemes.model import Scheme

ENTRIES_SHOWN_MAX = 50
"""Of one measure in an explanation; the ledger has the rest."""


@dataclass(frozen=True, slots=True)
class Scorecards:
    question: Question
    period: KnownPeriod
    scheme: Scheme
    """The version by which this period is scored."""
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class DepartmentsCard:
    question: Question
    period: KnownPeriod
    scheme: Scheme
    """The version by which this department is scored in this period."""
    card: Card


@dataclass(frozen=True, slots=True)
class ExplainedCard:
    of: DepartmentsCard
    explanation: Explanation


def read_scorecards(snapshot: Snapshot, asked: Asked) -> Scorecards:
    """All departments' cards of one period. Raises Misasked and NothingScored."""
    question = resolve(snapshot, asked)
    period = resolve_period(snapshot, question, asked.period)
    scheme = _scheme_of(snapshot, question)(period.scheme_version)
    return Scorecards(question, period, scheme, read_cards(snapshot, question, [period])[period.window.period])


def read_scorecard(snapshot: Snapshot, asked: Asked, department: str) -> DepartmentsCard:
    """One department's card, ranked among all. Raises NothingHere when it has none for the period."""
    return card_of(snapshot, read_scorecards(snapshot, asked), department)


def card_of(snapshot: Snapshot, whole: Scorecards, department: str) -> DepartmentsCard:
    """Pick a department's card. Raises NothingHere when it has none."""
    for card in whole.cards:
        if card.department == department:
            scheme = _scheme_of(snapshot, whole.question)(card.scheme_version)
            return DepartmentsCard(whole.question, whole.period, scheme, card)
    raise NothingHere(f'department "{department}" has no card for {whole.period.window.period}')


def read_explanation(snapshot: Snapshot, asked: Asked, department: str, line: str) -> ExplainedCard:
    """Raises NothingHere for a line that the scheme version of this period does not have."""
    return explain_card(snapshot, read_scorecard(snapshot, asked, department), line)


def explain_card(snapshot: Snapshot, of: DepartmentsCard, line: str) -> ExplainedCard:
    """The explanation of a line of a card that has been read. Raises NothingHere for an unknown line."""
    if line not in of.scheme.lines:
        raise NothingHere(one_of("line", line, of.scheme.lines))
    scope, window = of.question.scope, of.period.window
    measures = scheme_lines.measures_behind(of.scheme, [line])
    department = of.card.department
    amounts = snapshot.amounts(scope, [window], measures, department).get(window.period, {}).get(department, {})
    behind = _entries_behind(snapshot, of, measures)
    return ExplainedCard(of, explain(of.scheme, line, amounts, behind))


def read_cards(
    snapshot: Snapshot,
    question: Question,
    periods: Sequence[KnownPeriod],
    *,
    shown: Sequence[str] | None = None,
    department: str | None = None,
) -> dict[str, list[Card]]:
    """The ranked cards of all departments by period; with ``shown``, of no further lines than those.

    With ``department``, of that one alone, and then the rank says nothing.
    """
    windows = [period.window for period in periods]
    members = snapshot.members(question.scope, [window.period for window in windows], department)
    measures = _measures(snapshot, question, periods, shown)
    amounts = snapshot.amounts(question.scope, windows, measures, department)
    owed = snapshot.obligations(question.scope, windows, department)
    scheme_of = _scheme_of(snapshot, question)
    return {
        period: cards(
            scheme_of,
            question.calendar.name,
            members.get(period, ()),
            amounts.get(period, {}),
            owed.get(period, ()),
            shown,
        )
        for period in (window.period for window in windows)
    }


def _measures(
    snapshot: Snapshot, question: Question, periods: Sequence[KnownPeriod], shown: Sequence[str] | None
) -> list[str] | None:
    """What has to be summed when not all lines are wanted; None for every measure."""
    if shown is None:
        return None
    needed: dict[str, None] = {}
    for version in {period.scheme_version for period in periods}:
        scheme = snapshot.scheme(question.scope.organisation, question.scheme.name, version)
        scorecard = scheme.scorecards.get(question.calendar.name)
        if scorecard is not None:
            by = [scorecard.rank.by] if scorecard.rank is not None else list(scorecard.lines[-1:])
            needed.update(dict.fromkeys(scheme_lines.measures_behind(scheme, [*by, *shown])))
    return list(needed)


def _scheme_of(snapshot: Snapshot, question: Question) -> SchemeOf:
    kept: dict[int, Scheme] = {}

    def scheme_of(version: int) -> Scheme:
        if version not in kept:
            kept[version] = snapshot.scheme(question.scope.organisation, question.scheme.name, version)
        return kept[version]

    return scheme_of


def _entries_behind(snapshot: Snapshot, of: DepartmentsCard, measures: Sequence[str]) -> dict[str, Behind]:
    scope, window = of.question.scope, of.period.window
    chosen = LedgerFilter(
        scope.organisation,
        scheme=scope.scheme,
        department=of.card.department,
        first=window.first,
        end=window.end,
        as_of=scope.as_of,
    )
    counted = snapshot.count_entries(chosen)
    found = {}
    for measure in measures:
        if counted.get(measure):
            entries = snapshot.entries(replace(chosen, measure=measure), None, ENTRIES_SHOWN_MAX)
            more = entries[-1].place if counted[measure] > len(entries) else None
            found[measure] = Behind(tuple(entries), counted[measure], more)
    return found
