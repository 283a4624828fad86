"""``per_period``: what counts of a subject's credits in each period of a calendar, also when facts come late."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.windows import Take, Window, WindowCredit, put
from shared.contracts import department_events as happened
from tests.unit.scoring.bureaus import STREAM, Bureau, rulebook

JAN, FEB = "2014-01", "2014-02"

MEASURES = """
measures:
  daily: {title: D, count: submitted, where: {kind: report}, dated: happened_on,
    per_period: {calendar: day, at_most: 1}}
  points: {title: P, count: submitted, where: {kind: report}, dated: happened_on, amount: size * 1,
    per_period: {calendar: month, at_most: 10}}
  best: {title: B, count: submitted, where: {kind: report}, dated: happened_on, amount: size * 1,
    per_period: {calendar: month, best: 2}}
  beyond: {title: Y, count: submitted, where: {kind: report}, dated: happened_on, amount: size * 1,
    per_period: {calendar: month, beyond: 2}}
  staffed: {title: S, count: submitted, where: {kind: report}, dated: happened_on,
    per_period: {calendar: month, at_most: staff / 10}}
"""


def submit(bureau: Bureau, at: str, item: str, size: str, day: str) -> None:
    bureau.submit(at, item, attributes={"size": size}, happened_on=date.fromisoformat(day))


@pytest.mark.parametrize("known", list(permutations(("a", "b", "c"))))
def test_what_counts_goes_by_the_order_of_dates_not_by_when_it_became_known(known: Sequence[str]) -> None:
    # given three items that happened on 10, 12 and 20 January, in any order
    said = {"a": ("5", "2014-01-10"), "b": ("3", "2014-01-12"), "c": ("8", "2014-01-20")}
    bureau = Bureau(rulebook(MEASURES))
    for place, item in enumerate(known):
        submit(bureau, f"2014-02-0{place + 1}", item, *said[item])

    # then each counts by its place among the others
    assert bureau.amounts("points", "day") == {"2014-01-10": 5, "2014-01-12": 3, "2014-01-20": 2}
    assert bureau.amounts("best", "day") == {"2014-01-10": 5, "2014-01-12": 3, "2014-01-20": 5}
    assert bureau.amounts("beyond", "day") == {"2014-01-20": 8}
    assert bureau.amounts("best") == {JAN: 13}


def test_one_a_day_is_summed_by_the_week() -> None:
    bureau = Bureau(rulebook(MEASURES))
    for number, day in enumerate(("2014-01-13", "2014-01-13", "2014-01-14", "2014-01-19", "2014-01-20")):
        submit(bureau, "2014-01-21", f"i{number}", "1", day)
    assert bureau.amounts("daily", "week") == {"2014-W03": 3, "2014-W04": 1}


def test_what_is_withdrawn_makes_room_for_another_item_in_an_entry_of_that_item() -> None:
    bureau = Bureau(rulebook(MEASURES))
    submit(bureau, "2014-01-20", "a", "1", "2014-01-13")
    submit(bureau, "2014-01-20", "b", "1", "2014-01-13")
    bureau.withdraw("2014-01-21", "a")
    assert bureau.entries("daily") == [
        ("a", "submitted", 1, "2014-01-13"),
        ("a", "submitted", -1, "2014-01-13"),
        ("b", "submitted", 1, "2014-01-13"),
    ]


def test_a_late_fact_takes_back_what_others_had_counted_for() -> None:
    bureau = Bureau(rulebook(MEASURES))
    submit(bureau, "2014-01-20", "a", "1", "2014-01-20")
    submit(bureau, "2014-06-20", "b", "10", "2014-01-13")
    assert bureau.amounts("points", "day") == {"2014-01-13": 10}
    assert bureau.entries("points")[-2:] == [
        ("b", "submitted", 10, "2014-01-13"),
        ("a", "submitted", -1, "2014-01-20"),
    ]


def test_what_moves_to_another_date_leaves_one_window_and_enters_another() -> None:
    bureau = Bureau(rulebook(MEASURES))
    submit(bureau, "2014-01-20", "a", "7", "2014-01-20")
    submit(bureau, "2014-02-20", "b", "7", "2014-01-21")
    event = happened.ItemCorrected("a", "a", "misread", attributes={"size": "7"}, happened_on=date(2014, 2, 3))
    bureau.tell("2014-02-21", event)
    assert bureau.amounts("points") == {JAN: 7, FEB: 7}


def test_a_limit_by_the_departments_facts_goes_by_the_windows_first_day_as_then_known() -> None:
    bureau = Bureau(rulebook(MEASURES), facts={"staff": Decimal(10)})
    bureau.describe("2014-01-05", "2014-01-20", staff=30)
    submit(bureau, "2014-01-06", "a", "1", "2014-01-06")
    submit(bureau, "2014-01-21", "b", "1", "2014-01-21")
    bureau.describe("2014-01-31", "2014-01-01", staff=20)
    assert bureau.amounts("staffed") == {JAN: 1}
    again = Bureau(rulebook(MEASURES), facts={"staff": Decimal(10)})
    submit(again, "2014-01-06", "a", "1", "2014-01-06")
    again.describe("2014-01-07", "2014-01-01", staff=20)
    submit(again, "2014-01-21", "b", "1", "2014-01-21")
    assert again.amounts("staffed") == {JAN: 2}


@pytest.mark.parametrize("decision", ["accepted", "rejected"])
def test_what_is_decided_already_keeps_its_place_when_it_is_decided_once_more(decision: happened.Decision) -> None:
    """The facts that a limit goes by are those known at a credit's place, whenever it is looked at."""
    measures = f"""
measures:
  decided: {{title: D, count: {decision}, dated: submitted_on, per_period: {{calendar: month, at_most: staff / 10}}}}
"""
    bureau = Bureau(rulebook(measures), facts={"staff": Decimal(5)})
    bureau.submit("2014-01-06", "a")
    bureau.review("2014-01-07", "a", decision)
    bureau.describe("2014-01-08", "2014-01-01", staff=20)
    bureau.review("2014-01-09", "a", decision)
    assert bureau.amounts("decided") == {JAN: Decimal("0.5")}
    facts = bureau.store().items[STREAM]["a"].facts
    assert [fact.on for fact in facts if fact.type == decision] == [date(2014, 1, 7)]


