"""Ranks: highest first, ties shared."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.application.reading.ranking import ranks

VALUES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(-5, 5).map(Decimal))


def test_a_tie_shares_the_place_and_leaves_out_those_behind_it() -> None:
    values = {"a": Decimal(10), "b": Decimal(7), "c": Decimal("7.0"), "d": Decimal(3)}

    assert ranks(values) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_nobody_has_no_rank() -> None:
    assert ranks({}) == {}


@given(VALUES)
def test_a_rank_is_one_more_than_the_number_of_those_that_are_better(values: dict[str, Decimal]) -> None:
    expected = {subject: 1 + sum(1 for other in values.values() if other > value) for subject, value in values.items()}

    assert ranks(values) == expected
