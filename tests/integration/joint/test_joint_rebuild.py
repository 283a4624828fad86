"""A rebuild keeps what was decided on what is owed together, announces none of it again, and mends what it stood on."""

from shared.contracts.department_events import TOPIC
from shared.messaging.memory import MemoryBroker
from tests.integration.joint.together import DUE, Together, at, is_of
from tests.integration.scoring.rebuilds import Threads, publish, rebuild


def url_of(town: Together) -> str:
    return str(town.pool.conninfo)


def workforce_of(town: Together) -> Threads:
    """Over the topic as it would be by now."""
    broker = MemoryBroker({TOPIC: 1})
    publish(broker, list(town.writers.values()), {})
    return Threads(url_of(town), broker)


def submitted(town: Together, *departments: str) -> None:
    """One report of each in time, and the due instant folded."""
    for department in departments:
        town.submit(department, f"{department}的信息", at(10))
    town.pass_time(DUE)
    town.fold()


def test_a_rebuild_neither_loses_nor_repeats_what_was_decided(town: Together) -> None:
    submitted(town, "north", "office")
    assert town.decide() == ["missed"]
    told = town.published()

    outcome = rebuild(url_of(town), workforce_of(town))

    assert (outcome.took_over, outcome.differences) == (True, ())
    assert (town.decide(), town.published()) == ([], told)
    with town.pool.connection() as conn:
        assert conn.execute("SELECT count(*) FROM joint_marks").fetchone() == (0,)


def test_what_a_rebuild_finds_otherwise_is_judged_once_more(town: Together) -> None:
    # given a part that was damaged before it was judged: one of three reports is not in it
    submitted(town, "north", "office", "south")
    with town.pool.connection() as conn:
        conn.execute(
            "UPDATE obligations SET actual = 0, actual_when_due = 0 WHERE department = 'south' AND state = 'part'"
        )
    assert town.decide() == ["missed"]
    assert is_of(town.published()) == [("missed", 2, DUE)]

    outcome = rebuild(url_of(town), workforce_of(town), accept_differences=True)

    assert outcome.took_over
    assert {one.table for one in outcome.differences} == {"obligations"}
    assert town.decide() == ["restated"]
    assert [one.actual for one in town.published()] == [2, 3]