def test_an_items_own_windows_hold_all_its_facts() -> None:
    measures = """
measures:
  front: {title: F, count: adopted, per_period: {calendar: month, beyond: 1}}
"""
    bureau = Bureau(rulebook(measures))
    bureau.submit("2014-01-02", "i")
    for day in ("10", "11", "12"):
        bureau.adopt("2014-01-20", "i", day, f"2014-01-{day}")
    assert bureau.amounts("front", "day") == {"2014-01-11": 1, "2014-01-12": 1}
    again = Bureau(rulebook(measures))
    again.submit("2014-01-02", "i")
    for day in ("10", "11", "12"):
        again.adopt("2014-01-20", "i", day, f"2014-01-{day}")
    again.retract("2014-01-21", "i", "10")
    assert again.amounts("front", "day") == {"2014-01-12": 1}


def credits(amounts: list[int], take: Take, number: int) -> list[WindowCredit]:
    first = date(2014, 1, 1)
    return [
        WindowCredit(first + timedelta(place), place, "f", str(place), Decimal(one), 1, take, Decimal(number))
        for place, one in enumerate(amounts)
    ]


def together(amounts: list[int], take: Take, number: int) -> Decimal:
    """What the credits come to, as plainly as it can be said."""
    if take == "at_most":
        return Decimal(min(sum(amounts), number))
    if take == "best":
        return Decimal(sum(sorted(amounts)[::-1][:number]))
    return Decimal(sum(amounts[number:]))


@given(
    st.lists(st.integers(-3, 9), max_size=8),
    st.sampled_from(["best", "beyond", "at_most"]),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
def test_any_order_of_coming_and_going_leaves_each_credit_what_it_adds(
    amounts: list[int], take: Take, number: int, chance: object
) -> None:
    # given credits that come in any order, some of them twice, and one that goes again
    window, ledger = Window(date(2014, 2, 1)), dict.fromkeys(map(str, range(len(amounts) + 1)), Decimal(0))
    given_credits = credits([*amounts, 4], take, number)
    order = [*given_credits, *given_credits[:2]]
    chance.shuffle(order)  # type: ignore[attr-defined]
    for one in order:
        fresh = WindowCredit(one.day, one.place, one.fact, one.item, one.amount, 1, take, one.number)
        for moved in put(window, one.item, [fresh]):
            ledger[moved.credit.item] += moved.amount
    for moved in put(window, str(len(amounts)), []):
        ledger[moved.credit.item] += moved.amount

    # then each prefix has come to what it gives together
    base = together([], take, number)
    for end in range(len(amounts) + 1):
        assert sum(ledger[str(place)] for place in range(end)) == together(amounts[:end], take, number) - base
