"""All that the fold remembers lies in Postgres between any two events: a year of everything, cut up in every way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.rows import Rows
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.application.hot_states import HotStates
from services.scoring.application.projector import Projector
from shared.contracts import department_events as happened
from shared.contracts.department_events import Contributor
from shared.contracts.scoring_events import DepartmentParked
from shared.directory.schemebook import SchemeBook
from shared.eventstore import Append, Conflict, Trace
from shared.messaging import Record
from shared.operations.database import Pool
from tests.integration.scoring.conftest import publish_text
from tests.unit.scoring.bureaus import STREAM, Bureau, local, rulebook, rulebook_text
from tests.unit.scoring.memory_departments import MemoryDepartments

BODY = """
measures:
  reports: {title: R, count: submitted, where: {kind: report}, credit: {shares: equal},
    persons: {roles: [author], share: equal}, per_period: {calendar: day, at_most: 2}}
  points: {title: P, count: adopted, amount: {by: tier, table: {district: %s, city: 20}}, per_item: highest,
    together_with: [orders]}
  orders: {title: O, count: instructed, amount: {by: level, table: {city: 30}}, per_item: highest,
    together_with: [points]}
  clicks: {title: C, count: measured, amount: "value / max(staff, 1)", per_item: latest}
  pay: {title: Y, count: accepted, amount: 100, unit: CNY, pay: {author: 7, editor: 3}}
  calls: {title: L, count: called, where: {on_time: false}, amount: -1}
  answers: {title: A, count: answered}
  extra: {title: X, count: adjusted, amount: value}
  misses: {title: M, count: missed, amount: shortfall * -1}
  late: {title: T, count: submitted, dated: happened_on, late: only, due: {calendar: month, after_end: P1D}}
quotas:
  weekly: {measure: reports, calendar: week, at_least: "ceil(staff / 6)", due: {after_end: P1D}, grace: P2D,
    remind: [P1D]}
  own: {measure: reports, calendar: month, at_least: 2, applies_to: {roles: [correspondent]}, joiners: prorated}
  whole: {measure: points, calendar: month, at_least: 100, subject: organisation}
  drive: {measure: reports, calendar: campaign, at_least: 3}
"""
SCHEMES = ((BODY % 5, 1, "2014-01-01"), (BODY % 6, 2, "2014-03-01"))
NOBODY = Trace("crash", None, "nobody")
WANG, LI = Contributor("Wang", "author", "wang"), Contributor("Li", "editor", "li")


def story() -> Bureau:
    """Half a year in which everything happens that a department's stream can tell."""
    first, second = (rulebook(*one) for one in SCHEMES)
    bureau = Bureau(first, later=[second])
    bureau.person("2014-01-01 08:00", "wang", "correspondent", from_on="2014-01-01", facts={"staff": Decimal(3)})
    bureau.tell("2014-01-02", happened.CallIssued("call", "office", "Snow", local("2014-01-05")))
    bureau.submit("2014-01-03", "a", answers="call", contributors=(WANG, LI), departments=("south", "north"))
    for number in range(3):
        bureau.submit("2014-01-20", f"day-{number}", contributors=(WANG,))
    bureau.review("2014-01-21", "a", "accepted")
    bureau.adopt("2014-01-22", "a", "a1", "2014-02-10", "city")
    bureau.instruct("2014-01-23", "a", "o1", "2014-02-20")
    bureau.measure("2014-01-24", "a", "m1", "240", "2014-01-24")
    bureau.waive("2014-01-25", "weekly", "2014-W06")
    bureau.writer.apply(second)
    bureau.person("2014-02-10", "li", "correspondent", from_on="2014-02-15")
    bureau.adjust("2014-02-11", "x1", "2.5", "2014-02-11")
    bureau.adjust("2014-02-11", "x2", "4", "2014-02-11", person="wang")
    bureau.submit("2014-02-16", "b", happened_on=date(2014, 1, 10), contributors=(WANG,))
    bureau.adopt("2014-02-16", "b", "b1", "2014-02-16", "district")
    bureau.describe("2014-02-17", "2014-02-01", staff=6)
    bureau.retract("2014-03-02", "a", "o1")
    bureau.tell("2014-03-03", happened.AdjustmentRetracted("x2", "twice"))
    bureau.tell("2014-03-04", happened.ItemCorrected("a", "a", "names", contributors=(LI,)))
    bureau.tell("2014-03-05", happened.SchemeBackdated("office", 2, date(2014, 2, 1), "agreed"))
    bureau.submit("2014-03-20", "c")
    bureau.writer.close("campaign", date(2014, 3, 19), local("2014-03-20 08:00"))
    bureau.withdraw("2014-05-01", "day-0")
    bureau.tell("2014-05-02", happened.CallCancelled("call", "no snow"))
    bureau.waive("2014-05-03", "weekly", "2014-W03")
    bureau.writer.leave(date(2014, 5, 10), local("2014-05-05"), "merged")
    bureau.wait("2014-07-01")
    return bureau


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
