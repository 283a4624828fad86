"""Under any scheme, as of any instant: the cards are those that the plain implementation works out."""

from collections.abc import Sequence
from datetime import date
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.domain.cards.evaluation import Card
from shared.schemes.model import SubjectKind
from tests.reference import plain
from tests.reference.folding import rehearsed
from tests.reference.generated.schemes import NAME, Rulebook, rulebooks
from tests.reference.generated.stages import Draw, Stage, draws, joinings
from tests.reference.knowing import in_order_of_subjects, known
from tests.reference.outcomes import outcome_of
from tests.reference.plain.cards import Card as PlainCard
from tests.reference.plain.cards import Cards

KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(rulebooks(), draws, joinings, st.floats(0, 1))
def test_under_any_scheme_as_of_any_instant_cards_are_as_the_plain_implementation_works_them_out(
    rulebook: Rulebook, drawn: list[Draw], joined_on: Sequence[date], place: float
) -> None:
    # given what has happened to three departments, and an instant at which something happened to one of them
    streams = Stage(rulebook.versions, joined_on).act(drawn).streams
    if not streams:
        return
    rehearsal = rehearsed(streams.values(), rulebook.versions)
    instants = sorted({event.recorded_at for writer in streams.values() for event in writer.events()})
    then = instants[int(place * (len(instants) - 1))]

    # then everything is, as of that instant and at the end, what a plain reading of the events until then comes to
    for as_of in (None, then):
        departments = {name: known(writer, rulebook.find, as_of) for name, writer in streams.items()}
        agree(rehearsal if as_of is None else rehearsal.as_of(as_of), departments)


def agree(rehearsal: Rehearsal, departments: dict[str, plain.Department]) -> None:
    """Every total, every obligation and every card."""
    begun = {name: one for name, one in departments.items() if one.name}
    for name, one in begun.items():
        figures, expected = rehearsal.figures(name), plain.scored(one)
        assert {tuple(key): outcome_of(owed) for key, owed in figures.obligations.items()} == expected.outcomes
        for (_, calendar, period, measure, person), amount in expected.totals.items():
            assert figures.amount(person, calendar, period, measure) == amount
    cards = Cards(list(begun.values()), NAME)
    for opened in cards.periods():
        for kind in KINDS:
            found = [shown(card) for card in rehearsal.cards(opened.calendar, opened.id, kind)]
            assert in_order_of_subjects(found) == in_order_of_subjects(cards.cards(kind, opened))


def shown(card: Card) -> PlainCard:
    kind, name, department = card.member.subject
    return PlainCard(
        kind,
        name,
        department or "",
        card.values,
        card.rank,
        card.rivals,
        card.within,
        card.awarded,
        card.disqualified,
    )
