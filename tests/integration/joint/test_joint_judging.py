"""What groups and the organisation owe: judged when all departments' streams have come far enough, and told of once."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.scoring import bootstrap
from services.scoring.adapters.joint.store import PostgresJointWork
from services.scoring.application.joint.judging import JointJudge
from shared.contracts.department_events import DepartmentChanged, DepartmentWentLive
from shared.operations.database import Pool
from tests.integration.joint.together import DUE, GRACE_ENDS, Together, at, is_of
from tests.reference.streams import altered


def test_a_miss_is_told_when_the_last_department_has_come_to_the_due_instant(town: Together) -> None:
    # given two items of the three that all owe together, and the reminder two days before
    town.submit("north", "雨情", at(10))
    town.submit("office", "会议", at(11))
    town.pass_time(at(30))
    town.fold()
    assert town.decide() == ["due_soon"]

    # when one department after the other comes to the due instant
    town.pass_time(DUE)
    town.fold("north", "office")
    assert (town.decide(), town.waiting_for()) == ([], ["south"])
    town.fold("south")

    # then it is missed, since the due instant, and nothing more follows
    assert town.decide() == ["missed"]
    assert is_of(town.published()) == [("due_soon", 2, at(29, hour=16)), ("missed", 2, DUE)]
    assert (town.decide(), town.waiting_for()) == ([], [])


def test_what_a_lagging_department_had_added_in_time_counts_and_what_others_added_too_late_does_not(
    town: Together,
) -> None:
    # given a department that lags behind while another goes on and adds two too late
    town.submit("south", "水情", at(31, hour=15, minute=59))
    town.pass_time(DUE, "office")
    town.submit("north", "雨情", at(10))
    for item in ("迟一", "迟二"):
        town.submit("north", item, at(1, month=2))
    town.fold("north", "office")
    assert [one for one in town.decide() if one != "due_soon"] == []

    # when it has caught up: two in time, two too late
    town.pass_time(at(2, month=2))
    town.fold()

    # then the miss is told of, and that it has been made good since, each with its instant
    assert town.decide()[-2:] == ["missed", "met_late"]
    assert is_of(town.published())[-2:] == [("missed", 2, DUE), ("met_late", 4, at(1, month=2))]


def test_what_is_reached_in_time_is_met_at_once_and_restated_when_it_no_longer_holds(town: Together) -> None:
    for department in ("north", "south", "office"):
        town.submit(department, f"{department}的信息", at(10))
    town.fold()
    assert town.decide() == ["met"]

    # when an item is withdrawn before it is due, and two come before and after that
    town.withdraw("north", "north的信息", at(20))
    town.fold()
    assert town.decide() == ["restated"]
    town.pass_time(DUE)
    town.fold()
    assert town.decide() == ["missed"]
    town.submit("south", "补报", at(1, month=2))
    town.pass_time(at(1, month=2))
    town.fold()
    assert town.decide() == ["met_late"]
    town.withdraw("office", "office的信息", at(2, month=2))
    town.fold()
    assert town.decide() == ["restated"]

    assert is_of(town.published()) == [
        ("met", 3, at(10)),
        ("restated", 2, at(20)),
        ("missed", 2, DUE),
        ("met_late", 3, at(1, month=2)),
        ("restated", 2, at(2, month=2)),
    ]


def test_a_group_has_its_own_target_from_its_departments_facts_and_its_time_of_grace(town: Together) -> None:
    # given a group of two departments with twelve people each, which owes two, and one has come
    town.submit("north", "雨情", at(10))
    town.submit("office", "会议", at(10))
    town.pass_time(DUE)
    town.fold()
    town.decide()
    assert town.target("towns", "towns") == 2
    assert town.published("towns") == []

    # when another comes within the time of grace
    town.submit("south", "水情", at(2, month=2))
    town.pass_time(GRACE_ENDS)
    town.fold()
    town.decide()

    # then it is met, though not on time, and never was missed
    assert [(one.type, one.group, one.decided_at) for one in town.published("towns")] == [
        ("met", "towns", at(2, month=2))
    ]
    with town.pool.connection() as conn:
        january = conn.execute("SELECT on_time FROM joint_obligations WHERE quota = 'towns' AND period = '2024-01'")
        assert january.fetchone() == (False,)


def test_the_target_is_frozen_when_the_period_opens(town: Together) -> None:
    town.pass_time(at(2))
    town.fold()
    town.decide()

    # when a department has ten times as many people, from the beginning of the month on
    changed = DepartmentChanged("north", "towns", (), {"staff": Decimal(120)}, date(2024, 1, 1))
    town.writers["north"].tell(changed, at(5))
    town.fold()
    town.decide()

    assert town.target("towns", "towns") == 2


def test_nothing_is_frozen_before_the_period_has_opened_for_all(town: Together) -> None:
    """A department that is not there yet might raise the target of its group."""
    for item in ("雨情", "水情", "墒情"):
        town.submit("north", item, at(10))
    town.pass_time(at(10))
    town.fold("north", "office")

    assert (town.decide(), town.judge.waiting) == ([], 2)

    town.fold("south")
    assert town.decide() == ["met"]
    assert (town.judge.waiting, town.target("towns", "towns")) == (0, 2)


def test_who_joins_later_adds_to_the_sum_and_the_judgement_waits_for_them_too(town: Together) -> None:
    town.submit("north", "雨情", at(10))
    town.pass_time(at(10))
    town.fold()
    town.decide()
    town.join("shop", "towns", date(2024, 1, 15))
    town.submit("shop", "开业", at(16))
    town.submit("shop", "促销", at(17))
    town.fold()
    assert town.decide() == ["met"]
    assert town.target("towns", "towns") == 2
    town.withdraw("shop", "促销", at(18))
    town.pass_time(DUE, "north", "south", "office")
    town.fold()
    assert (town.decide(), town.waiting_for()) == (["restated"], ["shop"])

    town.pass_time(DUE)
    town.fold()
    assert town.decide() == ["missed"]
    assert is_of(town.published())[-1] == ("missed", 2, DUE)


def test_an_imported_past_is_waited_for_and_what_fell_due_in_it_is_history(town: Together) -> None:
    # given a department whose past is imported, behind the others who are live
    old = town.join("old", "offices", date(2024, 1, 1), live=False)
    town.pass_time(DUE, "north", "south", "office")
    town.submit("old", "旧闻", at(9))
    town.fold()
    assert [one for one in town.decide() if one != "due_soon"] == []
    assert town.waiting_for() == ["old"]

    # when its past has come to the due instant
    town.submit("old", "旧闻二", at(20))
    town.submit("old", "旧闻三", at(21))
    town.pass_time(DUE)
    old.tell(DepartmentWentLive(), at(1, month=3))
    town.fold()

    # then what it had added in time has counted
    assert town.decide() == ["met"]
    with town.pool.connection() as conn:
        row = conn.execute("SELECT data FROM events WHERE type = 'tongbao.joint_quota.met.v1'").fetchone()
    assert row is not None
    met = town.obligation("tongbao.joint_quota.met.v1", row[0])
    assert (met.historical, met.on_time, met.departments) == (False, True, ("north", "office", "old", "south"))


def test_who_has_left_before_is_not_waited_for(town: Together) -> None:
    town.writers["office"].leave(date(2024, 1, 20), at(20))
    town.pass_time(at(3, month=3))
    town.submit("north", "雨情", at(5, month=3), happened_on=date(2024, 2, 10))
    town.fold()
    town.decide()

    assert [one.period for one in town.published() if one.type == "missed"] == ["2024-01", "2024-02"]


def test_a_parked_department_delays_the_judgement_until_it_goes_on(town: Together) -> None:
    # given a department whose stream stands before an event that nobody understands
    town.pass_time(at(20))
    town.fold()
    south, stands_at = town.writers["south"], len(town.writers["south"].values)
    town.pass_time(at(5, month=2))
    good = list(south.values)
    south.values[stands_at] = altered(good[stands_at], type="tongbao.milestones.reached.v9")
    town.fold()
    assert [one for one in town.decide() if one != "due_soon"] == []
    assert (town.waiting_for(), town.judge.waiting) == (["south"], 4)  # January and February, of both quotas
    assert (town.decide(), town.judge.waiting) == ([], 4)  # and so it does when nothing changes

    # when that is mended and tried again
    south.values = good
    town.projection.projector.resume(south.stream)
    town._folded["south"] = stands_at
    town.fold()

    # then it is missed, as it has been since it fell due
    assert town.decide() == ["missed"]
    assert is_of(town.published())[-1] == ("missed", 0, DUE)
    assert (town.waiting_for(), town.judge.waiting) == ([], 0)


def test_several_judges_at_once_tell_of_everything_once(town: Together, pool: Pool) -> None:
    town.pass_time(at(10, month=6))
    for month in range(1, 6):
        for number in range(3):
            town.submit("north", f"{month}-{number}", at(12, month=6), happened_on=date(2024, month, 5))
    judges = [JointJudge(bootstrap.joint(pool)) for _ in range(4)]
    stop = threading.Event()

    def judge_again_and_again(judge: JointJudge) -> None:
        while not stop.is_set():
            judge.judge_once()

    threads = [threading.Thread(target=judge_again_and_again, args=(judge,)) for judge in judges]
    for thread in threads:
        thread.start()
    try:
        town.fold()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    town.decide()

    for quota in ("all", "towns"):
        told = [(one.period, one.type) for one in town.published(quota) if one.type != "due_soon"]
        months = [f"2024-0{month}" for month in range(1, 6)]
        assert sorted(told) == sorted((month, type) for month in months for type in ("missed", "met_late"))
    with pool.connection() as conn:
        assert conn.execute("SELECT count(*) FROM joint_marks").fetchone() == (0,)


def test_a_judge_that_dies_before_the_end_of_its_transaction_has_announced_nothing(
    town: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.pass_time(DUE)
    town.fold()

    def die(self: PostgresJointWork, one: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(PostgresJointWork, "keep", die)
        with pytest.raises(KeyboardInterrupt):
            town.decide()
    assert town.published() == []

    assert JointJudge(bootstrap.joint(town.pool)).judge_once() != []
    assert [one.type for one in town.published()] == ["missed"]


def test_events_that_come_twice_change_nothing(town: Together) -> None:
    town.pass_time(DUE)
    town.fold()
    town.decide()
    told = town.published()

    town._folded = dict.fromkeys(town._folded, 0)
    town.fold()

    assert town.decide() == []
    assert town.published() == told
