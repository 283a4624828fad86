"""All that the fold remembers lies in Postgres between any two events: a year of everything, cut up in every way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.rows import Rows
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.application.hot_states import HotStates
from services.scoring.application.projector import Projector
from shared.contracts.scoring_events import DepartmentParked
from shared.directory.schemebook import SchemeBook
from shared.eventstore import Append, Conflict, Trace
from shared.messaging import Record
from shared.operations.database import Pool
from tests.integration.scoring.conftest import publish_text
from tests.unit.scoring.bureaus import STREAM, rulebook_text
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.whole_language import SCHEMES, story

NOBODY = Trace("crash", None, "nobody")


@pytest.fixture
def schemes(pool: Pool, scoring_database: str) -> DirectoryRules:
    for one in SCHEMES:
        publish_text(scoring_database, rulebook_text(*one))
    return DirectoryRules(pool, SchemeBook())


class Crash(Exception):
    """Stands for the end of a process."""


class CrashingDepartments(PostgresDepartments):
    """Ends when everything of a batch is sent, and nothing committed."""

    def execute(self, rows: Rows) -> None:
        refused = Append("crash", "scoring-events", [DepartmentParked("x", "y", 1, "", datetime.now(UTC))], NOBODY, 7)
        rows.appends.append(refused)
        try:
            super().execute(rows)
        except Conflict as conflict:
            raise Crash from conflict


def test_folding_event_by_event_from_the_database_comes_to_what_one_batch_in_memory_does(
    pool: Pool, schemes: DirectoryRules
) -> None:
    # given half a year of everything, folded in memory in one batch
    bureau = story()
    expected = bureau.store()

    # when each event comes to a consumer that has to load everything, and crashes now and then, and comes again
    for place, record in enumerate(bureau.writer.records()):
        if place % 7 == 3:
            with pytest.raises(Crash):
                _forgetful(CrashingDepartments(pool), schemes).project([record])
        projector = _forgetful(PostgresDepartments(pool), schemes)
        projector.project([record])
        projector.project([record])

    # then every table says the same
    _agree(pool, expected)


@pytest.mark.parametrize("size", [2, 5, 1000])
def test_batches_of_any_size_come_to_the_same(pool: Pool, schemes: DirectoryRules, size: int) -> None:
    bureau = story()
    projector = Projector(PostgresDepartments(pool), schemes)
    for batch in _cut(bureau.writer.records(), size):
        projector.project(batch)
    _agree(pool, bureau.store())


def _forgetful(store: PostgresDepartments, schemes: DirectoryRules) -> Projector:
    return Projector(store, schemes, hot=HotStates(departments_max=1, items_max=1))


def _cut(records: list[Record], size: int) -> Iterator[list[Record]]:
    for place in range(0, len(records), size):
        yield records[place : place + size]


def _agree(pool: Pool, expected: MemoryDepartments) -> None:
    state = expected.states[STREAM]
    assert state.parked is None, state.parked
    with pool.connection() as conn:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return conn.execute(query).fetchall()

        assert rows("SELECT parked_reason FROM positions") == [(None,)]
        found = {
            tuple(row[:5]): row[5]
            for row in rows("SELECT scheme, calendar, period, measure, person, amount FROM totals WHERE amount <> 0")
        }
        totals = {(*key, ""): amount for key, amount in expected.totals[STREAM].items()}
        totals |= expected.personal_totals[STREAM]
        assert found == {key: amount for key, amount in totals.items() if amount}
        columns = "stream_version, entry, measure, item, fact, amount, dated, person"
        ledger = rows(f"SELECT {columns} FROM ledger ORDER BY stream_version, entry")
        assert ledger == [(row[2], row[3], *row[6:11], row[13]) for row in expected.entries[STREAM]]
        columns = (
            "scheme, quota, period, person, state, target, actual, on_time, actual_when_due, period_end, due_at,"
            " grace_ends_at, waived_reason, outcome IS NULL"
        )
        assert sorted(rows(f"SELECT {columns} FROM obligations")) == sorted(
            (
                *key,
                one.state,
                one.target,
                one.actual,
                one.on_time,
                one.actual_when_due,
                one.period_end,
                one.due_at,
                one.grace_ends_at,
                one.waived_reason,
                one.outcome is None,
            )
            for key, one in state.obligations.items()
        )
        decisions = [
            (*one.key, one.ordinal, one.outcome, one.actual, one.place)
            for _, changes in expected.written
            for one in changes.decisions
        ]
        columns = "scheme, quota, period, person, ordinal, outcome, actual, stream_version"
        assert sorted(rows(f"SELECT {columns} FROM decisions")) == sorted(decisions)
        assert rows("SELECT left_on FROM department_spans") == [(date(2014, 5, 10),)]
        periods = {
            (row[0], row[1]): row[2:]
            for row in rows('SELECT calendar, period, "end", opened_at, closed_at, final_at FROM periods')
        }
        assert periods == {
            (key.calendar, key.period): (one.end, one.opened_at, one.closed_at, one.final_at)
            for key, one in expected.periods[STREAM].items()
        }
        ids = [row[0] for row in rows(f"SELECT id FROM events WHERE stream = '{STREAM}' ORDER BY version")]
        assert ids == [one.id for _, changes in expected.written for one in changes.announced]
