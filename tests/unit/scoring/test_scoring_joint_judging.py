"""What is owed together: whatever the departments do, and however far each has been folded, it is judged as by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.joint_judging import (
    Decision,
    DepartmentsPart,
    JointObligation,
    Member,
    Whole,
    by_whole,
    is_historical,
    judge,
    not_there_yet,
)
from services.scoring.domain.obligations import Part
from tests.unit.scorecards.figures import quota, scheme

FIRST, END = date(2024, 1, 1), date(2024, 2, 1)
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
REMIND, DUE, GRACE = 20, 30, 40
"""Hours after the beginning. Of an obligation without a time of grace, the last is no milestone."""
HOURS_MAX = 50


def at(hour: int) -> datetime:
    return BEGIN + timedelta(hours=hour)


@dataclass(frozen=True)
class Stream:
    """What one department adds (or takes back) at which hours; its milestones stand before what has their hour."""

    name: str
    added: tuple[tuple[int, int], ...]
    grace: bool

    def part(self, until: int) -> DepartmentsPart:
        """As it stands when everything before an hour, and the milestones at it, has been folded."""

        def sum_before(hour: int) -> Decimal:
            return Decimal(sum(amount for when, amount in self.added if when < min(hour, until)))

        def passed(hour: int) -> datetime | None:
            return at(hour) if hour <= until else None

        return DepartmentsPart(
            self.name,
            1,
            "m",
            "month",
            FIRST,
            END,
            BEGIN,
            at(DUE),
            at(GRACE) if self.grace else None,
            passed(REMIND),
            passed(DUE),
            passed(GRACE) if self.grace else None,
            sum_before(until),
            sum_before(DUE) if until >= DUE else None,
            Part(None, FIRST, {}, sum_before(GRACE) if self.grace and until >= GRACE else None),
        )


@dataclass
class Told:
    """The obligation, and all that was decided on it."""

    one: JointObligation
    decisions: list[Decision] = field(default_factory=list)

    def look(self, streams: Sequence[Stream], untils: Sequence[int], behind: Sequence[str] = ()) -> None:
        parts = [stream.part(until) for stream, until in zip(streams, untils, strict=True)]
        self.decisions += judge(self.one, parts, behind)


def owed(target: int, grace: bool = False) -> Told:
    ends = at(GRACE) if grace else None
    whole = Whole("organisation", "")
    return Told(JointObligation(whole, "month", 1, "m", FIRST, END, Decimal(target), (), BEGIN, at(DUE), ends))


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, bool, list[Stream], list[list[int]]]:
    """A target, streams of some departments, and looks at them, each as far as a department has been folded by then."""
    grace = draw(st.booleans())
    adding = st.lists(st.tuples(st.integers(0, HOURS_MAX - 1), st.sampled_from([1, 1, 1, 2, -1])), max_size=5)
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    streams = [Stream(name, tuple(sorted(draw(adding))), grace) for name in names]
    steps = draw(st.lists(st.lists(st.integers(0, 25), min_size=len(names), max_size=len(names)), max_size=8))
    looks, now = [], [0] * len(names)
    for step in steps:
        now = [min(hour + more, HOURS_MAX) for hour, more in zip(now, step, strict=True)]
        looks.append(now)
    return draw(st.integers(1, 4)), grace, streams, [*looks, [HOURS_MAX] * len(names)]


@given(histories())
def test_whatever_the_order_the_outcome_is_that_of_the_sums_and_a_miss_is_told_exactly_if_it_was_one(
    history: tuple[int, bool, list[Stream], list[list[int]]],
) -> None:
    target, grace, streams, looks = history
    told = owed(target, grace)
    for untils in looks:
        before = len(told.decisions)
        told.look(streams, untils)
        too_late = min(untils) >= (GRACE if grace else DUE)
        assert too_late or all(one.after.state != "missed" for one in told.decisions[before:])

    # then it has come to what a plain sum over all departments says
    def came_before(hour: int) -> int:
        return sum(amount for stream in streams for when, amount in stream.added if when < hour)

    in_time, now = came_before(GRACE if grace else DUE), came_before(HOURS_MAX)
    expected = "missed" if now < target else "met" if in_time >= target else "met_late"
    assert (told.one.state, told.one.actual) == (expected, now)
    assert told.one.on_time == (came_before(DUE) >= target if expected == "met" else None)
    # and the miss is on record if and only if it was one, once, with the instant since which it was
    too_late_at = at(GRACE if grace else DUE)
    assert told.one.too_late_at == too_late_at
    fell_short = [one for one in told.decisions if one.after.state == "missed" and one.since == too_late_at]
    assert len(fell_short) == (1 if in_time < target else 0)
    # and each decision goes on from the one before
    states = ["open", *(one.after.state for one in told.decisions)]
    assert [one.before for one in told.decisions] == states[:-1]
    turns = [one for one in told.decisions if one.announcement != "due_soon"]
    assert all(one.before != one.after.state for one in turns)
    # and looking again changes nothing
    again = len(told.decisions)
    told.look(streams, looks[-1])
    assert len(told.decisions) == again


@given(histories())
def test_one_look_at_the_end_comes_to_the_same_as_many_on_the_way(
    history: tuple[int, bool, list[Stream], list[list[int]]],
) -> None:
    target, grace, streams, looks = history
    often, once = owed(target, grace), owed(target, grace)
    for untils in looks:
        often.look(streams, untils)
    once.look(streams, looks[-1])

    kept = ("state", "on_time", "actual", "actual_when_due", "due_passed_at", "too_late_at", "departments")
    assert [getattr(often.one, name) for name in kept] == [getattr(once.one, name) for name in kept]


def test_a_reminder_comes_once_when_it_has_come_for_all_and_again_when_the_sum_has_fallen_back() -> None:
    streams = [Stream("a", ((22, 1), (24, -1)), grace=False), Stream("b", (), grace=False)]
    told = owed(1)
    for untils in ([20, 10], [20, 20], [21, 21], [23, 21], [25, 25], [26, 26]):
        told.look(streams, untils)

    assert [(one.announcement, one.since) for one in told.decisions] == [
        ("due_soon", at(REMIND)),
        ("met", None),
        ("restated", None),
        ("due_soon", None),
    ]


def test_nobody_is_reminded_once_it_has_fallen_due_for_some() -> None:
    told = owed(1)
    told.look([Stream("a", (), grace=False), Stream("b", (), grace=False)], [DUE, REMIND])

    assert (told.decisions, told.one.waiting_for) == ([], ("b",))


def test_who_may_take_part_and_is_not_there_yet_keeps_it_from_being_judged() -> None:
    told = owed(1)
    streams = [Stream("a", (), grace=False)]

    told.look(streams, [DUE], behind=["b"])
    assert (told.decisions, told.one.waiting_for) == ([], ("b",))
    told.look(streams, [DUE])
    assert [one.announcement for one in told.decisions] == ["missed"]


MEMBER = Member("x", at(0), FIRST, None, at(0), opened=False)
UTC_SCHEME = scheme({"l": "1"}, quotas=[quota("q", "month", "organisation")])


@pytest.mark.parametrize(
    ("changes", "waited_for"),
    [
        ({}, True),
        ({"recorded_at": None}, True),
        ({"recorded_at": at(DUE)}, True),
        ({"recorded_at": at(DUE + 1)}, False),
        ({"opened": True}, False),
        ({"left_on": date(2023, 12, 31)}, False),
        ({"left_on": FIRST}, True),
        ({"joined_on": date(2024, 3, 1)}, False),
        ({"live_at": None}, True),
    ],
)
def test_who_is_waited_for(changes: dict[str, object], waited_for: bool) -> None:
    member = Member(**{**{name: getattr(MEMBER, name) for name in Member.__slots__}, **changes})  # type: ignore[arg-type]

    assert bool(not_there_yet([member], ["y"], FIRST, at(DUE), UTC_SCHEME)) is waited_for
    assert not_there_yet([member], ["x"], FIRST, at(DUE), UTC_SCHEME) == ()


def test_it_is_history_only_when_it_fell_due_before_any_department_was_live() -> None:
    live, late = Member("a", None, None, None, at(0), True), Member("b", None, None, None, at(DUE + 1), True)
    importing = Member("c", None, None, None, None, True)

    assert is_historical([live, late, importing], ["b", "c"], at(DUE))
    assert not is_historical([live, late, importing], ["a", "c"], at(DUE))


def test_parts_belong_to_the_groups_of_the_opening_and_who_has_none_only_to_the_organisation() -> None:
    def part(name: str, group: str | None) -> DepartmentsPart:
        made = Stream(name, (), grace=False).part(0)
        return DepartmentsPart(
            *(getattr(made, one) for one in DepartmentsPart.__slots__[:-1]), part=Part(group, FIRST, {})
        )

    parts = [part("c", "west"), part("a", "east"), part("b", None)]

    def names(kind: str) -> dict[str, list[str]]:
        found = by_whole(parts, "group" if kind == "group" else "organisation")
        return {whole.group: [one.department for one in some] for whole, some in found.items()}

    assert names("group") == {"east": ["a"], "west": ["c"]}
    assert names("organisation") == {"": ["a", "b", "c"]}
