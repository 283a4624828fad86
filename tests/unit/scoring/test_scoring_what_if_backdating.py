"""Under any scheme, what a what-if says of a backdating is what the backdating then changes, line by line."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.what_ifs.differences import CardChange, differences
from services.scoring.application.what_ifs.recorded import recorded
from shared.contracts.department_events import SchemeBackdated
from tests.reference.examples import share
from tests.reference.folding import rehearsed
from tests.reference.generated.schemes import Rulebook, rulebooks
from tests.reference.generated.stages import ORGANISATION, Draw, Stage, draws, joinings
from tests.reference.streams import StreamWriter

ZONE = ZoneInfo("Asia/Shanghai")

backdatings = st.tuples(st.integers(1, 2), st.integers(1, 40))
"""Which of the versions behind the first, and by how many days."""


@settings(max_examples=share(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(rulebooks(), draws, joinings, backdatings)
def test_under_any_scheme_a_backdating_changes_what_its_what_if_has_said(
    rulebook: Rulebook, drawn: list[Draw], joined_on: Sequence[date], backdating: tuple[int, int]
) -> None:
    # given what has happened to three departments, and a version that holds already
    stage = Stage(rulebook.versions, joined_on).act(drawn)
    streams = stage.streams
    place, days = backdating
    holding = [one for one in rulebook.versions[1 : stage.applied] if one.effective_from <= stage.now.date()]
    assume(streams and len(holding) >= place)
    version = holding[place - 1]
    from_on = max(version.effective_from - timedelta(days=days), rulebook.versions[0].effective_from)
    then = SchemeBackdated(version.name, version.version, from_on, "agreed")

    # when it is asked what backdating it would change, and it is backdated then
    before = rehearsed(streams.values(), rulebook.versions)
    said = changes(followed(streams, rulebook, None), followed(streams, rulebook, then))
    for writer in streams.values():
        writer.append(then)
    after = rehearsed(streams.values(), rulebook.versions)

    # then just that has changed
    assert changes(before, after) == said


def followed(streams: dict[str, StreamWriter], rulebook: Rulebook, then: SchemeBackdated | None) -> Rehearsal:
    """The streams as a what-if follows them, with one more event at the end of each."""
    events = {name: writer.events() for name, writer in streams.items()}
    steps = recorded(ORGANISATION, events, rulebook.versions, ZONE, then)
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Rehearsal = ended.value
            return found


def changes(before: Rehearsal, after: Rehearsal) -> list[CardChange]:
    return [change for compared in differences(before, after, None, None) for change in compared.changes]
