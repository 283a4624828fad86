"""What several facts of one item give together, whatever the order in which they become known."""

from itertools import permutations

import pytest

from tests.unit.scoring.bureaus import Bureau, rulebook

MEASURES = """
measures:
  sum: {title: All, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}}}
  best: {title: Best, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: highest}
  first_best: {title: Best, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: highest, difference: first}
  opening: {title: First, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: first}
  closing: {title: Latest, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: latest}
  two: {title: Top, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: {top: 2}}
  each: {title: Best of each outlet, count: adopted, amount: words, per_item: {highest_per: outlet}}
  clicks: {title: Clicks, count: measured, amount: value, where: {metric: clicks}, per_item: latest}
  adoption: {title: Adoption, count: adopted, amount: {by: tier, table: {district: 5, city: 20, national: 40}},
    per_item: highest, together_with: [order]}
  order: {title: Order, count: instructed, amount: {by: level, table: {city: 30, district: 10}},
    per_item: highest, together_with: [adoption]}
"""

JAN, FEB, MAR = "2014-01", "2014-02", "2014-03"


@pytest.mark.parametrize("known", list(permutations(("a", "b", "c"))))
def test_each_fact_adds_in_its_own_period_what_the_facts_up_to_it_give_more(known: tuple[str, ...]) -> None:
    # given three adoptions of one item, becoming known in any order
    published = {"a": ("2014-01-20", "district"), "b": ("2014-02-05", "national"), "c": ("2014-03-01", "city")}
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    for adoption in known:
        bureau.adopt("2014-03-10", "i", adoption, *published[adoption])

    # then each measure has in each month what the adoptions up to its end give together, less what came before
    assert bureau.amounts("sum") == {JAN: 5, FEB: 40, MAR: 20}
    assert bureau.amounts("best") == {JAN: 5, FEB: 35}
    assert bureau.amounts("first_best") == {JAN: 40}
    assert bureau.amounts("opening") == {JAN: 5}
    assert bureau.amounts("closing") == {JAN: 5, FEB: 35, MAR: -20}
    assert bureau.amounts("two") == {JAN: 5, FEB: 40, MAR: 15}


def test_the_highest_across_periods_counts_where_it_was_raised() -> None:
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-02-10", "i", "later", "2014-02-10", "city")
    bureau.adopt("2014-03-10", "i", "late-known", "2014-01-31", "district")
    assert bureau.entries("best") == [
        ("i", "later", 20, "2014-02-10"),
        ("i", "late-known", 5, "2014-01-31"),
        ("i", "later", -5, "2014-02-10"),
    ]
    assert bureau.amounts("first_best") == {JAN: 20}


def test_a_retracted_fact_is_as_if_it_had_never_been_and_another_takes_its_place() -> None:
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-01-10", "i", "best", "2014-01-10", "national")
    bureau.adopt("2014-02-10", "i", "other", "2014-02-10", "city")
    bureau.retract("2014-03-10", "i", "best")
    for measure in ("sum", "best", "first_best", "opening", "closing", "two"):
        assert bureau.amounts(measure) == {FEB: 20}, measure


def test_facts_compete_among_those_of_the_same_outlet() -> None:
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-01-10", "i", "a", "2014-01-10", outlet="daily", words=300)
    bureau.adopt("2014-01-11", "i", "b", "2014-02-10", outlet="daily", words=500)
    bureau.adopt("2014-01-12", "i", "c", "2014-02-11", outlet="weekly", words=100)
    assert bureau.amounts("each") == {JAN: 300, FEB: 300}


def test_a_measurement_replaces_the_one_before_it() -> None:
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.measure("2014-01-10", "i", "m1", "100", "2014-01-10")
    bureau.measure("2014-02-10", "i", "m2", "250.5", "2014-02-10")
    bureau.measure("2014-02-11", "i", "m3", "240", "2014-02-11")
    assert bureau.amounts("clicks") == {JAN: 100, FEB: 140}


def test_facts_of_several_measures_are_taken_together_and_each_adds_under_its_own() -> None:
    # given an adoption, a higher instruction, and an adoption higher still
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.instruct("2014-02-02", "i", "order-1", "2014-02-02", "city")
    bureau.adopt("2014-02-03", "i", "a", "2014-01-10", "city")
    bureau.adopt("2014-02-04", "i", "b", "2014-03-10", "national")
    assert bureau.amounts("adoption") == {JAN: 20, MAR: 10}
    assert bureau.amounts("order") == {FEB: 10}


def test_of_measures_taken_together_one_makes_room_for_the_other_when_it_is_retracted() -> None:
    bureau = Bureau(rulebook(MEASURES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-02-03", "i", "a", "2014-01-10", "city")
    bureau.instruct("2014-02-02", "i", "order-1", "2014-02-02", "city")
    bureau.retract("2014-02-05", "i", "a")
    assert bureau.amounts("adoption") == {}
    assert bureau.amounts("order") == {FEB: 30}
