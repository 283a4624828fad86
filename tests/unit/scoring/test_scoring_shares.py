"""Joint items, and what the persons who contributed are credited with and paid."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.shares import split
from shared.contracts import department_events as happened
from shared.contracts.department_events import Contributor
from tests.unit.scoring.bureaus import Bureau, rulebook

JAN = "2014-01"

JOINT = """
measures:
  first: {title: F, count: submitted, where: {kind: report}, amount: 10}
  each: {title: E, count: submitted, where: {kind: report}, amount: 10, credit: each}
  equal: {title: Q, count: submitted, where: {kind: report}, amount: 10, credit: {shares: equal}}
  weighed: {title: W, count: submitted, where: {kind: report}, amount: 10, credit: {shares: [3, 2]}}
  leading: {title: L, count: submitted, where: {kind: report}, amount: 10, credit: {shares: first}}
"""


@pytest.mark.parametrize(
    ("departments", "shares"),
    [
        ((), [10, 10, 10, 10, 10]),
        (("south", "north", "west"), [10, 10, "3.34", "4.28", 10]),
        (("north", "south", "west"), [0, 10, "3.33", "2.86", 0]),
        (("north", "west", "south"), [0, 10, "3.33", "2.86", 0]),
        (("north", "south"), [0, 10, 5, 4, 0]),
    ],
)
def test_a_joint_item_is_shared_and_the_first_takes_what_does_not_divide(
    departments: tuple[str, ...], shares: list[int | str]
) -> None:
    bureau = Bureau(rulebook(JOINT))
    bureau.submit("2014-01-10", "i", departments=departments)
    found = [bureau.amount("month", JAN, name) for name in ("first", "each", "equal", "weighed", "leading")]
    assert found == [Decimal(share) for share in shares]


@given(st.decimals(-1000, 1000, places=2), st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 4))
def test_shares_are_together_exactly_what_was_shared(amount: Decimal, weights: list[int], scale: int) -> None:
    parts = split(amount, weights, scale)
    assert sum(parts) == amount
    assert all(part == round(part, scale) for part in parts[1:])


PERSONS = """
measures:
  whole: {title: W, count: submitted, where: {kind: report}, amount: 10, persons: {roles: [author]}}
  shared: {title: S, count: submitted, where: {kind: report}, amount: 10,
    persons: {roles: [author, editor], share: equal}}
  pay: {title: P, count: submitted, where: {kind: report}, amount: 10, unit: CNY, pay: {author: 7, editor: 3}}
  joint: {title: J, count: submitted, where: {kind: report}, amount: 10, credit: {shares: equal},
    persons: {roles: [author]}}
  limited: {title: M, count: submitted, where: {kind: report}, persons: {roles: [author]},
    per_period: {calendar: month, at_most: 1}}
"""

WANG = Contributor("Wang", "author", "wang")
LI = Contributor("Li", "author", "li")
ZHAO = Contributor("Zhao", "author", "zhao")
SUN = Contributor("Sun", "editor", "sun")
STRANGER = Contributor("Somebody", "author")
GUEST = Contributor("Guest", "author", "guest", "north")


def persons_amounts(bureau: Bureau, measure: str) -> dict[str, Decimal]:
    found = {person: bureau.amount("month", JAN, measure, person) for person in ("wang", "li", "zhao", "sun", "guest")}
    return {person: amount for person, amount in found.items() if amount}


def test_persons_are_credited_in_full_or_share_equally_beside_their_department() -> None:
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "i", contributors=(WANG, LI, SUN, STRANGER))
    assert persons_amounts(bureau, "whole") == {"wang": 10, "li": 10}
    assert persons_amounts(bureau, "shared") == {
        "wang": Decimal("3.34"),
        "li": Decimal("3.33"),
        "sun": Decimal("3.33"),
    }
    assert bureau.amounts("whole") == bureau.amounts("shared") == {JAN: 10}


@pytest.mark.parametrize(
    ("contributors", "paid"),
    [
        ((WANG, SUN), {"wang": 7, "sun": 3}),
        ((WANG,), {"wang": 10}),
        ((SUN,), {"sun": 10}),
        ((WANG, LI, ZHAO, SUN), {"wang": "2.34", "li": "2.33", "zhao": "2.33", "sun": 3}),
        ((WANG, Contributor("Wang", "editor", "wang")), {"wang": 10}),
        ((STRANGER,), {}),
    ],
)
def test_pay_is_split_between_the_roles_that_are_there_and_equally_within_each(
    contributors: tuple[Contributor, ...], paid: dict[str, int | str]
) -> None:
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "i", contributors=contributors)
    assert persons_amounts(bureau, "pay") == {person: Decimal(amount) for person, amount in paid.items()}
    assert bureau.amounts("pay") == {JAN: 10}


def test_persons_of_other_departments_are_credited_by_theirs() -> None:
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "i", contributors=(WANG, GUEST), departments=("south", "north"))
    assert persons_amounts(bureau, "joint") == {"wang": 5}
    other = Bureau(rulebook(PERSONS))
    contributors = (WANG, Contributor("Own", "author", "li", "south"))
    other.submit("2014-01-10", "i", contributors=contributors, departments=("north", "south"))
    assert persons_amounts(other, "joint") == {"li": 5}


def test_a_correction_of_the_contributors_is_credited_to_the_right_ones() -> None:
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "i", contributors=(WANG, SUN))
    bureau.tell("2014-02-01", happened.ItemCorrected("i", "i", "not Wang", contributors=(LI, SUN)))
    assert persons_amounts(bureau, "pay") == {"li": 7, "sun": 3}
    assert persons_amounts(bureau, "whole") == {"li": 10}
    assert bureau.entries("whole", "wang") == [
        ("i", "submitted", 10, "2014-01-10"),
        ("i", "submitted", -10, "2014-01-10"),
    ]
    assert len(bureau.entries("whole")) == 1


def test_each_persons_own_credits_have_windows_of_their_own() -> None:
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "a", contributors=(WANG,))
    bureau.submit("2014-01-11", "b", contributors=(WANG,))
    bureau.submit("2014-01-12", "c", contributors=(LI,))
    assert bureau.amounts("limited") == {JAN: 1}
    assert persons_amounts(bureau, "limited") == {"wang": 1, "li": 1}
    bureau = Bureau(rulebook(PERSONS))
    bureau.submit("2014-01-10", "a", contributors=(WANG,))
    bureau.submit("2014-01-11", "b", contributors=(WANG, LI))
    bureau.withdraw("2014-02-11", "a")
    assert persons_amounts(bureau, "limited") == {"wang": 1, "li": 1}
