"""Under any scheme, any history of several departments scores as the plain implementation scores it."""

from collections.abc import Sequence
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.application.projector import Projector
from tests.reference import plain
from tests.reference.batches import batches, sizes
from tests.reference.generated.schemes import Rulebook, rulebooks
from tests.reference.generated.stages import Draw, Stage, draws, joinings
from tests.unit.scoring.agreeing import agree
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(rulebooks(), draws, joinings, st.booleans(), sizes)
def test_under_any_scheme_any_history_in_any_batches_scores_as_the_plain_implementation_does(
    rulebook: Rulebook,
    drawn: list[Draw],
    joined_on: Sequence[date],
    live: bool,
    cut: list[tuple[int, int, bool]],
) -> None:
    # given what happens to three departments under a scheme
    streams = Stage(rulebook.versions, joined_on, live).act(drawn).streams

    for writer in streams.values():
        # when it arrives in batches, partly again, with crashes that forget all but what is stored
        store, rules = MemoryDepartments(), rules_of(*rulebook.versions)
        projector = Projector(store, rules)
        for records, crash in batches(writer.records(), cut):
            projector.project(records)
            if crash:
                projector = Projector(store, rules)

        # then every cell, outcome and announcement is what a plain reading comes to
        agree(store, writer.stream, plain.score(writer.events(), rulebook.find))
