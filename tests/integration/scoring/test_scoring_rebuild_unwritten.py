"""What earlier programs did not write is no difference: the first rebuild brings it, and the next one compares it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from services.scoring import bootstrap
from shared.contracts.department_events import ItemSubmitted, ItemWithdrawn
from shared.messaging.memory import MemoryBroker
from shared.operations.database import Pool
from tests.integration.scoring.rebuilds import Threads, publish, rebuild
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter

MIGRATION = Path(bootstrap.__file__).parent / "migrations" / "scoring-0009-unwritten.sql"
REASONS = "SELECT department, reason FROM reasons"


@pytest.fixture
def conn(scoring_database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(scoring_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def broker(pool: Pool) -> MemoryBroker:
    """With one department, of which an item was withdrawn for a reason; it has been folded."""
    writer = StreamWriter("district", "north")
    writer.register([everything()[0]], date(2014, 1, 1))
    writer.append(ItemSubmitted("item", "everything", "report", "标题", attributes={"topic": "progress"}))
    writer.tell(ItemWithdrawn("item", "said twice"), writer.now + timedelta(hours=7))
    broker = MemoryBroker()
    publish(broker, [writer], {})
    projection = bootstrap.projection(pool)
    projection.projector.project(writer.records())
    projection.projector.settle()
    projection.close()
    return broker


def test_a_table_that_was_added_behind_folded_events_is_filled_by_a_rebuild_and_compared_from_then_on(
    scoring_database: str, broker: MemoryBroker, conn: Connection[Any]
) -> None:
    # given tables that were folded by a program that did not write reasons, and migrated
    conn.execute("DELETE FROM reasons")
    conn.execute("ALTER TABLE generation DROP COLUMN unwritten")
    conn.execute(MIGRATION.read_bytes())

    # when they are rebuilt, then that is said, and is no difference
    first = rebuild(scoring_database, Threads(scoring_database, broker))
    assert (first.took_over, first.differences) == (True, ())
    assert first.unwritten == ("reasons", "obligations.part")
    assert conn.execute(REASONS).fetchall() == [("north", "said twice")]

    # and what is lost of it later is found
    conn.execute("DELETE FROM reasons")
    second = rebuild(scoring_database, Threads(scoring_database, broker))
    assert (second.took_over, second.unwritten) == (False, ())
    assert [(one.stream, one.table, one.differing) for one in second.differences] == [("district/north", "reasons", 1)]


def test_a_column_that_was_not_written_is_left_out_and_the_others_of_its_table_are_compared(
    scoring_database: str, broker: MemoryBroker, conn: Connection[Any]
) -> None:
    conn.execute("UPDATE generation SET unwritten = '{positions.recorded_at,item_states.title}'")
    conn.execute("UPDATE item_states SET title = ''")
    conn.execute("UPDATE positions SET recorded_at = 'infinity', last_event_id = gen_random_uuid()")

    outcome = rebuild(scoring_database, Threads(scoring_database, broker))

    assert [(one.table, one.differing) for one in outcome.differences] == [("positions", 1)]


def test_a_database_in_which_nothing_was_folded_lacks_nothing(conn: Connection[Any]) -> None:
    assert conn.execute("SELECT unwritten FROM generation").fetchone() == ([],)
