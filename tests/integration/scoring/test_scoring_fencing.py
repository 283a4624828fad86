"""Two consumers believe that they serve the same department: the one that is behind writes nothing."""

from datetime import date

import pytest

from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.adapters.scheme_rules import DirectoryRules
from services.scoring.application.hot_states import HotStates
from services.scoring.application.projector import Projector
from services.scoring.bootstrap import projection
from services.scoring.domain.department import DepartmentState
from shared.contracts.department_events import ItemSubmitted
from shared.directory.schemebook import SchemeBook
from shared.messaging import NotNow
from shared.operations.database import Pool
from tests.integration.scoring import tables
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter


def written(items: int) -> StreamWriter:
    writer = StreamWriter("district", "north")
    writer.register([everything()[0]], date(2014, 1, 1), tags=("key",))
    writer.pass_time(writer.now)
    for number in range(items):
        writer.append(ItemSubmitted(f"item-{number}", "everything", "report", "标题 \\ \t 'x'"))
    return writer


def consumer(pool: Pool) -> Projector:
    return Projector(PostgresDepartments(pool), DirectoryRules(pool, SchemeBook()))


def test_a_stalled_consumer_writes_nothing_and_then_sees_what_the_other_did(pool: Pool) -> None:
    # given a consumer that stalls with its states in memory, while another one takes over
    records = written(items=6).records()
    stalled, other = consumer(pool), consumer(pool)
    stalled.project(records[:5])
    other.project(records[5:7])

    # when the stalled one wakes up and folds what it had been given
    with pytest.raises(NotNow, match="stood where this fold began"):
        stalled.project(records[5:8])

    # then nothing of that was written
    with pool.connection() as conn:
        assert tables.ledger_sums(conn, "north")["everything", "reports"] == 4
        assert conn.execute("SELECT version FROM positions").fetchall() == [(7,)]

    # and with the records given again it drops what the other did, and goes on
    projected = stalled.project(records[5:])
    assert (projected.duplicates, projected.folded) == (2, 2)
    with pool.connection() as conn:
        assert tables.ledger_sums(conn, "north")["everything", "reports"] == 6


def test_of_two_consumers_that_begin_a_stream_at_once_one_writes(pool: Pool) -> None:
    # given a consumer that has read that the department is new
    records = written(items=1).records()
    states = HotStates()
    states.keep(0, DepartmentState("district", "north", "district/north"))
    late = Projector(PostgresDepartments(pool), DirectoryRules(pool, SchemeBook()), hot=states)

    # when another one is faster
    consumer(pool).project(records)

    # then the late one writes nothing
    with pytest.raises(NotNow):
        late.project(records)
    with pool.connection() as conn:
        assert tables.ledger_sums(conn, "north")["everything", "reports"] == 1


def test_a_consumer_that_writes_behind_hears_of_being_overtaken_before_anything_is_committed(pool: Pool) -> None:
    # given a consumer that folds a batch after another one took over
    records = written(items=6).records()
    stalled = projection(pool)
    stalled.projector.project(records[:5])
    stalled.projector.settle()
    consumer(pool).project(records[5:7])
    stalled.projector.project(records[5:7])

    # when it waits for what it has written
    with pytest.raises(NotNow):
        stalled.projector.settle()

    # then it begins anew from what is stored
    projected = stalled.projector.project(records[5:])
    stalled.projector.settle()
    stalled.close()
    assert (projected.duplicates, projected.folded) == (2, 2)
    with pool.connection() as conn:
        assert tables.ledger_sums(conn, "north")["everything", "reports"] == 6


def test_a_batch_behind_one_that_could_not_be_written_is_not_written_either(pool: Pool) -> None:
    records = written(items=6).records()
    stalled = projection(pool)
    stalled.projector.project(records[:5])
    stalled.projector.settle()
    consumer(pool).project(records[5:6])
    stalled.projector.project(records[5:7])
    with pytest.raises(NotNow):
        stalled.projector.project(records[7:])
    stalled.close()
    with pool.connection() as conn:
        assert conn.execute("SELECT version FROM positions").fetchall() == [(6,)]


def test_a_stream_that_cannot_even_begin_is_parked_at_its_beginning(pool: Pool) -> None:
    records = written(items=1).records()
    consumer(pool).project(records[1:])
    query = "SELECT version, parked_version, parked_kind, parked_offset, parkings FROM positions"
    with pool.connection() as conn:
        assert conn.execute(query).fetchall() == [(0, 1, "gap", 1, 1)]
    consumer(pool).project(records)
    with pool.connection() as conn:
        assert conn.execute(query).fetchall() == [(4, None, None, None, 1)]
