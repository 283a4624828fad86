"""Any history gives the same totals, outcomes and announcements as the plain implementation, however it is cut up."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.application.projector import Projector
from shared.schemes import Scheme
from tests.reference import plain
from tests.reference.batches import batches, sizes
from tests.reference.plays import Draw, Play, beginnings, departments, draws
from tests.reference.rulebooks import everything
from tests.unit.scoring.agreeing import agree
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of


def find_scheme(name: str, version: int) -> Scheme:
    return everything()[version - 1]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draws, beginnings, departments, st.booleans(), st.booleans(), sizes)
def test_any_history_in_any_batches_scores_as_the_plain_implementation_does(
    drawn: list[Draw],
    joined_on: date,
    department: str,
    apply_both: bool,
    live: bool,
    cut: list[tuple[int, int, bool]],
) -> None:
    # given a history, and what a plain reading of it comes to
    writer = Play(department, joined_on, apply_both, live).act(drawn)
    expected = plain.score(writer.events(), find_scheme)

    # when it arrives in batches, partly again, with crashes that forget all but what is stored
    store = MemoryDepartments()
    schemes = rules_of(*everything())
    projector = Projector(store, schemes)
    for records, crash in batches(writer.records(), cut):
        projector.project(records)
        if crash:
            projector = Projector(store, schemes)

    # then every cell, outcome and announcement is the same
    agree(store, writer.stream, expected)
