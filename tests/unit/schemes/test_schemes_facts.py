"""What the kinds of facts have, and how their values look to conditions and tables."""

from decimal import Decimal
from typing import get_args

import pytest

from shared.schemes.facts import DATES, FIELDS, INSTANTS, OF_CALLS, OF_ITEMS, OF_QUOTAS, number_text, texts_of
from shared.schemes.model import DateName, FactType

FACTS: tuple[FactType, ...] = get_args(FactType)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_has_fields_and_a_date_that_selects_its_periods(fact: FactType) -> None:
    assert FIELDS[fact]
    assert DATES[fact]
    assert fact in INSTANTS


def test_every_date_belongs_to_some_fact() -> None:
    assert {name for dates in DATES.values() for name in dates} == set(get_args(DateName))


@pytest.mark.parametrize("fact", FACTS)
def test_no_name_stands_for_two_things_of_a_fact(fact: FactType) -> None:
    names = [*FIELDS[fact], *DATES[fact], *INSTANTS[fact]]

    assert len(set(names)) == len(names)


def test_facts_are_of_items_of_quotas_of_calls_or_of_departments() -> None:
    assert not OF_ITEMS & OF_QUOTAS
    assert {"called"} == OF_CALLS - OF_ITEMS
    assert set(FACTS) - OF_ITEMS - OF_QUOTAS - OF_CALLS == {"adjusted"}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("3.50", "3.5"),
        ("100", "100"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-2.10", "-2.1"),
        ("1E+3", "1000"),
        ("1E-3", "0.001"),
    ],
)
def test_a_number_has_one_shortest_form(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (True, ("true",)),
        (False, ("false",)),
        (12, ("12",)),
        (Decimal("1.50"), ("1.5",)),
        ("progress", ("progress",)),
        (["news", "party"], ("news", "party")),
        ([], ()),
    ],
)
def test_values_are_texts_as_the_scheme_writes_them(
    value: str | int | bool | Decimal | list[str], texts: tuple[str, ...]
) -> None:
    assert texts_of(value) == texts
