"""The real projector on a real Postgres comes to what the plain implementation does, also after crashes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.rows import Rows
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.application.hot_states import HotStates
from services.scoring.application.ports import DepartmentStore
from services.scoring.application.projector import Projector
from services.scoring.bootstrap import projection
from shared.contracts.scoring_events import DepartmentParked
from shared.directory.schemebook import SchemeBook
from shared.eventstore import Append, Conflict, Trace
from shared.messaging import Record
from shared.operations.database import Pool
from tests.integration.scoring import tables
from tests.reference import plain
from tests.reference.batches import batches, sizes
from tests.reference.examples import share
from tests.reference.outcomes import added_up, in_order
from tests.reference.plays import Draw, Play, beginnings, draws
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter

numbers = count(1)
NOBODY = Trace("crash", None, "nobody")


@pytest.fixture
def schemes(pool: Pool) -> DirectoryRules:
    return DirectoryRules(pool, SchemeBook())


@settings(max_examples=share(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=draws, joined_on=beginnings, apply_both=st.booleans(), live=st.booleans(), cut=sizes)
def test_any_history_is_stored_as_the_plain_implementation_scores_it(
    pool: Pool,
    schemes: DirectoryRules,
    drawn: list[Draw],
    joined_on: date,
    apply_both: bool,
    live: bool,
    cut: list[tuple[int, int, bool]],
) -> None:
    # given the history of a department that is new to the database
    department = f"north-{next(numbers)}"
    writer = Play(department, joined_on, apply_both, live).act(drawn)

    # when it is projected with a memory that hardly holds anything, by consumers that crash in a batch or behind it
    projector = _tight(PostgresDepartments(pool), schemes)
    for records, crash in batches(writer.records(), cut):
        if crash:
            with pytest.raises(Crash):
                _tight(CrashingDepartments(pool), schemes).project(records)
            projector = _tight(PostgresDepartments(pool), schemes)
        projector.project(records)

    # then the tables hold what the plain implementation comes to
    _agree(pool, writer)


@settings(max_examples=share(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(draws, min_size=2, max_size=4), cut=sizes)
def test_several_departments_share_batches_and_one_consumer_writes_behind(
    pool: Pool, drawn: list[list[Draw]], cut: list[tuple[int, int, bool]]
) -> None:
    # given departments whose records lie mixed on one partition
    writers = [Play(f"south-{next(numbers)}", date(2014, 1, 1)).act(draw) for draw in drawn]
    mixed = list(_mixed(writers))

    # when one consumer folds them, writing each batch while it folds the next
    wired = projection(pool)
    for records, _ in batches(mixed, cut):
        wired.projector.project(records)
    wired.projector.settle()
    wired.close()

    # then each is what the plain implementation comes to
    for writer in writers:
        _agree(pool, writer)


class Crash(Exception):
    """Stands for the end of a process."""


class CrashingDepartments(PostgresDepartments):
    """Ends when everything of a batch is sent, and nothing committed."""

    def execute(self, rows: Rows) -> None:
        """Append to a stream that is not where it is expected: the last statement fails, and all goes with it."""
        refused = Append("crash", "scoring-events", [DepartmentParked("x", "y", 1, "", datetime.now(UTC))], NOBODY, 7)
        rows.appends.append(refused)
        try:
            super().execute(rows)
        except Conflict as conflict:
            raise Crash from conflict


def _tight(store: DepartmentStore, schemes: DirectoryRules) -> Projector:
    return Projector(store, schemes, hot=HotStates(departments_max=1, items_max=1))


def _mixed(writers: list[StreamWriter]) -> Iterator[Record]:
    streams = [list(writer.records()) for writer in writers]
    while any(streams):
        for stream in streams:
            if stream:
                yield stream.pop(0)


def _agree(pool: Pool, writer: StreamWriter) -> None:
    events = writer.events()
    expected = plain.score(events, lambda name, version: everything()[version - 1])
    versions = {str(event.id): event.version for event in events}
    with pool.connection() as conn:
        assert tables.totals(conn, writer.department) == expected.totals
        assert added_up(tables.entries(conn, writer.department), expected.schemes) == expected.totals
        assert tables.outcomes(conn, writer.department) == expected.outcomes
        announced = tables.announcements(conn, writer.stream, versions)
        assert in_order(announced) == in_order(expected.announcements)
        assert len(tables.decisions(conn, writer.department)) == sum(
            bool(one.ordinal) for one in expected.announcements
        )
